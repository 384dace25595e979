/**
 * The AS grid's decision: from the state, both positions and the price to the
 * orders that should rest. Pure; the rules and their reasons are in
 * `README.md` and in the specification, as-grid.md.
 *
 * A leg is in one of these states, read in this order:
 * - *held*: fills and positions contradict each other; nothing moves.
 * - *closing*: a risk layer closes it at market, and afterwards it rests.
 * - *flat*: no position; an opening order at the touch.
 * - *opening*: its opening order is partly filled; the rest is opened.
 * - *unexplained*: a position without an anchor; no entries, no guesses.
 * - *paused*: larger than T; a frozen take-profit, no entry.
 * - *normal*: take-profit and entry around the anchor.
 *
 * @module
 */
import { roundToLot, toDecimalText } from "../../model/rounding.ts";
import {
  isOpening,
  otherSide,
  POSITION_SIDES,
  type PositionSide,
} from "../../model/sides.ts";
import type { DesiredOrder } from "../../model/order.ts";
import type { Condition, StrategyPlan } from "../plan.ts";
import { guardMargin } from "../risk/margin_guard.ts";
import { planOpening } from "./flat_leg.ts";
import { planHeldLeg } from "./held_leg.ts";
import {
  type AsGridInput,
  type AsGridView,
  type LegPlan,
  spacingsOf,
  workingIn,
} from "./input.ts";
import { lockRatio } from "./prices.ts";
import { planReduction } from "./reduction.ts";
import { askRisk, closeForRisk } from "./risk.ts";
import {
  type AsGridLeg,
  type AsGridState,
  thresholdsOf,
  withLeg,
} from "./state.ts";

/** The plan of the AS grid. */
export type AsGridPlan = StrategyPlan<AsGridState>;

/**
 * Returns the orders that should rest, the state they follow from, and what
 * the trader should know. Planning again from the returned state gives the
 * same plan.
 */
export function planAsGrid(input: AsGridInput): AsGridPlan {
  const asked = askRisk(input);
  const { verdict } = asked;
  const guarded = applyMarginGuard(asked);
  const state = settleLegs({ ...asked, state: guarded.state });
  const view = { ...asked, state };
  const desired: DesiredOrder[] = [];
  const conditions = [...verdict?.conditions ?? [], ...guarded.conditions];
  for (const positionSide of POSITION_SIDES) {
    if (!input.positions[positionSide].settled) continue;
    const leg = planLeg(view, positionSide);
    desired.push(...leg.desired);
    conditions.push(...leg.conditions);
  }
  return {
    state,
    desired,
    heldLegs: POSITION_SIDES.filter((side) => !input.positions[side].settled),
    conditions,
    stop: verdict?.stop ?? null,
    quiet: verdict?.quiet ?? null,
  };
}

function applyMarginGuard(
  input: AsGridView,
): { readonly state: AsGridState; readonly conditions: readonly Condition[] } {
  const { config, state, marginRatio } = input;
  const limits = config.risk.marginGuard;
  const verdict = guardMargin(limits, {
    ratio: marginRatio,
    entriesOff: state.entriesOff,
  });
  const entriesOff = verdict !== "normal";
  const next = planReduction({
    ...input,
    state: state.entriesOff === entriesOff ? state : { ...state, entriesOff },
  }, verdict === "reduce");
  if (!entriesOff) return { state: next, conditions: [] };
  const ratio = marginRatio === null
    ? "unknown"
    : `${toDecimalText(Number((100 * marginRatio).toFixed(1)))} %`;
  return {
    state: next,
    conditions: [{
      code: verdict === "reduce" ? "margin_reduce" : "margin_no_entries",
      level: "warning",
      positionSide: null,
      message: `Margin ratio ${ratio}: no new entries` +
        (verdict === "reduce" ? ", the heavier leg is being reduced" : "") +
        ". Add margin or reduce the position",
    }],
  };
}

/** Follows what the positions say: flat, paused, back to normal. */
function settleLegs(input: AsGridView): AsGridState {
  const { positions, config } = input;
  let state = input.state;
  const { maxEntry } = thresholdsOf(state, config);
  for (const side of POSITION_SIDES) {
    const { size, settled } = positions[side];
    if (!settled) continue;
    const leg = state.legs[side];
    if (size === 0) {
      if (isReset(leg)) continue;
      state = withLeg(state, side, reset(leg));
    } else if (leg.anchor === null) {
      continue;
    } else if (size > maxEntry && leg.lock === null) {
      if (isPartlyFilled(input, side, true)) continue;
      const other = positions[otherSide(side)].size;
      const { gridSpacing } = spacingsOf(input, side);
      const ratio = lockRatio({ own: size, other }, gridSpacing);
      const lock = { price: leg.anchor, ratio };
      state = withLeg(state, side, { ...leg, lock });
    } else if (size <= maxEntry && leg.lock !== null) {
      if (isPartlyFilled(input, side, false)) continue;
      state = withLeg(state, side, { ...leg, lock: null });
    }
  }
  return state;
}

/** A partial fill moves nothing but the take-profit's size. */
function isPartlyFilled(
  input: AsGridInput,
  side: PositionSide,
  isEntry: boolean,
): boolean {
  return input.working.some((order) =>
    order.positionSide === side && order.filledSize > 0 &&
    isOpening(order.purpose) === isEntry
  );
}

function isReset(leg: AsGridLeg): boolean {
  return leg.anchor === null && leg.lock === null && leg.openedSize === 0 &&
    !leg.entriesBlocked;
}

function reset(leg: AsGridLeg): AsGridLeg {
  return {
    ...leg,
    anchor: null,
    lock: null,
    openedSize: 0,
    entriesBlocked: false,
  };
}

function planLeg(input: AsGridView, side: PositionSide): LegPlan {
  const leg = input.state.legs[side];
  const closes = input.verdict?.legs[side].closes ?? null;
  if (closes !== null) {
    return { desired: closeForRisk(input, side, closes), conditions: [] };
  }
  const size = input.positions[side].size;
  if (leg.anchor !== null && size > 0) {
    return planHeldLeg(input, side, { ...leg, anchor: leg.anchor });
  }
  const openingFilled = workingIn(input, side, "open")?.filledSize ?? 0;
  const explained = roundToLot(
    leg.openedSize + openingFilled,
    input.market.lotSize,
  );
  if (size > explained) {
    return {
      desired: [],
      conditions: [{
        code: "position_unexplained",
        level: "error",
        positionSide: side,
        message: `The ${side} position of ${toDecimalText(size)} ` +
          `${input.market.base} was not opened by this bot, or its history ` +
          "is lost: the bot leaves this leg alone. Close the position to " +
          "let the bot start this leg anew",
      }],
    };
  }
  return planOpening(input, side);
}
