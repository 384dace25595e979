/**
 * The intervals of a range grid that have no order, and why: what the ladder
 * shows between the orders. Pure; prices by the strategy's own rules.
 *
 * @module
 */
import type { Market } from "@core/model/market.ts";
import { roundToLot } from "@core/model/rounding.ts";
import type { PositionSide } from "@core/model/sides.ts";
import { slotLevel } from "@core/strategy/range_grid/lines.ts";
import { orderLimitOf } from "@core/strategy/range_grid/market_check.ts";
import {
  entryLine,
  exitLine,
  sideOf,
} from "@core/strategy/range_grid/state.ts";
import type { BotGrid } from "../data/bot_grid.ts";
import type { Order } from "../data/rows.ts";

/** Why an interval has no order. */
export type IdleReason =
  | "refused"
  | "stopped"
  | "outside"
  | "trigger"
  | "opening"
  | "ended"
  | "margin"
  | "far"
  | "passed"
  | "soon";

/** An interval without an order, and the order it would have. */
export interface IdleLevel {
  readonly level: number;
  readonly positionSide: PositionSide;
  readonly purpose: "entry" | "take_profit";
  readonly price: number;
  /** Base. */
  readonly size: number;
  readonly reason: IdleReason;
}

/** What the reasons follow from. */
export interface IdleInput {
  readonly grid: BotGrid;
  readonly market: Market;
  /** Alive ones, whichever their purpose. */
  readonly orders: readonly Order[];
  /** What the exchange refused and nothing has replaced. */
  readonly blocked: readonly Order[];
  /** Quote per base; null is unknown. */
  readonly price: number | null;
  readonly isRunning: boolean;
}

const PHASE_REASONS = {
  waiting: "outside",
  opening: "opening",
  running: null,
  exiting: "ended",
  ended: "ended",
} as const satisfies Record<BotGrid["phase"], IdleReason | null>;

function isOfInterval({ purpose }: Order): boolean {
  return purpose === "entry" || purpose === "take_profit";
}

/** Returns the intervals without an order, lowest first. */
export function idleLevelsOf(input: IdleInput): readonly IdleLevel[] {
  const { grid, market, orders } = input;
  const { levels } = grid.grid;
  const taken = new Set(orders.filter(isOfInterval).map(({ level }) => level));
  const limit = orderLimitOf(market);
  const near = new Set(nearest(grid, limit));
  const idle: IdleLevel[] = [];
  for (let k = grid.offset; k < grid.offset + levels; k++) {
    const level = slotLevel(k, levels);
    const interval = grid.intervals[level];
    if (interval === undefined || taken.has(level)) continue;
    const { isExiting, held, size } = interval;
    const one = {
      level,
      positionSide: sideOf(grid, k),
      purpose: isExiting ? "take_profit" : "entry",
      price: (isExiting ? exitLine : entryLine)(grid, k, market.tickSize),
      size: isExiting ? held : roundToLot(size - held, market.lotSize),
    } as const;
    idle.push({ ...one, reason: reasonOf(input, one, near.has(k)) });
  }
  return idle;
}

/** The intervals whose orders may rest where the exchange takes fewer. */
function nearest({ grid, offset, center }: BotGrid, limit: number): number[] {
  const range = Array.from({ length: grid.levels }, (_, i) => offset + i);
  if (center === null || range.length <= limit) return range;
  return range.toSorted((a, b) => Math.abs(a - center) - Math.abs(b - center))
    .slice(0, limit);
}

function reasonOf(
  { grid, blocked, price, isRunning }: IdleInput,
  one: Omit<IdleLevel, "reason">,
  mayRest: boolean,
): IdleReason {
  const { level, purpose, positionSide } = one;
  if (!isRunning) return "stopped";
  const isRefused = blocked.some((order) =>
    order.level === level && order.purpose === purpose
  );
  if (isRefused) return "refused";
  const phase = PHASE_REASONS[grid.phase];
  if (phase !== null) {
    return phase === "outside" && !grid.isTriggered ? "trigger" : phase;
  }
  if (purpose === "entry" && grid.entriesOff) return "margin";
  if (!mayRest) return "far";
  // Post-only: an entry the price has passed would trade at once.
  const isPassed = purpose === "entry" && price !== null &&
    (positionSide === "long" ? one.price >= price : one.price <= price);
  return isPassed ? "passed" : "soon";
}
