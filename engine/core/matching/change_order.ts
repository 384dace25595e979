/** Canceling and amending orders, and closing a leg at market. @module */
import type { PositionSide } from "../model/sides.ts";
import { admitOrder, type Refusal, refuse } from "./admission.ts";
import { endOrder } from "./execution.ts";
import { type Placement, placeOrder } from "./place_order.ts";
import {
  type Account,
  accountOf,
  type CancelReason,
  type Exchange,
  legKey,
  listingOf,
  type Order,
} from "./state.ts";

/** An order named by either of its ids. */
export type OrderReference =
  | { readonly orderId: string }
  | { readonly clientOrderId: string };

/** Returns an account's order, live or remembered, or null. */
export function findOrder(
  account: Account,
  reference: OrderReference,
): Order | null {
  if ("clientOrderId" in reference) {
    return account.byClientOrderId.get(reference.clientOrderId) ?? null;
  }
  const live = account.live.get(reference.orderId);
  if (live !== undefined) return live;
  for (let i = account.finished.length - 1; i >= 0; i--) {
    const order = account.finished[i];
    if (order?.orderId === reference.orderId) return order;
  }
  return null;
}

/** Cancels a live order. */
export function cancelOrder(
  exchange: Exchange,
  uid: string,
  reference: OrderReference & { readonly symbol: string },
  atMs: number,
  reason: CancelReason = "requested",
): { readonly kind: "canceled"; readonly order: Order } | Refusal {
  const account = accountOf(exchange, uid);
  const order = findOrder(account, reference);
  if (order === null || order.symbol !== reference.symbol) {
    return refuse("order_not_found");
  }
  if (!account.live.has(order.orderId)) return refuse("order_finished");
  endOrder(exchange, listingOf(exchange, order.symbol), order, {
    reason,
    isResting: true,
    atMs,
  });
  return { kind: "canceled", order };
}

/** Cancels all live orders of an account, or those a filter picks, oldest first. */
export function cancelOrders(
  exchange: Exchange,
  uid: string,
  options: {
    readonly where?: (order: Order) => boolean;
    readonly reason?: CancelReason;
    readonly atMs: number;
  },
): Order[] {
  const account = accountOf(exchange, uid);
  const orders = [...account.live.values()].filter(
    options.where ?? (() => true),
  );
  for (const order of orders) {
    endOrder(exchange, listingOf(exchange, order.symbol), order, {
      reason: options.reason ?? "requested",
      isResting: true,
      atMs: options.atMs,
    });
  }
  return orders;
}

/**
 * Amends a resting limit order: the old one ends, a new one with a new id
 * enters at the end of its queue. Refused as a whole or done as a whole.
 */
export function amendOrder(
  exchange: Exchange,
  uid: string,
  amendment: OrderReference & {
    readonly symbol: string;
    readonly newClientOrderId: string;
    /** Units. */
    readonly price: number;
    /** Units, the whole order including what has been filled. */
    readonly size: number;
  },
  atMs: number,
): Placement {
  const account = accountOf(exchange, uid);
  const order = findOrder(account, amendment);
  if (order === null || order.symbol !== amendment.symbol) {
    return refuse("order_not_found");
  }
  if (!account.live.has(order.orderId)) return refuse("order_finished");
  if (amendment.price === order.price && amendment.size === order.size) {
    return refuse("nothing_to_change");
  }
  const request = {
    ...order,
    clientOrderId: amendment.newClientOrderId,
    price: amendment.price,
    size: amendment.size - order.filledSize,
  };
  const admission = admitOrder(exchange, account, request, {
    replacesOrderId: order.orderId,
  });
  if (admission.kind === "refused") return admission;
  endOrder(exchange, listingOf(exchange, order.symbol), order, {
    reason: "amended",
    isResting: true,
    atMs,
  });
  return placeOrder(exchange, uid, request, atMs);
}

/** Cancels what would close a leg otherwise, and closes the whole leg at market. */
export function closeLegAtMarket(
  exchange: Exchange,
  uid: string,
  closing: {
    readonly symbol: string;
    readonly positionSide: PositionSide;
    readonly clientOrderId: string;
  },
  atMs: number,
): Placement {
  const account = accountOf(exchange, uid);
  const { symbol, positionSide, clientOrderId } = closing;
  const leg = account.legs.get(legKey(symbol, positionSide));
  if (leg === undefined) return refuse("no_position");
  const isHedge = account.positionMode === "hedge";
  const orderSide = positionSide === "long" ? "sell" : "buy";
  cancelOrders(exchange, uid, {
    where: (order) =>
      order.symbol === symbol && order.orderSide === orderSide &&
      (order.isClosing || order.reduceOnly),
    atMs,
  });
  return placeOrder(exchange, uid, {
    symbol,
    clientOrderId,
    orderSide,
    positionSide: isHedge ? positionSide : null,
    isClosing: isHedge,
    reduceOnly: !isHedge,
    orderType: "market",
    timeInForce: "ioc",
    price: 0,
    size: leg.size,
  }, atMs);
}
