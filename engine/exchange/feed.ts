import type { Log, Market, Quote } from "@core/mod.ts";
import { readRow, type Row } from "./fields.ts";
import { parseQuote } from "./parse.ts";
import { toSymbol, toVenueSymbol } from "./symbols.ts";
import { ExchangeError, type MarketFeed } from "./port.ts";
import type { Push } from "./frames.ts";
import { BitgetSocket } from "./socket.ts";
import type { Topic } from "./subscriptions.ts";
import type { BitgetVenue } from "./venue.ts";

/** Bitget advises at most 50 channels a connection. */
const TOPICS_PER_SOCKET = 50;
/** A watched symbol without a tick this long is reported, and its socket renewed. */
const SILENCE_MS_MAX = 30_000;
const SILENCE_CHECK_MS = 5_000;

type Listener = (quote: Quote) => void;

interface Watched {
  readonly symbol: string;
  readonly socket: BitgetSocket;
  readonly listeners: Set<Listener>;
  quote: Quote | null;
  /** When it last ticked, began, or was last complained about. */
  heardAtMs: number;
}

/** Opens the public prices of a venue; connects with the first watched symbol. */
export function createBitgetFeed(
  options: { readonly venue: BitgetVenue; readonly log: Log },
): MarketFeed {
  return new BitgetFeed(options);
}

class BitgetFeed implements MarketFeed {
  readonly #venue: BitgetVenue;
  readonly #log: Log;
  readonly #watched = new Map<string, Watched>();
  readonly #sockets: BitgetSocket[] = [];
  #cancelCheck: (() => void) | null = null;
  #closed = false;

  constructor(options: { readonly venue: BitgetVenue; readonly log: Log }) {
    this.#venue = options.venue;
    this.#log = options.log;
  }

  fetchMarket(
    symbol: string,
    options?: { readonly isDoubted?: boolean },
  ): Promise<Market> {
    return this.#venue.fetchMarket(symbol, options);
  }

  quote(symbol: string): Quote | null {
    return this.#watched.get(symbol)?.quote ?? null;
  }

  watch(symbol: string, listener: Listener): () => void {
    const own: Listener = (quote) => listener(quote);
    const watched = this.#watched.get(symbol) ?? this.#begin(symbol);
    watched.listeners.add(own);
    return () => {
      if (!watched.listeners.delete(own) || watched.listeners.size > 0) return;
      this.#watched.delete(symbol);
      watched.socket.unsubscribe(topicOf(symbol));
    };
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#cancelCheck?.();
    this.#cancelCheck = null;
    this.#watched.clear();
    await Promise.all(this.#sockets.map((socket) => socket.close()));
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #begin(symbol: string): Watched {
    const topic = topicOf(symbol);
    const socket =
      this.#sockets.find((socket) => socket.topicsCount < TOPICS_PER_SOCKET) ??
        this.#openSocket();
    const watched: Watched = {
      symbol,
      socket,
      listeners: new Set(),
      quote: null,
      heardAtMs: this.#venue.clock.nowMs(),
    };
    this.#watched.set(symbol, watched);
    socket.subscribe(topic);
    socket.start();
    if (this.#cancelCheck === null) this.#scheduleCheck();
    return watched;
  }

  #openSocket(): BitgetSocket {
    const { urls, clock, random, connects } = this.#venue;
    const socket = new BitgetSocket({
      url: urls.wsPublic,
      clock,
      random,
      connects,
      log: this.#log,
      topics: [],
      login: null,
      onPush: (push) => this.#onPush(push),
      onTopicRefused: (topic) =>
        this.#log.error("symbol_refused", { ...topic }),
      onUp: () => this.#log.info("feed_connected"),
      onDown: (reason) => this.#log.warn("feed_disconnected", { reason }),
    });
    this.#sockets.push(socket);
    return socket;
  }

  #onPush(push: Push): void {
    if (push.channel !== "ticker") return;
    for (const value of push.rows) {
      const quote = this.#read(value);
      const watched = quote === null
        ? undefined
        : this.#watched.get(quote.symbol);
      if (quote === null || watched === undefined) continue;
      watched.quote = quote;
      watched.heardAtMs = quote.receivedAtMs;
      for (const listener of watched.listeners) this.#tell(listener, quote);
    }
  }

  /** Null where the row is no quote, for example without a bid: nothing to trade on. */
  #read(value: unknown): Quote | null {
    try {
      const row: Row = readRow(value, "ticker");
      return parseQuote(row, this.#venue.clock.nowMs());
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error;
      this.#log.error("quote_unreadable", { error: error.message });
      return null;
    }
  }

  #tell(listener: Listener, quote: Quote): void {
    try {
      listener(quote);
    } catch (error) {
      this.#log.error("listener_failed", { event: "quote", error: `${error}` });
    }
  }

  #scheduleCheck(): void {
    if (this.#closed) return;
    this.#cancelCheck = this.#venue.clock.after(SILENCE_CHECK_MS, () => {
      this.#checkSilence();
      this.#scheduleCheck();
    });
  }

  #checkSilence(): void {
    const nowMs = this.#venue.clock.nowMs();
    const silent = new Set<BitgetSocket>();
    for (const watched of this.#watched.values()) {
      const silentMs = nowMs - watched.heardAtMs;
      if (silentMs < SILENCE_MS_MAX) continue;
      this.#log.error("quote_silent", {
        symbol: watched.symbol,
        silentMs: nowMs - (watched.quote?.receivedAtMs ?? watched.heardAtMs),
      });
      watched.heardAtMs = nowMs;
      silent.add(watched.socket);
    }
    for (const socket of silent) {
      if (socket.up) socket.reconnect("quote_silent");
    }
  }
}

function topicOf(symbol: string): Topic {
  const venueSymbol = toVenueSymbol(symbol);
  if (venueSymbol !== null && toSymbol(venueSymbol) === symbol) {
    return { channel: "ticker", instId: venueSymbol };
  }
  throw new ExchangeError(`The exchange has no market "${symbol}"`, {
    code: "unknown_symbol",
    kind: "rejected",
    reason: "unknown_symbol",
  });
}
