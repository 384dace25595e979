/**
 * An exchange in memory: the same exchange model the paper exchange runs, its
 * one market's feed, and one account.
 *
 * @module
 */
import type { Market, Quote } from "@core/mod.ts";
import { type Exchange, movePrice } from "@core/matching/mod.ts";
import { BNB, createTestExchange } from "@core/matching/testing.ts";
import type { MarketFeed } from "@engine/exchange/port.ts";
import { MemoryAccount } from "./memory_account.ts";
import { MARKET, refusal, SYMBOL } from "./venue_words.ts";

/** See the head of this file. */
export class MemoryExchange implements MarketFeed {
  readonly model: Exchange;
  readonly account: MemoryAccount;
  readonly #nowMs: () => number;
  readonly #watchers = new Set<(quote: Quote) => void>();
  #quote: Quote | null = null;
  /** What the feed says of the next settlement; null: unknown. */
  fundingRate: number | null = null;
  /** Size that may trade in one tick, base; null is unlimited. */
  liquidity: number | null = null;

  constructor(
    options: {
      readonly nowMs: () => number;
      readonly balance?: string;
      readonly positionMode?: "hedge" | "one_way";
    },
  ) {
    this.#nowMs = options.nowMs;
    this.model = createTestExchange({
      balance: options.balance ?? "1000",
      positionMode: options.positionMode ?? "hedge",
    });
    this.account = new MemoryAccount(this.model, options.nowMs);
    this.tick(650);
  }

  /** Moves the price in one straight piece, quote per base; pushes what follows. */
  tick(price: number): void {
    const atMs = this.#nowMs();
    movePrice(this.model, {
      symbol: BNB.symbol,
      to: Math.round(price * 100),
      atMs,
      liquidity: this.liquidity === null
        ? null
        : Math.round(this.liquidity * 100),
    });
    this.#quote = {
      symbol: SYMBOL,
      bestBid: Math.round(price * 100 - 1) / 100,
      bestAsk: Math.round(price * 100 + 1) / 100,
      lastPrice: price,
      markPrice: price,
      fundingRate: this.fundingRate,
      receivedAtMs: atMs,
    };
    this.account.push();
    for (const watcher of this.#watchers) watcher(this.#quote);
  }

  fetchMarket(symbol: string): Promise<Market> {
    return symbol === SYMBOL
      ? Promise.resolve(MARKET)
      : Promise.reject(refusal("unknown_symbol", "rejected"));
  }

  quote(symbol: string): Quote | null {
    return symbol === SYMBOL ? this.#quote : null;
  }

  watch(_symbol: string, listener: (quote: Quote) => void): () => void {
    this.#watchers.add(listener);
    return () => void this.#watchers.delete(listener);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
