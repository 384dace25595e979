/**
 * Rebuilds a lost state from what the exchange holds and what is known of the
 * bot's own orders: which leg each slot traded on, where a trailing range
 * stands, and which intervals had entered. The position itself says how much
 * there is; it is handed out to the intervals, those known to hold first, then
 * those whose exits lie nearest beyond the price.
 *
 * @module
 */
import { type Market, smallestSize } from "../../model/market.ts";
import type { Slot } from "../../model/order.ts";
import { roundToLot } from "../../model/rounding.ts";
import {
  isOpening,
  POSITION_SIDES,
  type PositionSide,
} from "../../model/sides.ts";
import type { LegPositions } from "../plan.ts";
import { lineAt, slotLevel } from "./lines.ts";
import {
  createRangeGridState,
  entryLine,
  exitLine,
  type GridBeginning,
  intervalAt,
  type RangeGridState,
  rangeOf,
  sideOf,
  withInterval,
} from "./state.ts";

/** What is known of an order of the bot. */
export interface KnownGridOrder extends Slot {
  readonly price: number | null;
  readonly cycle: number;
  readonly revision: number;
  readonly status: string;
}

/** What is left to rebuild from. */
export interface RangeGridRemains extends GridBeginning {
  readonly positions: LegPositions;
  /** The bot's own orders, of each slot at least the newest. */
  readonly known: readonly KnownGridOrder[];
}

/** Returns the best state that can be told; see the module's comment. */
export function rebuildRangeGrid(remains: RangeGridRemains): RangeGridState {
  const { known, positions, market, referencePrice } = remains;
  let state = createRangeGridState(remains);
  if (known.length === 0) return state;
  const newest = newestOf(known);
  state = { ...state, offset: offsetOf(state, newest, market) };
  state = {
    ...state,
    phase: "running",
    awaits: null,
    splitAt: splitOf(state, newest, { market, referencePrice }),
  };
  for (const side of POSITION_SIDES) {
    const isOurs = known.some((order) => order.positionSide === side);
    if (isOurs && positions[side].size > 0) {
      state = handOut(state, { side, newest, remains });
    }
  }
  return state;
}

/** By level: the newest order of an interval, whichever leg or purpose. */
type Newest = ReadonlyMap<number, KnownGridOrder>;

function newestOf(known: readonly KnownGridOrder[]): Newest {
  const newest = new Map<number, KnownGridOrder>();
  for (const order of known) {
    const isInterval = order.purpose === "entry" ||
      order.purpose === "take_profit";
    const other = newest.get(order.level);
    const isNewer = other === undefined || order.cycle > other.cycle ||
      (order.cycle === other.cycle && order.revision > other.revision);
    if (isInterval && isNewer) newest.set(order.level, order);
  }
  return newest;
}

/** A slot's price tells which interval of the ring it stands for. */
function offsetOf(
  state: RangeGridState,
  newest: Newest,
  market: Market,
): number {
  const { levels } = state.grid;
  const votes = new Map<number, number>();
  for (const order of newest.values()) {
    if (order.price === null || order.status === "filled") continue;
    const isLow = (order.positionSide === "long") === isOpening(order.purpose);
    for (let turn = -levels; turn <= levels; turn++) {
      const k = order.level + turn * levels;
      const line = lineAt(state.grid, isLow ? k : k + 1, market.tickSize);
      if (Math.abs(line - order.price) >= market.tickSize) continue;
      votes.set(k, (votes.get(k) ?? 0) + 1);
    }
  }
  const seen = [...votes.keys()];
  if (seen.length === 0) return 0;
  const low = Math.min(...seen);
  const high = Math.max(...seen);
  if (low >= 0 && high < levels) return 0;
  return high >= levels ? high - levels + 1 : low;
}

function splitOf(
  state: RangeGridState,
  newest: Newest,
  { market, referencePrice }: {
    readonly market: Market;
    readonly referencePrice: number;
  },
): number {
  const range = rangeOf(state);
  const shorts = range.filter((k) =>
    newest.get(slotLevel(k, state.grid.levels))?.positionSide === "short"
  );
  const longs = range.filter((k) =>
    newest.get(slotLevel(k, state.grid.levels))?.positionSide === "long"
  );
  if (longs.length > 0) return Math.max(...longs) + 1;
  if (shorts.length > 0) return Math.min(...shorts);
  const line = (k: number) => lineAt(state.grid, k, market.tickSize);
  return state.offset +
    range.filter((k) => line(k) + line(k + 1) <= 2 * referencePrice).length;
}

function handOut(
  state: RangeGridState,
  { side, newest, remains }: {
    readonly side: PositionSide;
    readonly newest: Newest;
    readonly remains: RangeGridRemains;
  },
): RangeGridState {
  const { market, positions, referencePrice } = remains;
  const sign = side === "long" ? 1 : -1;
  const rank = (k: number) => {
    const order = newest.get(slotLevel(k, state.grid.levels));
    const isHeld = order !== undefined &&
      isOpening(order.purpose) === (order.status === "filled");
    const away = sign * (exitLine(state, k, market.tickSize) - referencePrice);
    // Known to hold, then the nearest exit beyond the price, then the rest.
    return [isHeld ? 0 : 1, away > 0 ? 0 : 1, Math.abs(away)] as const;
  };
  const ranked = rangeOf(state).filter((k) => sideOf(state, k) === side)
    .map((k) => ({ k, rank: rank(k) }))
    .toSorted((a, b) =>
      a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1] || a.rank[2] - b.rank[2]
    );
  let left = positions[side].size;
  let next = state;
  for (const { k } of ranked) {
    const interval = intervalAt(state, k);
    const held = roundToLot(Math.min(left, interval.size), market.lotSize);
    if (held <= 0) break;
    const basis = entryLine(state, k, market.tickSize);
    const rest = interval.size - held;
    next = withInterval(next, k, {
      ...interval,
      held,
      basis,
      isExiting: rest < smallestSize(market, basis),
    });
    left -= held;
  }
  return next;
}
