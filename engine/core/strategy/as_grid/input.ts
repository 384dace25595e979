import type { Market, Quote } from "../../model/market.ts";
import type { DesiredOrder } from "../../model/order.ts";
import type { PositionSide, Purpose } from "../../model/sides.ts";
import type { Condition, LegPositions, WorkingOrder } from "../plan.ts";
import type { RiskVerdict } from "../risk/assess.ts";
import type { RiskFacts } from "../risk/facts.ts";
import type { AsGridConfig } from "./config.ts";
import type { AsGridState } from "./state.ts";

/** Everything the decision depends on. */
export interface AsGridInput {
  readonly config: AsGridConfig;
  readonly market: Market;
  readonly state: AsGridState;
  readonly positions: LegPositions;
  readonly quote: Pick<Quote, "bestBid" | "bestAsk">;
  /** Maintenance margin ÷ equity; null is unknown. */
  readonly marginRatio: number | null;
  /** The bot's own orders that may still trade. */
  readonly working: readonly WorkingOrder[];
  readonly nowMs: number;
  /** For risk layers; absent: prices and positions alone are known. */
  readonly facts?: RiskFacts;
}

/** The same, after the risk layers were asked. */
export interface AsGridView extends AsGridInput {
  /** Null: no layer is on. */
  readonly verdict: RiskVerdict | null;
}

/** Returns a leg's spacings, as written or under an overlay. */
export function spacingsOf(
  { config, verdict }: AsGridView,
  side: PositionSide,
): { readonly gridSpacing: number; readonly takeProfitSpacing: number } {
  const { gridSpacing, takeProfitSpacing } = config;
  const factor = verdict?.legs[side].overlay?.spacingFactor ?? 1;
  if (factor === 1) return config;
  return {
    gridSpacing: gridSpacing * factor,
    takeProfitSpacing: takeProfitSpacing * factor,
  };
}

/** Returns the bot's working order in a slot, or null. */
export function workingIn(
  input: AsGridInput,
  side: PositionSide,
  purpose: Purpose,
): WorkingOrder | null {
  return input.working.find((order) =>
    order.positionSide === side && order.purpose === purpose
  ) ?? null;
}

/** Tells whether the trader wants this leg to run. */
export function runsLeg(config: AsGridConfig, side: PositionSide): boolean {
  return config.legs === "both" || config.legs === side;
}

/** What one leg's rules add to the plan. */
export interface LegPlan {
  readonly desired: readonly DesiredOrder[];
  readonly conditions: readonly Condition[];
}
