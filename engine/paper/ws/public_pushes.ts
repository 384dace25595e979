/**
 * What everyone may hear: tickers, candles, trades, books. Pushed by a timer,
 * one message a topic however many ticks there were: matching sees every
 * tick, the wire does not have to.
 *
 * @module
 */
import type { Market } from "../market.ts";
import { barOpenMs } from "../prices/candles.ts";
import {
  bookOf,
  checksumOf,
  deltaOf,
  type Depth,
  LEVELS_MAX,
} from "../prices/depth.ts";
import type { Venue } from "../venue.ts";
import { barRow, tickerPush } from "../wire/market.ts";
import type { Subscription } from "./channels.ts";
import type { Connection } from "./connection.ts";
import type { Hub, Push } from "./hub.ts";

/** Between two rounds of public pushes. */
const INTERVAL_MS = 100;
/** A quiet market repeats its ticker so often. */
const REPEAT_MS = 1_000;
const SNAPSHOT_BARS = 500;
const SNAPSHOT_TRADES = 50;
const BOOK_LEVELS: Readonly<Record<string, number>> = {
  books1: 1,
  books5: 5,
  books15: 15,
};
const CANDLE = "candle";

/** The public pushes of one exchange. */
export class PublicPushes {
  readonly #hub: Hub;
  readonly #venue: Venue;
  /** Candle channels asked for since the start, by symbol. */
  readonly #candleChannels: Map<string, Set<string>> = new Map();
  /** The full book as last pushed, by symbol. */
  readonly #books: Map<string, Depth> = new Map();
  readonly #tickerAtMs: Map<string, number> = new Map();
  #timer: ReturnType<typeof setInterval> | null = null;

  constructor(hub: Hub, venue: Venue) {
    this.#hub = hub;
    this.#venue = venue;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.flush(), INTERVAL_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  /** Pushes what has changed since the last time. */
  flush(): void {
    const atMs = this.#venue.nowMs();
    for (const market of this.#venue.markets.values()) {
      if (market.isDirty) this.#pushMarket(market, atMs);
      else this.#repeatTicker(market, atMs);
      market.isDirty = false;
      market.unpushedTrades = [];
    }
  }

  /** Sends what a public channel starts with. */
  pushSnapshot(connection: Connection, subscription: Subscription): void {
    const { channel, instId } = subscription;
    const market = this.#venue.market(instId);
    const atMs = this.#venue.nowMs();
    const send = (data: unknown) =>
      this.#hub.pushTo(connection, subscription, {
        action: "snapshot",
        data,
        atMs,
      });
    if (channel === "ticker") return send([tickerPush(market, atMs)]);
    if (channel === "trade") {
      const trades = market.trades.slice(-SNAPSHOT_TRADES);
      if (trades.length === 0) return;
      return send(trades.reverse().map((trade) => tradeRow(market, trade)));
    }
    if (channel.startsWith(CANDLE)) {
      const known = this.#candleChannels.get(instId) ?? new Set();
      this.#candleChannels.set(instId, known.add(channel));
      return send(candleRows(market, channel, { atMs, limit: SNAPSHOT_BARS }));
    }
    if (channel === "books") {
      return send([bookRow(this.#bookAsPushed(market), atMs)]);
    }
    const levels = BOOK_LEVELS[channel] ?? LEVELS_MAX;
    send([bookRow(bookOf(market, levels), atMs)]);
  }

  #pushMarket(market: Market, atMs: number): void {
    this.#pushTicker(market, atMs);
    const { symbol } = market;
    if (market.unpushedTrades.length > 0) {
      this.#push(
        `trade:${symbol}`,
        "update",
        atMs,
        () =>
          [...market.unpushedTrades].reverse()
            .map((trade) => tradeRow(market, trade)),
      );
    }
    for (const channel of this.#candleChannels.get(symbol) ?? []) {
      this.#push(
        `${channel}:${symbol}`,
        "update",
        atMs,
        () => newestCandles(market, channel, atMs),
      );
    }
    for (const [channel, levels] of Object.entries(BOOK_LEVELS)) {
      this.#push(
        `${channel}:${symbol}`,
        "snapshot",
        atMs,
        () => [bookRow(bookOf(market, levels), atMs)],
      );
    }
    if (this.#hub.hasSubscribers(`books:${symbol}`)) {
      this.#pushBookDelta(market, atMs);
    } else this.#books.delete(symbol);
  }

  #pushTicker(market: Market, atMs: number): void {
    this.#tickerAtMs.set(market.symbol, atMs);
    this.#push(
      `ticker:${market.symbol}`,
      "snapshot",
      atMs,
      () => [tickerPush(market, atMs)],
    );
  }

  #repeatTicker(market: Market, atMs: number): void {
    const lastMs = this.#tickerAtMs.get(market.symbol) ?? 0;
    if (atMs - lastMs >= REPEAT_MS) this.#pushTicker(market, atMs);
  }

  /** The book every subscriber of the deltas has now. */
  #bookAsPushed(market: Market): Depth {
    const { symbol } = market;
    const isFollowed = this.#hub.hasSubscribers(`books:${symbol}`);
    const known = isFollowed ? this.#books.get(symbol) : undefined;
    if (known !== undefined) return known;
    const book = bookOf(market, LEVELS_MAX);
    this.#books.set(symbol, book);
    return book;
  }

  #pushBookDelta(market: Market, atMs: number): void {
    const before = this.#bookAsPushed(market);
    const after = bookOf(market, LEVELS_MAX);
    const delta = deltaOf(before, after);
    if (delta.asks.length + delta.bids.length === 0) return;
    this.#books.set(market.symbol, after);
    this.#push(`books:${market.symbol}`, "update", atMs, () => [{
      ...delta,
      checksum: checksumOf(after),
      ts: String(atMs),
    }]);
  }

  #push(
    topic: string,
    action: Push["action"],
    atMs: number,
    data: () => unknown,
  ): void {
    if (!this.#hub.hasSubscribers(topic)) return;
    this.#hub.pushPublic(topic, { action, data: data(), atMs });
  }
}

function bookRow(depth: Depth, atMs: number): Record<string, unknown> {
  return { ...depth, checksum: checksumOf(depth), ts: String(atMs) };
}

function tradeRow(
  market: Market,
  trade: Market["trades"][number],
): Record<string, unknown> {
  return {
    ts: String(trade.atMs),
    price: market.priceText(trade.price),
    size: market.sizeText(trade.size),
    side: trade.orderSide,
    tradeId: trade.tradeId,
  };
}

/** The open bar, and for a moment after its end also the one before: its last ticks count. */
function newestCandles(
  market: Market,
  channel: string,
  atMs: number,
): string[][] {
  const openMs = barOpenMs(channel.slice(CANDLE.length), atMs);
  const limit = atMs - openMs < 2 * INTERVAL_MS ? 2 : 1;
  return candleRows(market, channel, { atMs, limit });
}

/** Oldest first; [openTime, o, h, l, c, base, quote, usdt volume]. */
function candleRows(
  market: Market,
  channel: string,
  options: { readonly atMs: number; readonly limit: number },
): string[][] {
  const granularity = channel.slice(CANDLE.length);
  const endMs = barOpenMs(granularity, options.atMs) + 1;
  return market.series.query({
    granularity,
    startMs: 0,
    endMs,
    limit: options.limit,
  }).map((bar) => {
    const row = barRow(market, bar);
    return [...row, row[6] ?? "0"];
  });
}
