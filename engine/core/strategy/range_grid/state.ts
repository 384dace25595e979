/**
 * The range grid's durable state, and how it changes when orders end: what
 * each interval holds and waits for, the lines it was begun with, the profit
 * of closed pairs. Positions alone cannot tell it.
 *
 * An interval *enters* (its order enlarges the leg) until it holds its size,
 * then it *exits* (its order gives back what it holds), and so on. What of an
 * order is left incomplete stays with its interval: nothing is lost.
 *
 * @module
 */
import { z } from "zod";
import { assert } from "../../model/assert.ts";
import { type Market, smallestSize } from "../../model/market.ts";
import { floorToLot, roundToLot } from "../../model/rounding.ts";
import { isOpening, type PositionSide } from "../../model/sides.ts";
import type { EndedOrder } from "../plan.ts";
import {
  RANGE_GRID_DIRECTIONS,
  RANGE_GRID_LEVELS_MAX,
  RANGE_GRID_SPACINGS,
  type RangeGridConfig,
} from "./config.ts";
import { lineAt, resolveGridSize, slotLevel } from "./lines.ts";

/** How many ended orders are remembered: more cannot be in flight. */
const APPLIED_MAX = 8;

const AppliedSchema = z.array(z.strictObject({
  id: z.string(),
  /** What of it has been counted, base. */
  size: z.number().min(0),
})).max(APPLIED_MAX);

const IntervalSchema = z.strictObject({
  /** What it holds when its entry is complete, base. */
  size: z.number().positive(),
  /** What it holds, base, ≥ 0; fills of a resting order not counted yet. */
  held: z.number().min(0),
  /** Its order gives back what it holds. */
  isExiting: z.boolean(),
  /** Mean price of what it holds; its own entry line where that came with the
   * opening position. Null while it holds nothing. */
  basis: z.number().positive().nullable(),
  /** Counts its completed orders. */
  cycle: z.int().min(0),
  applied: AppliedSchema,
});

const cycle = z.int().min(0);

/** Parses a stored state; another version or shape counts as lost. */
export const RangeGridStateSchema = z.strictObject({
  version: z.literal(1),
  /** Of the bot's intent that began this grid: a new start begins anew. */
  runVersion: z.int(),
  /** The lines this grid was begun with: a running grid keeps them. */
  grid: z.strictObject({
    lowerPrice: z.number().positive(),
    upperPrice: z.number().positive(),
    levels: z.int().min(2).max(RANGE_GRID_LEVELS_MAX),
    spacing: z.enum(RANGE_GRID_SPACINGS),
    direction: z.enum(RANGE_GRID_DIRECTIONS),
    /** Investment × leverage, quote: no entry goes beyond it. */
    budget: z.number().positive(),
  }),
  phase: z.enum(["waiting", "opening", "running", "exiting", "ended"]),
  /** Whether the price must rise or fall to the trigger; null: it has. */
  awaits: z.enum(["rise", "fall"]).nullable(),
  /** The first interval of the range as it stands now. */
  offset: z.int(),
  /** Intervals from here on are short, below it long. */
  splitAt: z.int(),
  /** By slot level: interval k is at k modulo levels. */
  intervals: z.array(IntervalSchema),
  /** Count opening and closing orders of each leg. */
  cycles: z.strictObject({ long: cycle, short: cycle }),
  /** Opening and closing orders counted already. */
  applied: AppliedSchema,
  /** Since when the exchange shows a leg flat that should hold something. */
  flatSinceMs: z.strictObject({
    long: z.number().nullable(),
    short: z.number().nullable(),
  }),
  /** The margin guard keeps entries off. */
  entriesOff: z.boolean(),
  /** The interval around which orders rest, where not all may. */
  center: z.int().nullable(),
  /** Why the grid exits or has ended. */
  endedBy: z.enum(["stop_loss", "take_profit"]).nullable(),
  /** What closed pairs came to: count, gross, and the value traded for it. */
  pairs: z.strictObject({
    count: z.int().min(0),
    gross: z.number(),
    turnover: z.number().min(0),
  }),
});

/** The range grid's durable state. */
export type RangeGridState = z.infer<typeof RangeGridStateSchema>;

/** One interval of {@linkcode RangeGridState}. */
export type GridInterval = RangeGridState["intervals"][number];

/** What a state is begun with. */
export interface GridBeginning {
  readonly config: RangeGridConfig;
  readonly market: Market;
  /** The last price, quote per base. */
  readonly referencePrice: number;
  /** See the state's `runVersion`. */
  readonly runVersion: number;
  /** Above every cycle ever used: ids must never repeat. */
  readonly nextCycle: Readonly<Record<PositionSide, number>>;
}

/** Returns the state of a grid that has not begun to trade. */
export function createRangeGridState(start: GridBeginning): RangeGridState {
  const { config, market, referencePrice, runVersion, nextCycle } = start;
  const { lowerPrice, upperPrice, levels, spacing, direction } = config;
  const { triggerPrice } = config;
  const interval: GridInterval = {
    size: resolveGridSize(config, market),
    held: 0,
    isExiting: false,
    basis: null,
    cycle: Math.max(nextCycle.long, nextCycle.short),
    applied: [],
  };
  const budget = config.investment * config.leverage;
  return {
    version: 1,
    runVersion,
    grid: { lowerPrice, upperPrice, levels, spacing, direction, budget },
    phase: "waiting",
    awaits: triggerPrice === null || triggerPrice === referencePrice
      ? null
      : referencePrice < triggerPrice
      ? "rise"
      : "fall",
    offset: 0,
    splitAt: direction === "long" ? levels : 0,
    intervals: Array.from({ length: levels }, () => interval),
    cycles: { ...nextCycle },
    applied: [],
    flatSinceMs: { long: null, short: null },
    entriesOff: false,
    center: null,
    endedBy: null,
    pairs: { count: 0, gross: 0, turnover: 0 },
  };
}

/**
 * Returns the state a bot goes on with when it is opened: a grid that has
 * ended, or holds nothing, begins anew with the configuration when the trader
 * has started the bot again; otherwise it goes on as it is.
 */
export function resumeRangeGrid(
  state: RangeGridState,
  start: Omit<GridBeginning, "nextCycle">,
): RangeGridState {
  if (state.runVersion === start.runVersion) return state;
  const isFree = state.intervals.every((interval) => interval.held === 0);
  if (!isFree) return { ...state, runVersion: start.runVersion };
  return createRangeGridState({ ...start, nextCycle: nextCycleOf(state) });
}

function nextCycleOf(state: RangeGridState): GridBeginning["nextCycle"] {
  const { cycles, intervals } = state;
  const used = Math.max(...intervals.map((interval) => interval.cycle));
  return {
    long: 1 + Math.max(cycles.long, used),
    short: 1 + Math.max(cycles.short, used),
  };
}

/** Returns the leg interval `k` trades on. */
export function sideOf(state: RangeGridState, k: number): PositionSide {
  const { direction } = state.grid;
  if (direction !== "neutral") return direction;
  return k < state.splitAt ? "long" : "short";
}

/** Returns the interval `k` of the range: `offset` ≤ k < offset + levels. */
export function intervalAt(state: RangeGridState, k: number): GridInterval {
  const interval = state.intervals[slotLevel(k, state.grid.levels)];
  assert(interval !== undefined, `Cannot find interval ${k}`);
  return interval;
}

/** Returns the number of the interval in a slot, or null where there is none. */
export function intervalOf(
  state: RangeGridState,
  level: number,
): number | null {
  const { offset, grid: { levels } } = state;
  if (level >= levels) return null;
  return offset + slotLevel(level - offset, levels);
}

/** Returns the state with one interval replaced. */
export function withInterval(
  state: RangeGridState,
  k: number,
  interval: GridInterval,
): RangeGridState {
  const level = slotLevel(k, state.grid.levels);
  return { ...state, intervals: state.intervals.with(level, interval) };
}

/** Returns the numbers of the range's intervals, lowest first. */
export function rangeOf(state: RangeGridState): number[] {
  return Array.from(
    { length: state.grid.levels },
    (_, i) => state.offset + i,
  );
}

/** Returns what the grid holds of a leg, base. */
export function heldOf(
  state: RangeGridState,
  side: PositionSide,
  lotSize: number,
): number {
  const sum = rangeOf(state).filter((k) => sideOf(state, k) === side)
    .reduce((total, k) => total + intervalAt(state, k).held, 0);
  return roundToLot(sum, lotSize);
}

/** Returns the price at which an interval is entered. */
export function entryLine(
  state: RangeGridState,
  k: number,
  tickSize: number,
): number {
  const isLong = sideOf(state, k) === "long";
  return lineAt(state.grid, isLong ? k : k + 1, tickSize);
}

/** Returns the price at which an interval gives back what it holds. */
export function exitLine(
  state: RangeGridState,
  k: number,
  tickSize: number,
): number {
  const isLong = sideOf(state, k) === "long";
  return lineAt(state.grid, isLong ? k + 1 : k, tickSize);
}

/**
 * Returns the size of an interval that comes into a trailing range: as much
 * as the budget leaves, never more than the others began with.
 */
export function sizeOfNewInterval(
  state: RangeGridState,
  { kept, k, market }: {
    /** The intervals that stay. */
    readonly kept: readonly number[];
    readonly k: number;
    readonly market: Market;
  },
): number {
  const { grid } = state;
  const upper = (of: number) => lineAt(grid, of + 1, market.tickSize);
  const used = kept.reduce(
    (sum, of) => sum + intervalAt(state, of).size * upper(of),
    0,
  );
  const first = Array.from(
    { length: grid.levels },
    (_, i) => upper(i),
  ).reduce((sum, line) => sum + line, 0);
  const most = floorToLot(grid.budget / first, market.lotSize);
  const left = Math.max(0, grid.budget - used) / upper(k);
  return Math.min(most, floorToLot(left, market.lotSize));
}

/** What closed pairs have earned, quote. */
export interface GridProfit {
  readonly pairs: number;
  readonly gross: number;
  /** At the market's maker rate: entries and exits both rest. */
  readonly fees: number;
  readonly net: number;
}

/**
 * Returns the grid profit: only of closed pairs. What prices did to holdings
 * beyond their own interval is unpaired PnL, and not in here.
 */
export function gridProfitOf(
  state: RangeGridState,
  makerFeeRate: number,
): GridProfit {
  const { count, gross, turnover } = state.pairs;
  const fees = turnover * makerFeeRate;
  return { pairs: count, gross, fees, net: gross - fees };
}

/**
 * Returns the state after an order of the bot has ended, however much of it
 * filled. An order told again only counts by what it has filled since.
 */
export function applyRangeGridOrder(
  state: RangeGridState,
  { order, market }: {
    readonly order: EndedOrder;
    readonly market: Market;
  },
): RangeGridState {
  const { purpose } = order;
  if (purpose === "open") return applyOpening(state, order, market);
  if (purpose === "entry" || purpose === "take_profit") {
    return applyInterval(state, order, market);
  }
  return applyClosing(state, order, market);
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
