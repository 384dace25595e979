/**
 * The range grid's side of the risk layers. A trailing take-profit ends the
 * grid like its take-profit; a hard stop closes one leg, whose intervals then
 * rest; a maximum loss closes everything and the bot ends.
 *
 * @module
 */
import type { DesiredOrder } from "../../model/order.ts";
import { assessRisk } from "../risk/assess.ts";
import { plainFacts } from "../risk/facts.ts";
import { isAnyLayerOn, NO_LAYERS } from "../risk/state.ts";
import type { RangeGridInput, RangeGridView } from "./input.ts";
import { heldOf, type RangeGridState } from "./state.ts";

/** Asks the risk layers; the view holds what they remember from now on. */
export function askRisk(input: RangeGridInput): RangeGridView {
  const { config, state, positions, quote, market } = input;
  const { risk, ...rest } = state;
  if (!isAnyLayerOn(config.risk) && (risk?.halt ?? null) === null) {
    return {
      ...input,
      state: risk === undefined ? state : rest,
      verdict: null,
    };
  }
  const verdict = assessRisk({
    ...input,
    layers: { ...NO_LAYERS, ...config.risk },
    state: risk,
    facts: input.facts ?? plainFacts(quote, positions),
    owned: {
      long: heldOf(state, "long", market.lotSize) > 0,
      short: heldOf(state, "short", market.lotSize) > 0,
    },
    runs: {
      long: state.grid.direction !== "short",
      short: state.grid.direction !== "long",
    },
    cycles: state.cycles,
    maxEntry: null,
  });
  const next = verdict.state === risk
    ? state
    : { ...state, risk: verdict.state };
  return { ...input, state: endedByTrailing(next), verdict };
}

/** The grid exits as at its take-profit, instead of leg by leg. */
function endedByTrailing(state: RangeGridState): RangeGridState {
  const { risk, phase } = state;
  if (risk === undefined || (phase !== "opening" && phase !== "running")) {
    return state;
  }
  const { long, short } = risk.closing;
  const isTurned = long?.code === "trailing_take_profit" ||
    short?.code === "trailing_take_profit";
  if (!isTurned) return state;
  return {
    ...state,
    phase: "exiting",
    endedBy: "trailing_take_profit",
    risk: { ...risk, trailingPeak: null, closing: { long: null, short: null } },
  };
}

/** Tells whether the layers let an order of the grid rest. */
export function isAllowed(
  { verdict }: RangeGridView,
  { positionSide, purpose }: DesiredOrder,
): boolean {
  const leg = verdict?.legs[positionSide];
  if (leg === undefined) return true;
  if (leg.closes !== null) return false;
  return purpose === "open"
    ? leg.mayOpen
    : purpose === "entry"
    ? leg.mayEnter
    : true;
}
