/**
 * What a full look at the exchange found, beside what the bot believes after
 * it: shown to the trader, and nothing is decided by it.
 *
 * @module
 */
import {
  isFinished,
  parseClientOrderId,
  type Position,
  type PositionSide,
  roundToLot,
  type VenueOrder,
} from "@core/mod.ts";
import type { BotAudit } from "@engine/store/port.ts";
import type { Context } from "./context.ts";

/** What the exchange answered. */
export interface Shown {
  readonly orders: readonly VenueOrder[];
  readonly positions: readonly Position[];
  /** When the orders were asked for. */
  readonly askedAtMs: number;
}

/**
 * Compares, once what the answers told has been taken in: what came to an end
 * while they were on their way is neither expected nor found.
 */
export function auditOf(context: Context, shown: Shown): BotAudit {
  const { orders, positions, market, botTag } = context;
  const { long, short } = positions.legs;
  const exchangeSize = (side: PositionSide) => {
    const leg = shown.positions.find((p) => p.positionSide === side);
    return roundToLot(leg?.size ?? 0, market.lotSize);
  };
  const expected = orders.live.filter(({ sentAtMs }) =>
    sentAtMs !== null && sentAtMs < shown.askedAtMs
  );
  const found = shown.orders.filter(({ clientOrderId }) => {
    if (parseClientOrderId(clientOrderId ?? "")?.botTag !== botTag) {
      return false;
    }
    const order = orders.get(clientOrderId ?? "");
    return order === null || !isFinished(order.status);
  });
  return {
    syncedAtMs: context.nowMs(),
    ourLongSize: long.size,
    ourShortSize: short.size,
    exchangeLongSize: exchangeSize("long"),
    exchangeShortSize: exchangeSize("short"),
    expectedOrders: expected.length,
    foundOrders: found.length,
  };
}
