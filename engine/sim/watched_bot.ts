/**
 * A bot whose rows are looked at as they are written, and what it may do at
 * most.
 *
 * @module
 */
import {
  assert,
  isFinished,
  POSITION_SIDES,
  type PositionSide,
  type RangeGridState,
  rangeOf,
  sideOf,
} from "@core/mod.ts";
import { MemoryBot, type MemoryOrder } from "@engine/store/memory_bot_store.ts";
import { Violation } from "./violation.ts";

/** Rows of orders that must not fall back (I5): asked at each write. */
class CheckedOrders extends Map<string, MemoryOrder> {
  #problem: Violation | null = null;

  /** The first write that broke I5; null: none did. */
  get problem(): Violation | null {
    return this.#problem;
  }

  override set(id: string, order: MemoryOrder): this {
    const before = this.get(id);
    if (before !== undefined && this.#problem === null) {
      this.#problem = fallBack(before, order);
    }
    return super.set(id, order);
  }
}

function fallBack(before: MemoryOrder, order: MemoryOrder): Violation | null {
  const id = order.clientOrderId;
  if (order.filledSize < before.filledSize) {
    return new Violation("I5", `filled size of ${id} fell`);
  }
  const isReopened = isFinished(before.status) &&
    order.status !== before.status && order.status !== "filled";
  return isReopened
    ? new Violation("I5", `${id}: ${before.status} → ${order.status}`)
    : null;
}

/** One bot's rows, looked at as they are written. */
export class SimBot extends MemoryBot {
  override readonly orders = new CheckedOrders();
}

/** One bot and what it may do at most. */
export interface WatchedBot {
  readonly rows: SimBot;
  readonly tag: string;
  readonly venueSymbol: string;
  /** An opening order and the leg it finds may not be larger, base. */
  openingLimit(side: PositionSide): number;
  /** Largest size a leg may come to by itself, base. */
  sizeLimit(side: PositionSide): number;
}

/** Returns the limits of an AS grid: its base size, and T plus one entry. */
export function asGridLimits(
  baseSize: number,
  maxEntryMultiplier: number,
): Pick<WatchedBot, "openingLimit" | "sizeLimit"> {
  return {
    openingLimit: () => baseSize,
    sizeLimit: () => baseSize * (maxEntryMultiplier + 1),
  };
}

/** Returns the limits of a range grid: what its intervals hold together. */
export function rangeGridLimits(
  rows: () => MemoryBot,
): Pick<WatchedBot, "openingLimit" | "sizeLimit"> {
  const limit = (side: PositionSide) => {
    const state = rows().state as RangeGridState | null;
    if (state === null) return 0;
    assert(state.intervals.length > 0, "A grid has intervals");
    return rangeOf(state).filter((k) => sideOf(state, k) === side).reduce(
      (sum, k) =>
        sum +
        (state.intervals[
          (k % state.grid.levels + state.grid.levels) % state.grid.levels
        ]?.size ?? 0),
      0,
    );
  };
  return { openingLimit: limit, sizeLimit: limit };
}

/** Whether a leg is the business of this strategy at all. */
export function legsOf({ row }: MemoryBot): readonly PositionSide[] {
  const { config, strategy } = row;
  if (strategy === "as_grid") return POSITION_SIDES;
  const { direction } = config as { readonly direction: string };
  return POSITION_SIDES.filter((side) =>
    direction === "neutral" || direction === side
  );
}
