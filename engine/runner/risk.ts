/**
 * The runner's side of the risk layers: what they are told of the account, and
 * how a bot ends that a layer has stopped.
 *
 * @module
 */
import type { BotStop, Quote, RiskFacts } from "@core/mod.ts";
import { messageOf } from "@engine/store/errors.ts";
import { type Context, ownLegsOf } from "./context.ts";
import { commit } from "./record.ts";

/**
 * Returns what risk layers look at. While a fill has just moved an average
 * price that the exchange has not told yet, it and the equity worked out with
 * it are unknown: a layer that closes must not act on a guess.
 */
export function riskFactsOf(context: Context, quote: Quote): RiskFacts {
  const { positions: { entryPrices }, bot, equity } = context;
  return {
    runVersion: bot.desiredVersion,
    equity: equity.certain(ownLegsOf(context)),
    markPrice: quote.markPrice,
    fundingRate: quote.fundingRate,
    entryPrices,
  };
}

/** A balance is told with every fill, and prices of other symbols move it too. */
const BALANCE_INTERVAL_MS = 5_000;
/** So long the balance of a fill may be on its way before it is asked for. */
const BALANCE_OWED_MS = 1_000;

/**
 * Keeps the balance young while a layer looks at the equity. Beside the loop:
 * a fill's answer never waits for it.
 */
export class BalanceWatch {
  readonly #context: Context;
  #isAsking = false;
  #askedAtMs = 0;
  #owedSinceMs: number | null = null;

  constructor(context: Context) {
    this.#context = context;
  }

  /** Asks for the balance where it is due; the answer comes as news. */
  watch(): void {
    const { strategy, account, equity, positions, nowMs, log } = this.#context;
    if (!strategy.needsEquity || !account.connected || this.#isAsking) return;
    const atMs = nowMs();
    equity.observe(ownLegsOf(this.#context));
    this.#owedSinceMs = equity.isOwed(positions.legs)
      ? this.#owedSinceMs ?? atMs
      : null;
    const isOwed = this.#owedSinceMs !== null &&
      atMs - this.#owedSinceMs >= BALANCE_OWED_MS;
    const waitMs = isOwed ? BALANCE_OWED_MS : BALANCE_INTERVAL_MS;
    if (atMs - this.#askedAtMs < waitMs) return;
    this.#askedAtMs = atMs;
    this.#isAsking = true;
    this.#ask().catch((error) =>
      // The audit meets what is more than a passing trouble.
      log.debug("balance_not_told", { error: messageOf(error) })
    ).finally(() => this.#isAsking = false);
  }

  async #ask(): Promise<void> {
    const { account, market, inbox } = this.#context;
    const balance = await account.fetchBalance(market.quote);
    inbox.push({ kind: "balance", balance });
  }
}

/**
 * Ends the bot for good, its reason beside it: nobody claims it again before
 * the trader has started it anew.
 *
 * @returns False: the trader has asked for something else meanwhile.
 */
export async function endByRisk(
  context: Context,
  { code, message }: BotStop,
): Promise<boolean> {
  const { store, bot } = context;
  await commit(context, []);
  context.log.warn("bot_stopped_by_risk", { code });
  // The layer's condition has been told as an error when it was decided.
  store.addEvents([{ level: "warning", code: "bot_stopped_by_risk", message }]);
  // Whoever reads "stopped" must find orders, fills and figures beside it.
  await store.flush();
  return await store.setStatus("stopped", {
    code,
    reason: message,
    acknowledgedVersion: bot.desiredVersion,
  });
}
