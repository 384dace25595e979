/**
 * How a range grid's state follows price and positions: it begins, its
 * opening is complete, it trails, it exits, it has ended.
 *
 * @module
 */
import { type Market, smallestSize } from "../../model/market.ts";
import {
  POSITION_SIDES,
  type PositionSide,
  type Purpose,
} from "../../model/sides.ts";
import { guardMargin } from "../risk/margin_guard.ts";
import { midOf, type RangeGridInput } from "./input.ts";
import { lineAt, slotLevel } from "./lines.ts";
import { orderLimitOf } from "./market_check.ts";
import {
  type GridInterval,
  heldOf,
  intervalAt,
  type RangeGridState,
  rangeOf,
  sideOf,
  sizeOfNewInterval,
  withInterval,
} from "./state.ts";

/** Positions asked for have been seen a minute late. */
const FLAT_CONFIRMED_MS = 90_000;

/** Returns the state that follows; settling again changes nothing. */
export function settleRangeGrid(input: RangeGridInput): RangeGridState {
  let state = guardEntries(input);
  state = settleFlatLegs({ ...input, state });
  if (state.phase === "waiting") state = begin({ ...input, state });
  if (state.phase === "opening") state = finishOpening({ ...input, state });
  if (state.phase === "opening" || state.phase === "running") {
    state = beginExit({ ...input, state });
  }
  if (state.phase === "running") {
    state = trail({ ...input, state });
    state = followCenter({ ...input, state });
  }
  return state.phase === "exiting" ? finishExit({ ...input, state }) : state;
}

function guardEntries(input: RangeGridInput): RangeGridState {
  const { config, state, marginRatio } = input;
  const guard = config.risk.marginGuard;
  const limits = guard === null
    ? null
    : { entryLimit: guard.entryLimit, reduceLimit: Infinity };
  const entriesOff = guardMargin(limits, {
    ratio: marginRatio,
    entriesOff: state.entriesOff,
  }) !== "normal";
  return entriesOff === state.entriesOff ? state : { ...state, entriesOff };
}

/**
 * A leg that the exchange shows flat holds nothing, whoever closed it; but
 * what it shows may be a minute old, so it has to say so for longer.
 */
function settleFlatLegs(input: RangeGridInput): RangeGridState {
  const { positions, working, nowMs, market } = input;
  let state = input.state;
  for (const side of POSITION_SIDES) {
    const { size, settled } = positions[side];
    if (!settled) continue;
    const isMoving = working.some((order) =>
      order.positionSide === side && order.filledSize > 0
    );
    const looksFlat = size === 0 && !isMoving &&
      heldOf(state, side, market.lotSize) > 0;
    const sinceMs = state.flatSinceMs[side];
    if (looksFlat && sinceMs === null) state = flatSince(state, side, nowMs);
    else if (!looksFlat && sinceMs !== null) {
      state = flatSince(state, side, null);
    } else if (sinceMs !== null && nowMs - sinceMs >= FLAT_CONFIRMED_MS) {
      state = flatSince(emptiedLeg(state, side), side, null);
    }
  }
  return state;
}

function flatSince(
  state: RangeGridState,
  side: PositionSide,
  atMs: number | null,
): RangeGridState {
  return { ...state, flatSinceMs: { ...state.flatSinceMs, [side]: atMs } };
}

function emptiedLeg(state: RangeGridState, side: PositionSide): RangeGridState {
  let next = state;
  for (const k of rangeOf(state)) {
    const interval = intervalAt(state, k);
    if (sideOf(state, k) !== side || interval.held === 0) continue;
    next = withInterval(next, k, emptied(interval));
  }
  return next;
}

function emptied(interval: GridInterval): GridInterval {
  return {
    ...interval,
    held: 0,
    basis: null,
    isExiting: false,
    cycle: interval.cycle + 1,
  };
}

/** Tells whether a waiting grid may begin at this price. */
function mayBegin(
  state: RangeGridState,
  config: RangeGridInput["config"],
  price: number,
): boolean {
  const { lowerPrice, upperPrice } = state.grid;
  const trigger = config.triggerPrice;
  const isTriggered = trigger === null || state.awaits === null ||
    (state.awaits === "rise" ? price >= trigger : price <= trigger);
  return isTriggered && price >= lowerPrice && price <= upperPrice;
}

/** Tells whether a price is to be acted on at once: it begins or ends the grid. */
export function isPriceAwaited(
  state: RangeGridState,
  config: RangeGridInput["config"],
  quote: RangeGridInput["quote"],
): boolean {
  const price = (quote.bestBid + quote.bestAsk) / 2;
  switch (state.phase) {
    case "waiting":
      return mayBegin(state, config, price);
    case "opening":
    case "running":
      return reachedExit(config, price) !== null;
    case "exiting":
    case "ended":
      return false;
  }
}

function begin(input: RangeGridInput): RangeGridState {
  const { state, config, market } = input;
  const { direction, levels } = state.grid;
  const price = midOf(input);
  if (!mayBegin(state, config, price)) return state;
  // The line nearest to the price stays without an order.
  const middle = (k: number) =>
    (lineAt(state.grid, k, market.tickSize) +
      lineAt(state.grid, k + 1, market.tickSize)) / 2;
  let below = 0;
  while (below < levels && middle(below) <= price) below++;
  let next: RangeGridState = { ...state, phase: "running", awaits: null };
  if (direction === "neutral") return { ...next, splitAt: below };
  if (!config.openingPosition) return next;
  const opened = rangeOf(state).filter((k) =>
    direction === "long" ? k >= below : middle(k) < price
  );
  for (const k of opened) {
    next = withInterval(next, k, { ...intervalAt(next, k), isExiting: true });
  }
  return opened.length > 0 ? { ...next, phase: "opening" } : next;
}

/** Returns what the opening position still lacks, base; noise included. */
export function openingRest(state: RangeGridState): number {
  return state.intervals.reduce(
    (rest, { isExiting, size, held }) =>
      rest + (isExiting ? Math.max(0, size - held) : 0),
    0,
  );
}

function finishOpening(input: RangeGridInput): RangeGridState {
  const { state, market } = input;
  const price = midOf(input);
  if (openingRest(state) >= smallestSize(market, price)) return state;
  let next: RangeGridState = { ...state, phase: "running" };
  for (const k of rangeOf(state)) {
    const interval = intervalAt(state, k);
    if (!interval.isExiting || interval.held > 0) continue;
    next = withInterval(next, k, { ...interval, isExiting: false });
  }
  return next;
}

/** Returns the exit the price has reached, or null. */
export function reachedExit(
  config: RangeGridInput["config"],
  price: number,
): RangeGridState["endedBy"] {
  const isReached = (exit: number | null) =>
    exit !== null &&
    (exit < config.lowerPrice ? price <= exit : price >= exit);
  if (isReached(config.stopLossPrice)) return "stop_loss";
  return isReached(config.takeProfitPrice) ? "take_profit" : null;
}

function beginExit(input: RangeGridInput): RangeGridState {
  const endedBy = reachedExit(input.config, midOf(input));
  return endedBy === null
    ? input.state
    : { ...input.state, phase: "exiting", endedBy };
}

function finishExit(input: RangeGridInput): RangeGridState {
  const { state, market, working } = input;
  const isOpen = working.length > 0 ||
    POSITION_SIDES.some((side) => heldOf(state, side, market.lotSize) > 0);
  return isOpen ? state : { ...state, phase: "ended" };
}

/** A step is wider than twice its fees: no price is so many steps away. */
const TRAIL_MOVES_MAX = 10_000;

/**
 * The range moves on by an interval while the price is a whole step beyond it.
 * What falls out must hold nothing, and hardly ever does: price is far away.
 */
function trail(input: RangeGridInput): RangeGridState {
  let state = input.state;
  for (let moves = 0; moves < TRAIL_MOVES_MAX; moves++) {
    const by = trailStep({ ...input, state });
    if (by === 0) return state;
    const next = moveRange({ ...input, state }, by);
    if (next === null) return state;
    state = next;
  }
  return state;
}

/** Which way the range should move on by one interval. */
function trailStep(input: RangeGridInput): 1 | -1 | 0 {
  const { config, market, state } = input;
  const { offset, grid: { levels } } = state;
  const price = midOf(input);
  const line = (k: number) => lineAt(state.grid, k, market.tickSize);
  const climbs = config.trailingUpTo !== null &&
    price >= line(offset + levels + 1) &&
    line(offset + levels + 1) <= config.trailingUpTo;
  const sinks = config.trailingDownTo !== null &&
    price <= line(offset - 1) && line(offset - 1) >= config.trailingDownTo;
  return climbs ? 1 : sinks ? -1 : 0;
}

/** Returns the interval that waits to fall out until its order is over. */
export function waitingToDrop(input: RangeGridInput): number | null {
  const { unsure, ...rest } = input;
  const by = trailStep(input);
  if (by === 0 || unsure === undefined) return null;
  return moveRange(input, by) === null && moveRange(rest, by) !== null
    ? droppedBy(input.state, by)
    : null;
}

function isOfInterval(purpose: Purpose): boolean {
  return purpose === "entry" || purpose === "take_profit";
}

function droppedBy({ offset, grid }: RangeGridState, by: 1 | -1): number {
  return by > 0 ? offset : offset + grid.levels - 1;
}

function moveRange(input: RangeGridInput, by: 1 | -1): RangeGridState | null {
  const { state, working, market, unsure = [] } = input;
  const { offset, grid: { levels } } = state;
  const dropped = droppedBy(state, by);
  const added = by > 0 ? offset + levels : offset - 1;
  const interval = intervalAt(state, dropped);
  const level = slotLevel(dropped, levels);
  const isBusy = interval.held > 0 ||
    working.some((order) => order.level === level && order.filledSize > 0) ||
    unsure.some((order) =>
      order.level === level && isOfInterval(order.purpose)
    );
  if (isBusy) return null;
  const kept = rangeOf(state).filter((k) => k !== dropped);
  const size = sizeOfNewInterval(state, { kept, k: added, market });
  if (!isTradable(state, { k: added, size, market })) return null;
  return withInterval({ ...state, offset: offset + by }, added, {
    ...interval,
    size,
    isExiting: false,
    cycle: interval.cycle + 1,
  });
}

function isTradable(
  state: RangeGridState,
  { k, size, market }: {
    readonly k: number;
    readonly size: number;
    readonly market: Market;
  },
): boolean {
  const low = lineAt(state.grid, k, market.tickSize);
  const high = lineAt(state.grid, k + 1, market.tickSize);
  return high > low && size > 0 && size >= smallestSize(market, low);
}

/**
 * Where not every order may rest, those around the price do. The middle only
 * follows when the price has left it behind by a quarter of them.
 */
function followCenter(input: RangeGridInput): RangeGridState {
  const { state, market } = input;
  const limit = orderLimitOf(market);
  if (state.grid.levels <= limit) return state;
  const price = midOf(input);
  const below = rangeOf(state).filter((k) =>
    lineAt(state.grid, k + 1, market.tickSize) <= price
  );
  const at = state.offset + below.length;
  const isNear = state.center !== null &&
    Math.abs(at - state.center) <= Math.floor(limit / 4);
  return isNear ? state : { ...state, center: at };
}

/** Returns the intervals whose orders may rest, those nearest to the price first. */
export function restingRange(
  input: RangeGridInput,
): readonly number[] {
  const { state, market } = input;
  const center = state.center;
  const limit = orderLimitOf(market);
  const range = rangeOf(state);
  const allowed = center === null || range.length <= limit
    ? range
    : range.toSorted((a, b) => Math.abs(a - center) - Math.abs(b - center))
      .slice(0, limit);
  const price = midOf(input);
  const distance = new Map(allowed.map((k) => {
    const low = lineAt(state.grid, k, market.tickSize);
    const high = lineAt(state.grid, k + 1, market.tickSize);
    const isBuy = (sideOf(state, k) === "long") !==
      intervalAt(state, k).isExiting;
    return [k, Math.abs((isBuy ? low : high) - price)];
  }));
  return allowed.toSorted((a, b) =>
    (distance.get(a) ?? 0) - (distance.get(b) ?? 0)
  );
}

/** Returns the leg a directional grid opens. */
export function openingSide(state: RangeGridState): PositionSide {
  return state.grid.direction === "short" ? "short" : "long";
}
