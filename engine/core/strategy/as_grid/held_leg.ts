import { assert } from "../../model/assert.ts";
import type { DesiredOrder } from "../../model/order.ts";
import {
  ceilToTick,
  floorToLot,
  floorToTick,
  isMultipleOf,
  roundToLot,
  toDecimalText,
} from "../../model/rounding.ts";
import { isOpening, otherSide, type PositionSide } from "../../model/sides.ts";
import type { Condition, WorkingOrder } from "../plan.ts";
import type { Overlay } from "../risk/overlay.ts";
import { type Reduction, reductionOrder } from "../risk/reduce.ts";
import {
  type AsGridView,
  type LegPlan,
  runsLeg,
  spacingsOf,
  workingIn,
} from "./input.ts";
import {
  entryPrice,
  lockedPrice,
  profitPrice,
  takeProfitSize,
  tolerance,
} from "./prices.ts";
import { type AsGridLeg, thresholdsOf } from "./state.ts";

/** A leg whose last completed order is known. */
export type AnchoredLeg = AsGridLeg & { readonly anchor: number };

/** Plans a leg that holds a position: normal, boosted or paused. */
export function planHeldLeg(
  input: AsGridView,
  side: PositionSide,
  leg: AnchoredLeg,
): LegPlan {
  const { config, state, working } = input;
  const reduction = reduceOrders(input, side);
  if (leg.lock === null) {
    const takeProfit = takeProfitOrder(input, side, leg);
    const mayEnter = runsLeg(config, side) && !state.entriesOff &&
      !leg.entriesBlocked && input.verdict?.legs[side].mayEnter !== false;
    return {
      desired: [
        ...reduction,
        ...takeProfit,
        ...(mayEnter ? entryOrder(input, side, leg) : []),
      ],
      conditions: leg.entriesBlocked ? [blockedCondition(side)] : [],
    };
  }
  const condition: Condition = {
    code: "entries_paused",
    level: "info",
    positionSide: side,
    message: `The ${side} leg is larger than its limit: it adds nothing and ` +
      "waits for its take-profit at " + toDecimalText(
        lockedPrice(side, leg.lock, input.market.tickSize),
      ),
  };
  // The entry is seen gone before the frozen take-profit is placed.
  const entryIsLive = working.some((order) =>
    order.positionSide === side && isOpening(order.purpose)
  );
  const takeProfit = entryIsLive
    ? keptTakeProfit(input, side, leg)
    : takeProfitOrder(input, side, leg);
  return {
    desired: [...reduction, ...takeProfit],
    conditions: [condition],
  };
}

function blockedCondition(side: PositionSide): Condition {
  return {
    code: "entries_blocked",
    level: "warning",
    positionSide: side,
    message: `The history of the ${side} position is lost: its take-profit ` +
      "rests above its average price, and no entries are added. Close the " +
      "position to let the bot start this leg anew",
  };
}

function entryOrder(
  input: AsGridView,
  side: PositionSide,
  leg: AnchoredLeg,
): DesiredOrder[] {
  const { market, state, verdict } = input;
  const { gridSpacing } = spacingsOf(input, side);
  const { tickSize } = market;
  const overlay = verdict?.legs[side].overlay ?? null;
  const size = overlay === null
    ? state.baseSize
    : floorToLot(state.baseSize * overlay.sizeFactor, market.lotSize);
  if (size <= 0) return [];
  return [{
    positionSide: side,
    purpose: "entry",
    level: 0,
    price: entryPrice(side, leg.anchor, { gridSpacing, tickSize }),
    size,
    postOnly: false,
    cycle: leg.cycle,
    priceTolerance: tolerance(leg.anchor, gridSpacing, tickSize),
    reason: {
      rule: "entry",
      inputs: { anchor: leg.anchor, gridSpacing, ...overlayInputs(overlay) },
    },
  }];
}

/** Overlays stand beside the trader's own numbers, never in their place. */
function overlayInputs(
  overlay: Overlay | null,
): Readonly<Record<string, number>> {
  if (overlay === null) return {};
  const { sizeFactor, spacingFactor } = overlay;
  return { sizeFactor, spacingFactor };
}

function takeProfitOrder(
  input: AsGridView,
  side: PositionSide,
  leg: AnchoredLeg,
): DesiredOrder[] {
  const { config, market, state, positions } = input;
  const { tickSize } = market;
  const { takeProfitSpacing } = spacingsOf(input, side);
  const current = workingIn(input, side, "take_profit");
  const target = leg.lock === null
    ? profitPrice(side, leg.anchor, { distance: takeProfitSpacing, tickSize })
    : lockedPrice(side, leg.lock, tickSize);
  const sizing = {
    ...thresholdsOf(state, config),
    baseSize: state.baseSize,
    other: positions[otherSide(side)].size,
    price: target,
  };
  const own = positions[side].size - reducing(input, side);
  if (own <= 0) return [];
  const sizeFor = (size: number) =>
    takeProfitSize({ ...sizing, own: size }, market);
  // A partly filled order is right when it was right before it began to fill.
  const filled = current?.filledSize ?? 0;
  const isKept = current !== null &&
    sizeFor(roundToLot(own + filled, market.lotSize)) === current.size;
  const size = isKept ? current.size : sizeFor(own);
  if (size <= 0) return [];
  const price = neverFurther(side, { target, current, leg, tickSize });
  assert(isMultipleOf(price, tickSize), `Price ${price} is off the tick`);
  const boosted = size > state.baseSize;
  const rule = leg.lock !== null
    ? "take_profit_paused"
    : boosted
    ? "take_profit_boosted"
    : "take_profit";
  return [{
    positionSide: side,
    purpose: "take_profit",
    level: 0,
    price,
    size,
    postOnly: false,
    cycle: leg.cycle,
    priceTolerance: tolerance(leg.anchor, takeProfitSpacing, tickSize),
    reason: {
      rule,
      inputs: {
        anchor: leg.anchor,
        takeProfitSpacing,
        position: positions[side].size,
        lockPrice: leg.lock?.price ?? null,
        lockRatio: leg.lock?.ratio ?? null,
      },
    },
  }];
}

/**
 * Within its cycle a resting take-profit only ever moves nearer. One placed
 * before the market's price step changed counts as at the next price nearer.
 */
function neverFurther(
  side: PositionSide,
  { target, current, leg, tickSize }: {
    readonly target: number;
    readonly current: WorkingOrder | null;
    readonly leg: AnchoredLeg;
    readonly tickSize: number;
  },
): number {
  if (
    current === null || current.price === null || current.cycle !== leg.cycle
  ) return target;
  return side === "long"
    ? Math.min(target, floorToTick(current.price, tickSize))
    : Math.max(target, ceilToTick(current.price, tickSize));
}

function keptTakeProfit(
  input: AsGridView,
  side: PositionSide,
  leg: AnchoredLeg,
): DesiredOrder[] {
  const current = workingIn(input, side, "take_profit");
  if (current === null || current.price === null) return [];
  const open = roundToLot(
    current.size - current.filledSize,
    input.market.lotSize,
  );
  if (open > input.positions[side].size) return [];
  return [{
    positionSide: side,
    purpose: "take_profit",
    level: 0,
    price: current.price,
    size: current.size,
    postOnly: false,
    cycle: leg.cycle,
    priceTolerance: 0,
    reason: { rule: "take_profit_waits_for_entry", inputs: {} },
  }];
}

/** The reduction under way on a leg; of two the one that takes more. */
function reductionOf(
  { state }: AsGridView,
  side: PositionSide,
): { readonly reduction: Reduction; readonly rule: string } | null {
  const { reduction: guarding } = state;
  const guard = guarding?.positionSide === side ? guarding : null;
  const heavy = state.risk?.reductions[side] ?? null;
  if (heavy === null || (guard && guard.targetSize <= heavy.targetSize)) {
    return guard && { reduction: guard, rule: "margin_guard_reduce" };
  }
  return { reduction: heavy, rule: "both_legs_heavy_reduce" };
}

/** What a reduction is about to close of this leg, base. */
function reducing(input: AsGridView, side: PositionSide): number {
  const found = reductionOf(input, side);
  if (found === null) return 0;
  const size = input.positions[side].size - found.reduction.targetSize;
  return roundToLot(Math.max(0, size), input.market.lotSize);
}

function reduceOrders(input: AsGridView, side: PositionSide): DesiredOrder[] {
  const { state, market, marginRatio, nowMs } = input;
  const size = reducing(input, side);
  const found = reductionOf(input, side);
  if (size === 0 || found === null) return [];
  return [reductionOrder(found.reduction, {
    side,
    size,
    current: workingIn(input, side, "reduce"),
    cycle: state.legs[side].cycle,
    market,
    reason: { rule: found.rule, inputs: { marginRatio } },
    nowMs,
  })];
}
