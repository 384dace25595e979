/** Reading orders, fills and positions. @module */
import { findOrder } from "@core/matching/mod.ts";
import { ApiError } from "../api_error.ts";
import { fillRow, orderRow } from "../wire/orders.ts";
import { closedPositionRow, positionRow } from "../wire/positions.ts";
import { type Endpoint, privateGet, type PrivateRequest } from "./endpoint.ts";
import { pageOf } from "./paging.ts";
import { PRODUCT_TYPE } from "./params.ts";
import { clientOrderIdOf } from "./place.ts";

const ORDERS = { perSecond: 10, permission: "read_orders" } as const;
const POSITIONS = { perSecond: 5, permission: "read_account" } as const;
const PAGE = { limitDefault: 100, limitMax: 100 } as const;

function pending({ venue, params, account }: PrivateRequest): unknown {
  if (params.productType() !== PRODUCT_TYPE) {
    return { entrustedList: null, endId: null };
  }
  const symbol = params.optionalSymbol(venue);
  const orderId = params.optional("orderId");
  const clientOrderId = params.optional("clientOid");
  const status = params.choice("status", ["live", "partially_filled"]);
  const page = pageOf([...account.live.values()], params, {
    id: (order) => order.orderId,
    atMs: (order) => order.createdAtMs,
    where: (order) =>
      (symbol === null || order.symbol === symbol) &&
      (orderId === null || order.orderId === orderId) &&
      (clientOrderId === null || order.clientOrderId === clientOrderId) &&
      (status === null || order.state === status),
    ...PAGE,
  });
  return {
    entrustedList: page.entries.length === 0
      ? null
      : page.entries.map((order) =>
        orderRow(venue.market(order.symbol), order, "status")
      ),
    endId: page.endId,
  };
}

function finished({ venue, params, account }: PrivateRequest): unknown {
  params.requireProduct();
  const symbol = params.optionalSymbol(venue);
  const orderId = params.optional("orderId");
  const clientOrderId = params.optional("clientOid");
  const page = pageOf(account.finished, params, {
    id: (order) => order.orderId,
    atMs: (order) => order.createdAtMs,
    where: (order) =>
      (symbol === null || order.symbol === symbol) &&
      (orderId === null || order.orderId === orderId) &&
      (clientOrderId === null || order.clientOrderId === clientOrderId),
    isUnordered: true,
    ...PAGE,
  });
  return {
    entrustedList: page.entries.length === 0
      ? null
      : page.entries.map((order) =>
        orderRow(venue.market(order.symbol), order, "status")
      ),
    endId: page.endId,
  };
}

function detail({ venue, params, account }: PrivateRequest): unknown {
  params.requireProduct();
  const market = params.market(venue);
  const orderId = params.optional("orderId");
  const clientOrderId = clientOrderIdOf(params, "clientOid");
  if (orderId === null && clientOrderId === null) {
    throw new ApiError("40924", "Only one can be passed orderId or clientOid");
  }
  const order = findOrder(
    account,
    orderId === null ? { clientOrderId: clientOrderId ?? "" } : { orderId },
  );
  if (order === null || order.symbol !== market.symbol) {
    throw new ApiError("40109", "The data of the order cannot be found");
  }
  return orderRow(market, order, "state");
}

function fills({ venue, params, account }: PrivateRequest): unknown {
  params.requireProduct();
  const symbol = params.optionalSymbol(venue);
  const orderId = params.optional("orderId");
  const page = pageOf(account.fills, params, {
    id: (fill) => fill.tradeId,
    atMs: (fill) => fill.atMs,
    where: (fill) =>
      (symbol === null || fill.symbol === symbol) &&
      (orderId === null || fill.orderId === orderId),
    ...PAGE,
  });
  return {
    fillList: page.entries.map((fill) =>
      fillRow(venue.market(fill.symbol), fill)
    ),
    endId: page.endId,
  };
}

function positions(request: PrivateRequest, symbol: string | null): unknown {
  const { venue, params, account } = request;
  params.checkMarginCoin();
  return [...account.legs.values()]
    .filter((leg) => symbol === null || leg.symbol === symbol)
    .map((leg) => positionRow(venue, account, leg));
}

function closedPositions({ venue, params, account }: PrivateRequest): unknown {
  const symbol = params.optionalSymbol(venue);
  const page = pageOf(account.closedLegs, params, {
    id: (leg) => leg.positionId,
    atMs: (leg) => leg.closedAtMs,
    where: (leg) => symbol === null || leg.symbol === symbol,
    limitDefault: 20,
    limitMax: 100,
    isUnordered: true,
  });
  return {
    list: page.entries.map((leg) =>
      closedPositionRow(venue.market(leg.symbol), leg)
    ),
    endId: page.endId,
  };
}

/** The endpoints that read orders, fills and positions. */
export const HISTORY_ENDPOINTS: readonly Endpoint[] = [
  privateGet("/api/v2/mix/order/orders-pending", ORDERS, pending),
  privateGet("/api/v2/mix/order/orders-history", ORDERS, finished),
  privateGet("/api/v2/mix/order/detail", ORDERS, detail),
  privateGet("/api/v2/mix/order/fills", ORDERS, fills),
  privateGet("/api/v2/mix/order/fill-history", ORDERS, fills),
  privateGet(
    "/api/v2/mix/position/all-position",
    POSITIONS,
    (request) =>
      request.params.productType() === PRODUCT_TYPE
        ? positions(request, null)
        : [],
  ),
  privateGet("/api/v2/mix/position/single-position", POSITIONS, (request) => {
    request.params.requireProduct();
    return positions(request, request.params.market(request.venue).symbol);
  }),
  privateGet(
    "/api/v2/mix/position/history-position",
    POSITIONS,
    closedPositions,
  ),
];
