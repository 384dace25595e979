/**
 * The runner's side of the risk layers: what they are told of the account, and
 * how a bot ends that a layer has stopped.
 *
 * @module
 */
import {
  type BotStop,
  POSITION_SIDES,
  type Quote,
  type RiskFacts,
} from "@core/mod.ts";
import { equityOf } from "./account_figures.ts";
import { type Context, figuresOf } from "./context.ts";
import { commit } from "./record.ts";

/**
 * Returns what risk layers look at. While a fill has just moved an average
 * price that the exchange has not told yet, it and the equity worked out with
 * it are unknown: a layer that closes must not act on a guess.
 */
export function riskFactsOf(context: Context, quote: Quote): RiskFacts {
  const { positions, bot } = context;
  const { entryPrices, legs } = positions;
  const isCurrent = POSITION_SIDES.every((side) =>
    legs[side].size === 0 || entryPrices[side] !== null
  );
  return {
    runVersion: bot.desiredVersion,
    equity: isCurrent ? equityOf(figuresOf(context)) : null,
    markPrice: quote.markPrice,
    fundingRate: quote.fundingRate,
    entryPrices,
  };
}

/**
 * Ends the bot for good, its reason beside it: nobody claims it again before
 * the trader has started it anew.
 */
export async function endByRisk(
  context: Context,
  { code, message }: BotStop,
): Promise<void> {
  const { store, bot } = context;
  await commit(context, []);
  context.log.warn("bot_stopped_by_risk", { code });
  // The layer's condition has been told as an error when it was decided.
  store.addEvents([{ level: "warning", code: "bot_stopped_by_risk", message }]);
  // Whoever reads "stopped" must find orders, fills and figures beside it.
  await store.flush();
  await store.setStatus("stopped", {
    code,
    reason: message,
    acknowledgedVersion: bot.desiredVersion,
  });
}
