/**
 * Rebuilds a lost state from the bot's own orders on the exchange.
 *
 * What can be told: the anchor is the price of the last completely filled
 * order; a leg above T was paused by its last completed entry, so that P0 is
 * that entry's price (r is computed anew). Where the orders tell nothing the
 * leg keeps a take-profit around its average price and adds nothing.
 *
 * @module
 */
import type { Market } from "../../model/market.ts";
import {
  isOpening,
  otherSide,
  POSITION_SIDES,
  type PositionSide,
} from "../../model/sides.ts";
import type { EndedOrder, LegPositions } from "../plan.ts";
import type { AsGridConfig } from "./config.ts";
import { lockRatio } from "./prices.ts";
import {
  type AsGridLeg,
  type AsGridState,
  createAsGridState,
  FLAT_LEG,
  thresholdsOf,
  withLeg,
} from "./state.ts";

/** What is left to rebuild from. */
export interface RebuildInput {
  readonly config: AsGridConfig;
  readonly market: Market;
  readonly referencePrice: number;
  readonly positions: LegPositions;
  /** The bot's own orders that traded, oldest first. */
  readonly orders: readonly EndedOrder[];
  /** Above every cycle ever used by a leg: ids must never repeat. */
  readonly nextCycle: Readonly<Record<PositionSide, number>>;
}

/** Returns the best state that can be told; see the module's comment. */
export function rebuildAsGridState(input: RebuildInput): AsGridState {
  const { config, market, referencePrice } = input;
  let state = createAsGridState(config, market, referencePrice);
  for (const side of POSITION_SIDES) {
    state = withLeg(state, side, rebuildLeg(input, state, side));
  }
  return state;
}

function rebuildLeg(
  input: RebuildInput,
  state: AsGridState,
  side: PositionSide,
): AsGridLeg {
  const { config, positions } = input;
  const leg = { ...FLAT_LEG, cycle: input.nextCycle[side] };
  const { size, entryPrice } = positions[side];
  if (size === 0) return leg;
  const orders = input.orders.filter((order) => order.positionSide === side);
  const completed = orders.filter((order) =>
    order.status === "filled" && order.averagePrice !== null
  );
  const anchor = completed.at(-1)?.averagePrice ?? null;
  if (anchor === null) {
    // Ours, but not to be told from where: hold it for its profit only. Not
    // ours at all: the plan leaves it alone.
    return orders.length > 0 && entryPrice !== null
      ? { ...leg, anchor: entryPrice, entriesBlocked: true }
      : leg;
  }
  const lastEntry = completed.filter((order) => isOpening(order.purpose))
    .at(-1)?.averagePrice ?? anchor;
  const isPaused = size > thresholdsOf(state, config).maxEntry;
  const other = positions[otherSide(side)].size;
  const ratio = lockRatio({ own: size, other }, config.gridSpacing);
  return {
    ...leg,
    anchor,
    lock: isPaused ? { price: lastEntry, ratio } : null,
  };
}
