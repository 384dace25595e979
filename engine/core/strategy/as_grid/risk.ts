/**
 * The AS grid's side of the risk layers: what they are told of it, and the
 * order that closes a leg for them.
 *
 * @module
 */
import type { DesiredOrder } from "../../model/order.ts";
import type { PositionSide } from "../../model/sides.ts";
import { assessRisk } from "../risk/assess.ts";
import { closingOrder } from "../risk/closing_order.ts";
import { plainFacts } from "../risk/facts.ts";
import { isAnyLayerOn } from "../risk/state.ts";
import { type AsGridInput, type AsGridView, runsLeg } from "./input.ts";
import { ownsAsGridLeg, thresholdsOf } from "./state.ts";

/** Asks the risk layers; the view holds what they remember from now on. */
export function askRisk(input: AsGridInput): AsGridView {
  const { config, state, positions, quote } = input;
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
    layers: config.risk,
    state: risk,
    facts: input.facts ?? plainFacts(quote, positions),
    owned: {
      long: ownsAsGridLeg(state, "long"),
      short: ownsAsGridLeg(state, "short"),
    },
    runs: { long: runsLeg(config, "long"), short: runsLeg(config, "short") },
    cycles: { long: state.legs.long.cycle, short: state.legs.short.cycle },
    maxEntry: thresholdsOf(state, config).maxEntry,
  });
  return {
    ...input,
    state: verdict.state === risk ? state : { ...state, risk: verdict.state },
    verdict,
  };
}

/** Returns the order that closes a leg, where a layer asks for it. */
export function closeForRisk(
  input: AsGridView,
  side: PositionSide,
  code: string,
): DesiredOrder[] {
  const { state, positions, working, market } = input;
  const held = ownsAsGridLeg(state, side) ? positions[side].size : 0;
  return closingOrder({
    side,
    held,
    working,
    market,
    cycle: state.legs[side].cycle,
    reason: { rule: code, inputs: { held } },
  });
}
