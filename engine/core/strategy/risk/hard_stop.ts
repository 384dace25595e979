import type { RiskLayers } from "./config.ts";

/**
 * The risk layer "hard stop": whether a leg has lost more than its share of
 * the equity. Exactly its share is not more.
 *
 * @param leg Unrealized PnL of the leg and equity of the account, quote.
 */
export function exceedsLoss(
  layer: NonNullable<RiskLayers["hardStop"]>,
  { pnl, equity }: { readonly pnl: number; readonly equity: number },
): boolean {
  return pnl < 0 && -pnl > layer.maxLossFraction * equity;
}
