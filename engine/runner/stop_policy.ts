/**
 * What should rest while a bot is being stopped, and when it has stopped.
 *
 * @module
 */
import {
  type DesiredOrder,
  floorToLot,
  isOpening,
  POSITION_SIDES,
  type PositionSide,
} from "@core/mod.ts";
import type { StopPolicy } from "@engine/store/port.ts";
import type { Context } from "./context.ts";
import type { BookOrder } from "./book_order.ts";

/** Returns the orders the policy leaves or asks for. */
export function planStop(
  context: Context,
  policy: StopPolicy,
): DesiredOrder[] {
  switch (policy) {
    case "keep_take_profits":
      return keptTakeProfits(context);
    case "cancel_orders":
      return [];
    case "close_positions":
      return closeOrders(context);
  }
}

function keptTakeProfits(context: Context): DesiredOrder[] {
  return context.orders.live.filter((order) =>
    order.purpose === "take_profit" && order.status !== "pending"
  ).map((order) => ({
    positionSide: order.positionSide,
    purpose: order.purpose,
    level: order.level,
    price: order.price,
    size: order.size,
    postOnly: order.postOnly,
    cycle: order.cycle,
    priceTolerance: 0,
    reason: order.reason,
  }));
}

/** At market, one leg's whole position; only when nothing else of it rests. */
function closeOrders(context: Context): DesiredOrder[] {
  const { market, orders, strategy } = context;
  return legsToClose(context).flatMap((positionSide) => {
    const others = orders.live.filter((order) =>
      order.positionSide === positionSide && order.purpose !== "close"
    );
    if (others.length > 0) return [];
    const held = context.positions.legs[positionSide].size;
    const closing = orders.live.find((order) =>
      order.positionSide === positionSide && order.purpose === "close"
    );
    const size = Math.min(held, market.maxOrderSize ?? held);
    const order: DesiredOrder = {
      positionSide,
      purpose: "close",
      level: 0,
      price: null,
      size: closing?.size ?? floorToLot(size, market.lotSize),
      postOnly: false,
      cycle: strategy.cycleOf(positionSide),
      priceTolerance: 0,
      reason: { rule: "stop_close_positions", inputs: { position: held } },
    };
    return order.size > 0 ? [order] : [];
  });
}

function legsToClose(context: Context): readonly PositionSide[] {
  return POSITION_SIDES.filter((side) =>
    context.positions.legs[side].size > 0 && context.strategy.ownsLeg(side)
  );
}

/**
 * Tells whether the policy is fulfilled. Only worth something right after the
 * exchange was asked.
 */
export function isStopDone(context: Context, policy: StopPolicy): boolean {
  const { live } = context.orders;
  if (context.orders.untold.some(mayHaveFilled)) return false;
  switch (policy) {
    case "keep_take_profits":
      return live.every((order) =>
        !isOpening(order.purpose) && order.purpose === "take_profit" &&
        (order.status === "open" || order.status === "partially_filled" ||
          order.status === "submitted")
      );
    case "cancel_orders":
      return live.length === 0;
    case "close_positions":
      return live.length === 0 && areLegsFlat(context);
  }
}

/** A leg of which two sources say different things is not known to be flat. */
function areLegsFlat({ positions, strategy }: Context): boolean {
  return POSITION_SIDES.every((side) => {
    const { size, settled } = positions.legs[side];
    return !strategy.ownsLeg(side) || (settled && size === 0);
  });
}

/**
 * Over, and the exchange has not said yet how much of it had filled: what an
 * entry bought is held and in no book, so nobody would close it or sell it
 * again. A closing that the exchange never knew can only have shrunk a leg.
 */
function mayHaveFilled(order: BookOrder): boolean {
  return order.status === "canceled" && !order.isEndTold &&
    (isOpening(order.purpose) || order.venueOrderId !== null);
}
