import type { Market, Quote } from "../../model/market.ts";
import { type Slot, slotKey } from "../../model/order.ts";
import type { LegPositions, StrategyPlan, WorkingOrder } from "../plan.ts";
import type { RiskVerdict } from "../risk/assess.ts";
import type { RiskFacts } from "../risk/facts.ts";
import type { RangeGridConfig } from "./config.ts";
import type { RangeGridState } from "./state.ts";

/** Everything the decision depends on. */
export interface RangeGridInput {
  readonly config: RangeGridConfig;
  readonly market: Market;
  readonly state: RangeGridState;
  readonly positions: LegPositions;
  readonly quote: Pick<Quote, "bestBid" | "bestAsk">;
  /** Maintenance margin ÷ equity; null is unknown. */
  readonly marginRatio: number | null;
  /** The bot's own orders that may still trade. */
  readonly working: readonly WorkingOrder[];
  /**
   * Orders, live or over, of which fills may still be told; absent: of none.
   * An interval does not fall out of a trailing range while it has one.
   */
  readonly unsure?: readonly Slot[];
  readonly nowMs: number;
  /** For risk layers; absent: prices and positions alone are known. */
  readonly facts?: RiskFacts;
}

/** The same, after the risk layers were asked. */
export interface RangeGridView extends RangeGridInput {
  /** Null: no layer is on. */
  readonly verdict: RiskVerdict | null;
}

/** The plan of the range grid. */
export type RangeGridPlan = StrategyPlan<RangeGridState>;

/** Returns the price in the middle of the touch. */
export function midOf({ quote }: RangeGridInput): number {
  return (quote.bestBid + quote.bestAsk) / 2;
}

/** Returns the bot's working order in a slot, or null. */
export function workingIn(
  input: RangeGridInput,
  slot: Slot,
): WorkingOrder | null {
  const key = slotKey(slot);
  return input.working.find((order) => slotKey(order) === key) ?? null;
}
