import type { Market } from "../../model/market.ts";
import type { DesiredOrder, OrderReason } from "../../model/order.ts";
import { floorToLot } from "../../model/rounding.ts";
import type { PositionSide } from "../../model/sides.ts";
import type { WorkingOrder } from "../plan.ts";

/**
 * Returns the order that closes a leg at market, as long as something is held:
 * only when nothing else of the leg works any more, and never more than the
 * market's largest order at once.
 */
export function closingOrder(
  { side, held, working, market, cycle, reason }: {
    readonly side: PositionSide;
    /** To be closed, base. */
    readonly held: number;
    readonly working: readonly WorkingOrder[];
    readonly market: Market;
    readonly cycle: number;
    readonly reason: OrderReason;
  },
): DesiredOrder[] {
  const own = working.filter((order) => order.positionSide === side);
  if (own.some((order) => order.purpose !== "close")) return [];
  const size = floorToLot(
    Math.min(held, market.maxOrderSize ?? held),
    market.lotSize,
  );
  const current = own[0];
  if (current === undefined && size <= 0) return [];
  return [{
    positionSide: side,
    purpose: "close",
    level: 0,
    price: null,
    size: current?.size ?? size,
    postOnly: false,
    cycle,
    priceTolerance: 0,
    reason,
  }];
}
