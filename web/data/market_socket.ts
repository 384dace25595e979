/**
 * An exchange's public market data as it moves: one socket, the candles and the
 * ticker of one symbol. It answers for itself: pings every 20 s (text `ping`),
 * reconnects after 1, 2, 5, then 10 s, and says when nothing came for 10 s. A
 * socket on which not even the answer to a ping came is dead, whether or not the
 * browser has noticed: another is opened.
 *
 * @module
 */
import type { Candle } from "@core/model/candle.ts";
import { isRow, readNumberOrNull } from "./row_reader.ts";
import type { VenueEndpoints } from "./runtime_config.ts";
import { type Granularity, parseCandles } from "./venue_market.ts";

const PING_INTERVAL_MS = 20_000;
const STALE_AFTER_MS = 10_000;
/** An answer to a ping takes a moment. */
const DEAD_AFTER_MS = PING_INTERVAL_MS + 10_000;
const RETRY_DELAYS_MS = [1_000, 2_000, 5_000, 10_000];
const INSTRUMENT_TYPE = "USDT-FUTURES";

/** Whether prices move: `stale` is connected, and silent. */
export type FeedState = "connecting" | "live" | "stale" | "reconnecting";

/** What a {@linkcode MarketSocket} tells. */
export interface MarketListener {
  onCandles(candles: readonly Candle[]): void;
  onPrice(price: number): void;
  onState(state: FeedState): void;
  /** The socket is open again after a gap: reload the history. */
  onReconnect(): void;
}

/** The live candles and price of one symbol; see the header of this file. */
export class MarketSocket {
  readonly #url: string;
  readonly #args: readonly Readonly<Record<string, string>>[];
  readonly #listener: MarketListener;
  readonly #deadAfterMs: number;
  #socket: WebSocket | null = null;
  #attempts = 0;
  #wasOpen = false;
  #isStopped = false;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #pingTimer: ReturnType<typeof setInterval> | undefined;
  #staleTimer: ReturnType<typeof setTimeout> | undefined;
  #deadTimer: ReturnType<typeof setTimeout> | undefined;

  /** @param options.deadAfterMs For tests: silence that ends a socket. */
  constructor(
    options: {
      readonly endpoints: VenueEndpoints;
      readonly venueSymbol: string;
      readonly granularity: Granularity;
      readonly deadAfterMs?: number;
    },
    listener: MarketListener,
  ) {
    const { endpoints, venueSymbol: instId, granularity } = options;
    this.#url = `${endpoints.ws}/v2/ws/public`;
    this.#args = [`candle${granularity.wire}`, "ticker"].map((channel) => ({
      instType: INSTRUMENT_TYPE,
      channel,
      instId,
    }));
    this.#listener = listener;
    this.#deadAfterMs = options.deadAfterMs ?? DEAD_AFTER_MS;
  }

  /** Opens the socket. Call once. */
  start(): void {
    this.#open();
  }

  /** Closes it for good; safe twice. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#retryTimer);
    this.#quiet();
    this.#socket?.close(1000);
    this.#socket = null;
  }

  #open(): void {
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#live(socket);
    socket.onopen = () => {
      this.#attempts = 0;
      this.#live(socket);
      socket.send(JSON.stringify({ op: "subscribe", args: this.#args }));
      this.#pingTimer = setInterval(
        () => socket.send("ping"),
        PING_INTERVAL_MS,
      );
      if (this.#wasOpen) this.#listener.onReconnect();
      this.#wasOpen = true;
    };
    socket.onmessage = ({ data }) => {
      this.#live(socket);
      if (typeof data === "string") this.#onMessage(data);
    };
    socket.onclose = () => this.#onClosed();
  }

  /** It is being opened, or something came: the next must, before long. */
  #live(socket: WebSocket): void {
    clearTimeout(this.#deadTimer);
    this.#deadTimer = setTimeout(() => {
      // On a dead line the end of a socket may be told minutes later.
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
      this.#onClosed();
    }, this.#deadAfterMs);
  }

  #onClosed(): void {
    this.#quiet();
    if (this.#isStopped) return;
    this.#listener.onState("reconnecting");
    const last = RETRY_DELAYS_MS.length - 1;
    const delayMs = RETRY_DELAYS_MS[Math.min(this.#attempts, last)];
    this.#attempts++;
    this.#retryTimer = setTimeout(() => this.#open(), delayMs);
  }

  #quiet(): void {
    clearInterval(this.#pingTimer);
    clearTimeout(this.#staleTimer);
    clearTimeout(this.#deadTimer);
  }

  #onMessage(text: string): void {
    if (text === "pong") return;
    const message: unknown = JSON.parse(text);
    if (!isRow(message) || !isRow(message.arg)) return;
    if (!Array.isArray(message.data)) return;
    this.#hear();
    if (message.arg.channel === "ticker") {
      const row: unknown = message.data.at(-1);
      const price = isRow(row) ? readNumberOrNull(row, "lastPr") : null;
      if (price !== null) this.#listener.onPrice(price);
    } else {
      this.#listener.onCandles(parseCandles(message.data));
    }
  }

  #hear(): void {
    this.#listener.onState("live");
    clearTimeout(this.#staleTimer);
    this.#staleTimer = setTimeout(() => {
      this.#listener.onState("stale");
    }, STALE_AFTER_MS);
  }
}
