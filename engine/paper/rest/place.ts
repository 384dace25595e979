/** Reading an order as a client writes it, and placing it. @module */
import {
  type Account,
  type Order,
  type OrderRequest,
  placeOrder,
  type TimeInForce,
  wouldCross,
} from "@core/matching/mod.ts";
import { ApiError, missing, toApiError } from "../api_error.ts";
import type { Market } from "../market.ts";
import type { Venue } from "../venue.ts";
import type { Params } from "./params.ts";

const CLIENT_ORDER_ID_LENGTH_MAX = 64;

/** Returns the client's own order id, or null. @throws {ApiError} 40305 if it cannot be one. */
export function clientOrderIdOf(params: Params, name: string): string | null {
  const id = params.optional(name);
  if (id === null) return null;
  if (
    id.length > CLIENT_ORDER_ID_LENGTH_MAX ||
    !/^[\w.:/#+=@|-]+$/.test(id)
  ) {
    throw new ApiError(
      "40305",
      "client_oid length is not greater than 64, and cannot be Martian characters",
    );
  }
  return id;
}

/**
 * Reads the direction. Hedge mode: `side` is the position's, `tradeSide` says
 * open or close. One-way mode: `side` is the trade's, without `tradeSide`.
 */
function directionOf(
  params: Params,
): Pick<
  OrderRequest,
  "orderSide" | "positionSide" | "isClosing" | "reduceOnly"
> {
  const side = params.choice("side", ["buy", "sell"]);
  if (side === null) throw missing("side");
  const tradeSide = params.choice("tradeSide", ["open", "close"]);
  if (tradeSide === null) {
    return {
      orderSide: side,
      positionSide: null,
      isClosing: false,
      reduceOnly: params.choice("reduceOnly", ["yes", "no"]) === "yes",
    };
  }
  const isClosing = tradeSide === "close";
  return {
    orderSide: (side === "buy") !== isClosing ? "buy" : "sell",
    positionSide: side === "buy" ? "long" : "short",
    isClosing,
    reduceOnly: false,
  };
}

function timeInForceOf(params: Params): TimeInForce {
  return params.choice("force", ["gtc", "ioc", "fok", "post_only"]) ?? "gtc";
}

/**
 * Stops attached to an order are not modelled: refused rather than accepted
 * and ignored, for somebody relies on them.
 *
 * @throws {ApiError}
 */
export function refuseAttachedStops(params: Params, prefix: string): void {
  for (const name of ["SurplusPrice", "LossPrice"]) {
    if (Number(params.optional(`${prefix}${name}`) ?? 0) === 0) continue;
    throw new ApiError(
      "40017",
      "Parameter verification failed: the paper exchange attaches no stop-loss or take-profit to orders",
    );
  }
}

/** Reads one order. @throws {ApiError} */
export function readOrder(
  params: Params,
  market: Market,
  fallbackClientOrderId: string,
): OrderRequest {
  params.checkMarginCoin();
  params.choice("marginMode", ["crossed", "cross"]);
  refuseAttachedStops(params, "presetStop");
  const orderType = params.choice("orderType", ["limit", "market"]);
  if (orderType === null) throw missing("orderType");
  return {
    symbol: market.symbol,
    clientOrderId: clientOrderIdOf(params, "clientOid") ??
      fallbackClientOrderId,
    ...directionOf(params),
    orderType,
    timeInForce: timeInForceOf(params),
    price: orderType === "limit" ? params.price("price", market) : 0,
    size: params.size("size", market),
  };
}

/** Places an order that has been read. @throws {ApiError} */
export function placeRead(
  venue: Venue,
  account: Account,
  request: OrderRequest,
): Order {
  const { faults } = venue;
  const target = { uid: account.uid, symbol: request.symbol };
  const refused = faults.strike(["refuse_order"], target);
  if (refused !== null) throw new ApiError(refused.code, refused.message);
  const market = venue.market(request.symbol);
  const isPostOnly = request.orderType === "limit" &&
    request.timeInForce === "post_only";
  if (isPostOnly && wouldCross(market.listing, request)) {
    const fault = faults.strike(["reject_crossing_post_only"], target);
    if (fault !== null) {
      throw new ApiError(fault.code, "The post-only order would be a taker");
    }
  }
  const refusesOverlap = request.isClosing &&
    faults.strike(["refuse_overlapping_close"], target) !== null;
  const placement = venue.run((exchange, atMs) =>
    placeOrder(exchange, account.uid, request, atMs, {
      overlappingClose: refusesOverlap ? "refuse" : "remainder",
      cancelPostOnly: isPostOnly &&
        faults.strike(["cancel_post_only"], target) !== null,
    })
  );
  if (placement.kind === "refused") {
    throw toApiError(
      placement.reason,
      market.priceText(market.listing.instrument.priceStep),
    );
  }
  return placement.order;
}
