/**
 * The range grid's durable state: what each interval holds and waits for, the
 * lines it was begun with, the profit of closed pairs. Positions alone cannot
 * tell it. `apply_order.ts` says how it changes when orders end.
 *
 * An interval *enters* (its order enlarges the leg) until it holds its size,
 * then it *exits* (its order gives back what it holds), and so on.
 *
 * @module
 */
import { z } from "zod";
import { assert } from "../../model/assert.ts";
import type { Market } from "../../model/market.ts";
import { floorToLot, roundToLot } from "../../model/rounding.ts";
import type { PositionSide } from "../../model/sides.ts";
import { RiskStateSchema } from "../risk/state.ts";
import {
  RANGE_GRID_DIRECTIONS,
  RANGE_GRID_LEVELS_MAX,
  RANGE_GRID_SPACINGS,
  type RangeGridConfig,
} from "./config.ts";
import { lineAt, resolveGridSize, slotLevel } from "./lines.ts";

/** How many ended orders are remembered: more cannot be in flight. */
export const APPLIED_MAX = 8;

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
  endedBy: z.enum(["stop_loss", "take_profit", "trailing_take_profit"])
    .nullable(),
  /** What closed pairs came to: count, gross, and the value traded for it. */
  pairs: z.strictObject({
    count: z.int().min(0),
    gross: z.number(),
    turnover: z.number().min(0),
  }),
  /** What the risk layers remember; absent while none is on. */
  risk: RiskStateSchema.optional(),
});

/** The range grid's durable state. */
export type RangeGridState = z.infer<typeof RangeGridStateSchema>;

/** One interval of {@linkcode RangeGridState}. */
export type GridInterval = RangeGridState["intervals"][number];

/** What tells where an interval's orders lie. */
export type GridFrame = Pick<RangeGridState, "grid" | "splitAt">;

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
 * ended, or holds nothing and has no order that may come to fill, begins anew
 * with the configuration when the trader has started the bot again; otherwise
 * it goes on as it is.
 */
export function resumeRangeGrid(
  state: RangeGridState,
  start: Omit<GridBeginning, "nextCycle"> & {
    /** None of its orders is live: what they filled is in the state. */
    readonly isIdle: boolean;
  },
): RangeGridState {
  if (state.runVersion === start.runVersion) return state;
  const isFree = start.isIdle &&
    state.intervals.every((interval) => interval.held === 0);
  if (!isFree) return { ...state, runVersion: start.runVersion };
  const next = createRangeGridState({
    ...start,
    nextCycle: nextCycleOf(state),
  });
  return state.risk === undefined ? next : { ...next, risk: state.risk };
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
export function sideOf(state: GridFrame, k: number): PositionSide {
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
  state: GridFrame,
  k: number,
  tickSize: number,
): number {
  const isLong = sideOf(state, k) === "long";
  return lineAt(state.grid, isLong ? k : k + 1, tickSize);
}

/** Returns the price at which an interval gives back what it holds. */
export function exitLine(
  state: GridFrame,
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
