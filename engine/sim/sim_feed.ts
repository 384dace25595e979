import type { Market, Quote } from "@core/mod.ts";
import { ExchangeError, type MarketFeed } from "@engine/exchange/port.ts";
import type { SimProcess } from "./process.ts";
import type { SimVenue } from "./venue.ts";

/** As the venue's own: a market is asked for again after this, ms. */
const MARKET_TTL_MS = 3_600_000;
const MARKET_FRESH_MS = 10_000;

/** One process's prices, and the markets it knows. */
export class SimFeed implements MarketFeed {
  readonly #process: SimProcess;
  readonly #venue: SimVenue;
  readonly #known = new Map<string, { market: Market; atMs: number }>();
  readonly #quotes = new Map<string, Quote>();
  readonly #watchers = new Map<string, Set<(quote: Quote) => void>>();

  constructor(process: SimProcess, venue: SimVenue) {
    this.#process = process;
    this.#venue = venue;
  }

  /** A market already fetched. @throws {TypeError} When it never was. */
  knownMarket(symbol: string): Market {
    const known = this.#known.get(symbol);
    if (known === undefined) throw new TypeError(`No market ${symbol}`);
    return known.market;
  }

  /** A price leaves the exchange for this process. */
  tell(symbol: string, price: number): void {
    const { timeline, random, clock } = this.#process;
    timeline.after(random.between(2, 20), () =>
      this.#process.deliver(() => {
        const quote: Quote = {
          symbol,
          bestBid: Math.round(price * 100 - 1) / 100,
          bestAsk: Math.round(price * 100 + 1) / 100,
          lastPrice: price,
          markPrice: price,
          fundingRate: null,
          receivedAtMs: clock.nowMs(),
        };
        this.#quotes.set(symbol, quote);
        for (const watcher of this.#watchers.get(symbol) ?? []) watcher(quote);
      }));
  }

  async fetchMarket(
    symbol: string,
    { isDoubted = false }: { readonly isDoubted?: boolean } = {},
  ): Promise<Market> {
    const { clock } = this.#process;
    const known = this.#known.get(symbol);
    const ttlMs = isDoubted ? MARKET_FRESH_MS : MARKET_TTL_MS;
    if (known !== undefined && clock.nowMs() - known.atMs < ttlMs) {
      return known.market;
    }
    const market = await this.#process.call(
      { thereMs: 5, backMs: 5 },
      () =>
        this.#venue.markets.find((listed) => listed.market.symbol === symbol)
          ?.market,
    );
    if (market !== undefined) {
      this.#known.set(symbol, { market, atMs: clock.nowMs() });
      return market;
    }
    throw new ExchangeError(`No market ${symbol}`, {
      code: "40034",
      kind: "rejected",
      reason: "unknown_symbol",
    });
  }

  quote(symbol: string): Quote | null {
    return this.#quotes.get(symbol) ?? null;
  }

  watch(symbol: string, listener: (quote: Quote) => void): () => void {
    const watchers = this.#watchers.get(symbol) ?? new Set();
    this.#watchers.set(symbol, watchers);
    watchers.add(listener);
    return () => void watchers.delete(listener);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
