/**
 * What the end of an order does to a range grid: its interval enters or gives
 * back, an opening or a closing is handed out among the intervals, a closed
 * pair is counted. What of an order is left incomplete stays with its
 * interval: nothing is lost, and nothing told twice counts twice.
 *
 * @module
 */
import { assert } from "../../model/assert.ts";
import { type Market, smallestSize } from "../../model/market.ts";
import { roundToLot } from "../../model/rounding.ts";
import { isOpening, type PositionSide } from "../../model/sides.ts";
import type { EndedOrder } from "../plan.ts";
import { countOrder } from "../risk/ledger.ts";
import {
  APPLIED_MAX,
  entryLine,
  type GridInterval,
  intervalAt,
  intervalOf,
  type RangeGridState,
  rangeOf,
  sideOf,
  withInterval,
} from "./state.ts";

/**
 * Returns the state after an order of the bot has ended, however much of it
 * filled. An order told again only counts by what it has filled since.
 */
export function applyRangeGridOrder(
  before: RangeGridState,
  { order, market }: {
    readonly order: EndedOrder;
    readonly market: Market;
  },
): RangeGridState {
  const state = withMoney(before, order, market);
  const { purpose } = order;
  if (purpose === "open") return applyOpening(state, order, market);
  if (purpose === "entry" || purpose === "take_profit") {
    return applyInterval(state, order, market);
  }
  return applyClosing(state, order, market);
}

/** Every fill is money, whatever it does to its interval. */
function withMoney(
  state: RangeGridState,
  order: EndedOrder,
  market: Market,
): RangeGridState {
  const { risk } = state;
  if (risk === undefined || risk.ledger === null) return state;
  const { purpose } = order;
  const isTaker = purpose !== "entry" && purpose !== "take_profit";
  const ledger = countOrder(risk.ledger, { order, market, isTaker });
  return ledger === risk.ledger
    ? state
    : { ...state, risk: { ...risk, ledger } };
}

type Applied = RangeGridState["applied"];

/** What of an order has not been counted, and the list after counting it. */
function count(
  applied: Applied,
  order: EndedOrder,
  lotSize: number,
): { readonly delta: number; readonly applied: Applied } {
  const id = order.clientOrderId;
  const before = applied.find((counted) => counted.id === id);
  const delta = roundToLot(order.filledSize - (before?.size ?? 0), lotSize);
  if (delta <= 0) return { delta: 0, applied };
  return {
    delta,
    applied: [
      ...applied.filter((counted) => counted !== before),
      { id, size: order.filledSize },
    ].slice(-APPLIED_MAX),
  };
}

function priceOf(order: EndedOrder): number {
  const price = order.averagePrice ?? 0;
  assert(price > 0, `Cannot count ${order.purpose} fills without their price`);
  return price;
}

function applyInterval(
  state: RangeGridState,
  order: EndedOrder,
  market: Market,
): RangeGridState {
  const k = intervalOf(state, order.level);
  if (k === null || sideOf(state, k) !== order.positionSide) return state;
  const before = intervalAt(state, k);
  const { delta, applied } = count(before.applied, order, market.lotSize);
  const isKnown = before.applied.some(({ id }) => id === order.clientOrderId);
  if (delta === 0 || (order.cycle < before.cycle && !isKnown)) return state;
  const price = priceOf(order);
  const interval = { ...before, applied };
  const next = isOpening(order.purpose)
    ? entered(interval, { price, delta, market })
    : exited(interval, { price, delta, market });
  const isTurned = next.isExiting !== before.isExiting;
  const counted = withInterval(state, k, {
    ...next,
    cycle: isTurned ? Math.max(before.cycle, order.cycle) + 1 : before.cycle,
  });
  return isOpening(order.purpose) ? counted : withPair(counted, {
    sign: order.positionSide === "long" ? 1 : -1,
    basis: before.basis ?? entryLine(state, k, market.tickSize),
    size: Math.min(delta, before.held),
    price,
    isClosed: isTurned,
  });
}

interface Change {
  readonly price: number;
  readonly delta: number;
  readonly market: Market;
}

function entered(
  interval: GridInterval,
  { price, delta, market }: Change,
): GridInterval {
  const held = roundToLot(interval.held + delta, market.lotSize);
  const basis = ((interval.basis ?? price) * interval.held + price * delta) /
    (interval.held + delta);
  const rest = interval.size - held;
  return {
    ...interval,
    held,
    basis: Number(basis.toPrecision(12)),
    isExiting: interval.isExiting || rest < smallestSize(market, price),
  };
}

/** A remainder too small to be sold alone goes with the next round. */
function exited(
  interval: GridInterval,
  { price, delta, market }: Change,
): GridInterval {
  const held = Math.max(0, roundToLot(interval.held - delta, market.lotSize));
  return {
    ...interval,
    held,
    basis: held > 0 ? interval.basis : null,
    isExiting: interval.isExiting && held >= smallestSize(market, price),
  };
}

function withPair(
  state: RangeGridState,
  pair: {
    readonly sign: 1 | -1;
    readonly basis: number;
    readonly price: number;
    readonly size: number;
    readonly isClosed: boolean;
  },
): RangeGridState {
  const { sign, basis, price, size, isClosed } = pair;
  const { pairs } = state;
  return {
    ...state,
    pairs: {
      count: pairs.count + (isClosed ? 1 : 0),
      gross: pairs.gross + sign * (price - basis) * size,
      turnover: pairs.turnover + (price + basis) * size,
    },
  };
}

/** The opening position belongs to the intervals that exit next. */
function applyOpening(
  state: RangeGridState,
  order: EndedOrder,
  market: Market,
): RangeGridState {
  const { delta, applied } = count(state.applied, order, market.lotSize);
  const { positionSide } = order;
  if (delta === 0) return state;
  let next = endedOne({ ...state, applied }, order);
  let left = delta;
  for (const k of byExit(state, positionSide)) {
    const interval = intervalAt(next, k);
    const room = interval.isExiting ? interval.size - interval.held : 0;
    const part = roundToLot(Math.min(left, Math.max(0, room)), market.lotSize);
    if (part <= 0) continue;
    const held = roundToLot(interval.held + part, market.lotSize);
    const basis = entryLine(state, k, market.tickSize);
    next = withInterval(next, k, { ...interval, held, basis });
    left = roundToLot(left - part, market.lotSize);
  }
  return left > 0 ? withExcess(next, { positionSide, left, market }) : next;
}

/**
 * A renewed opening may have crossed with a last fill of the one before: what
 * is too much leaves with the interval that exits first.
 */
function withExcess(
  state: RangeGridState,
  { positionSide, left, market }: {
    readonly positionSide: PositionSide;
    readonly left: number;
    readonly market: Market;
  },
): RangeGridState {
  const k = byExit(state, positionSide)
    .find((of) => intervalAt(state, of).isExiting);
  if (k === undefined) return state;
  const interval = intervalAt(state, k);
  const held = roundToLot(interval.held + left, market.lotSize);
  return withInterval(state, k, { ...interval, held });
}

/** A reduction or a close takes from the intervals that would exit last. */
function applyClosing(
  state: RangeGridState,
  order: EndedOrder,
  market: Market,
): RangeGridState {
  const { delta, applied } = count(state.applied, order, market.lotSize);
  if (delta === 0) return state;
  let next = endedOne({ ...state, applied }, order);
  let left = delta;
  for (const k of byExit(state, order.positionSide).toReversed()) {
    const interval = intervalAt(next, k);
    const part = roundToLot(Math.min(left, interval.held), market.lotSize);
    if (part <= 0) continue;
    const held = roundToLot(interval.held - part, market.lotSize);
    next = withInterval(next, k, {
      ...interval,
      held,
      basis: held > 0 ? interval.basis : null,
      isExiting: interval.isExiting && held > 0,
      cycle: interval.cycle + (held > 0 ? 0 : 1),
    });
    left -= part;
  }
  return next;
}

function endedOne(state: RangeGridState, order: EndedOrder): RangeGridState {
  const { positionSide } = order;
  const next = 1 + Math.max(state.cycles[positionSide], order.cycle);
  return { ...state, cycles: { ...state.cycles, [positionSide]: next } };
}

/** A leg's intervals in the order in which they exit as the price turns. */
function byExit(state: RangeGridState, side: PositionSide): number[] {
  const own = rangeOf(state).filter((k) => sideOf(state, k) === side);
  return side === "long" ? own : own.toReversed();
}
