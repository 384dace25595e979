/**
 * Learns the rules of every market the platform's bots trade, also those of
 * other engines' bots. The exchange tells them market by market, ten a second
 * an address: an engine that began to ask when it takes fifty bots over would
 * leave the last of them unmanaged for five seconds.
 *
 * One question at a time, so that a bot that is being opened waits behind one
 * at most. What fails is asked again with the next round.
 *
 * @module
 */
import type { Log } from "@core/mod.ts";
import type { TradedMarket } from "@engine/store/mod.ts";
import { messageOf, pause } from "@engine/store/mod.ts";

const ROUND_MS = 30_000;

/** What the warmer needs. */
export interface MarketWarmerOptions {
  /** Lists the markets to know. */
  readonly list: () => Promise<readonly TradedMarket[]>;
  /** Asks the exchange, where the market is not known or what is known is old. */
  readonly fetchMarket: (market: TradedMarket) => Promise<unknown>;
  readonly log: Log;
}

/** See the head of this file. */
export class MarketWarmer implements AsyncDisposable {
  readonly #options: MarketWarmerOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: MarketWarmerOptions) {
    this.#options = options;
  }

  /** Begins at once. Safe twice. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Makes one round. @returns Markets that could not be learnt. */
  async warm(): Promise<number> {
    const { list, fetchMarket, log } = this.#options;
    let failures = 0;
    for (const market of await list()) {
      if (this.#stopping.signal.aborted) break;
      try {
        await fetchMarket(market);
      } catch (error) {
        failures += 1;
        log.debug("market_not_learnt", {
          ...market,
          error: messageOf(error),
        });
      }
    }
    return failures;
  }

  /** Ends; what it asks is answered first. Safe without start, safe twice. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    for (let round = 1; !signal.aborted; round += 1) {
      try {
        const failures = await this.warm();
        if (round === 1) this.#options.log.info("markets_learnt", { failures });
      } catch (error) {
        this.#options.log.warn("markets_not_listed", {
          error: messageOf(error),
        });
      }
      await pause(ROUND_MS, signal);
    }
  }
}
