import type { Market, Quote } from "@core/mod.ts";
import { ExchangeError, type MarketFeed } from "@engine/exchange/port.ts";
import { MARKETS } from "./markets.ts";
import type { SimProcess } from "./process.ts";

/** One process's prices. */
export class SimFeed implements MarketFeed {
  readonly #process: SimProcess;
  readonly #quotes = new Map<string, Quote>();
  readonly #watchers = new Map<string, Set<(quote: Quote) => void>>();

  constructor(process: SimProcess) {
    this.#process = process;
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

  async fetchMarket(symbol: string): Promise<Market> {
    const trip = { thereMs: 5, backMs: 5 };
    const found = await this.#process.call(
      trip,
      () => MARKETS.find(({ market }) => market.symbol === symbol),
    );
    if (found !== undefined) return found.market;
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
