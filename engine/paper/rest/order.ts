/** Placing, amending and canceling orders, singly and in batches. @module */
import {
  amendOrder,
  cancelOrder,
  cancelOrders,
  closeLegAtMarket,
  legKey,
  type Order,
  type OrderReference,
} from "@core/matching/mod.ts";
import { POSITION_SIDES } from "@core/mod.ts";
import { ApiError, missing, toApiError } from "../api_error.ts";
import type { WireObject } from "../wire/words.ts";
import { type Endpoint, privatePost, type PrivateRequest } from "./endpoint.ts";
import type { Params } from "./params.ts";
import {
  clientOrderIdOf,
  placeRead,
  readOrder,
  refuseAttachedStops,
} from "./place.ts";

const TRADE = { perSecond: 10, permission: "trade" } as const;
const BATCH = { perSecond: 5, permission: "trade" } as const;
/** Orders in one batch, placing and canceling. */
const BATCH_MAX = 50;

let generated = 0;

/** An id for orders whose sender gave none, like the exchange's own. */
function generateClientOrderId(atMs: number): string {
  generated = (generated + 1) % 1_000_000;
  return `${atMs}${String(generated).padStart(6, "0")}`;
}

function idsOf(order: Order): WireObject {
  return { orderId: order.orderId, clientOid: order.clientOrderId };
}

function referenceOf(params: Params): OrderReference {
  const orderId = params.optional("orderId");
  if (orderId !== null) return { orderId };
  const clientOrderId = clientOrderIdOf(params, "clientOid");
  if (clientOrderId === null) {
    throw new ApiError("40924", "Only one can be passed orderId or clientOid");
  }
  return { clientOrderId };
}

function place(request: PrivateRequest): unknown {
  const { venue, params, account } = request;
  params.requireProduct();
  const market = params.market(venue);
  const fallback = generateClientOrderId(venue.nowMs());
  const order = placeRead(venue, account, readOrder(params, market, fallback));
  return idsOf(order);
}

/** Runs each entry of a batch; what it throws becomes a line of `failureList`. */
function runBatch(
  entries: readonly Params[],
  run: (entry: Params) => Order,
): WireObject {
  const successList: WireObject[] = [];
  const failureList: WireObject[] = [];
  for (const entry of entries) {
    try {
      successList.push(idsOf(run(entry)));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      failureList.push({
        orderId: entry.optional("orderId") ?? "",
        clientOid: entry.optional("clientOid") ?? "",
        errorMsg: error.message,
        errorCode: error.code,
      });
    }
  }
  return { successList, failureList };
}

function placeBatch(request: PrivateRequest): unknown {
  const { venue, params, account } = request;
  params.requireProduct();
  const market = params.market(venue);
  const entries = params.list("orderList");
  if (entries === null || entries.length === 0) throw missing("orderList");
  if (entries.length > BATCH_MAX) {
    throw new ApiError(
      "40912",
      `Batch processing orders can only process up to ${BATCH_MAX}`,
    );
  }
  return runBatch(entries, (entry) => {
    const fallback = generateClientOrderId(venue.nowMs());
    return placeRead(venue, account, readOrder(entry, market, fallback));
  });
}

function cancelOne(request: PrivateRequest, entry: Params): Order {
  const { venue, account } = request;
  const { symbol } = request.params.market(venue);
  const reference = { ...referenceOf(entry), symbol };
  const result = venue.run((exchange, atMs) =>
    cancelOrder(exchange, account.uid, reference, atMs)
  );
  if (result.kind === "refused") throw toApiError(result.reason);
  return result.order;
}

function cancelBatch(request: PrivateRequest): unknown {
  const { venue, params, account } = request;
  params.requireProduct();
  const entries = params.list("orderIdList");
  if (entries !== null && entries.length > BATCH_MAX) {
    throw new ApiError(
      "40912",
      `Batch processing orders can only process up to ${BATCH_MAX}`,
    );
  }
  if (entries !== null && entries.length > 0) {
    params.market(venue);
    return runBatch(entries, (entry) => cancelOne(request, entry));
  }
  return cancelAll(request, params.optionalSymbol(venue), account.uid);
}

function cancelAll(
  { venue }: PrivateRequest,
  symbol: string | null,
  uid: string,
): WireObject {
  const orders = venue.run((exchange, atMs) =>
    cancelOrders(exchange, uid, {
      where: (order) => symbol === null || order.symbol === symbol,
      atMs,
    })
  );
  return { successList: orders.map(idsOf), failureList: [] };
}

function amend(request: PrivateRequest): unknown {
  const { venue, params, account } = request;
  params.requireProduct();
  const market = params.market(venue);
  const hasPrice = params.optional("newPrice") !== null;
  const hasSize = params.optional("newSize") !== null;
  if (!hasPrice || !hasSize) {
    throw new ApiError(
      "40925",
      "Price and size need to be passed in at the same time",
    );
  }
  const newClientOrderId = clientOrderIdOf(params, "newClientOid");
  if (newClientOrderId === null) throw missing("newClientOid");
  refuseAttachedStops(params, "newPresetStop");
  const amendment = {
    ...referenceOf(params),
    symbol: market.symbol,
    newClientOrderId,
    price: params.price("newPrice", market),
    size: params.size("newSize", market),
  };
  const result = venue.run((exchange, atMs) =>
    amendOrder(exchange, account.uid, amendment, atMs)
  );
  if (result.kind === "refused") throw toApiError(result.reason);
  return idsOf(result.order);
}

/** Closes at market what is held, one leg or all. */
function flashClose(request: PrivateRequest): unknown {
  const { venue, params, account } = request;
  params.requireProduct();
  const only = params.optionalSymbol(venue);
  const holdSide = params.choice("holdSide", ["long", "short"]);
  const successList: WireObject[] = [];
  const failureList: WireObject[] = [];
  for (const symbol of only === null ? venue.markets.keys() : [only]) {
    for (const positionSide of POSITION_SIDES) {
      if (holdSide !== null && holdSide !== positionSide) continue;
      if (!account.legs.has(legKey(symbol, positionSide))) continue;
      const clientOrderId = generateClientOrderId(venue.nowMs());
      const result = venue.run((exchange, atMs) =>
        closeLegAtMarket(exchange, account.uid, {
          symbol,
          positionSide,
          clientOrderId,
        }, atMs)
      );
      if (result.kind === "accepted") {
        successList.push({ ...idsOf(result.order), symbol });
      } else {
        const { code, message } = toApiError(result.reason);
        failureList.push({
          orderId: "",
          clientOid: clientOrderId,
          symbol,
          errorMsg: message,
          errorCode: code,
        });
      }
    }
  }
  if (successList.length + failureList.length === 0) {
    throw toApiError("no_position");
  }
  return { successList, failureList };
}

/** Trigger orders are not modelled: refused rather than accepted and ignored. */
function refuseTrigger(): never {
  throw new ApiError(
    "40017",
    "Parameter verification failed: the paper exchange has no trigger orders",
  );
}

/** The endpoints that change orders. */
export const ORDER_ENDPOINTS: readonly Endpoint[] = [
  privatePost("/api/v2/mix/order/place-order", TRADE, place),
  privatePost("/api/v2/mix/order/batch-place-order", BATCH, placeBatch),
  privatePost("/api/v2/mix/order/modify-order", TRADE, amend),
  privatePost("/api/v2/mix/order/cancel-order", TRADE, (request) => {
    request.params.requireProduct();
    return idsOf(cancelOne(request, request.params));
  }),
  privatePost("/api/v2/mix/order/batch-cancel-orders", TRADE, cancelBatch),
  privatePost("/api/v2/mix/order/cancel-all-orders", TRADE, (request) => {
    const { params, venue, account } = request;
    params.requireProduct();
    return cancelAll(request, params.optionalSymbol(venue), account.uid);
  }),
  privatePost(
    "/api/v2/mix/order/close-positions",
    { perSecond: 1, permission: "trade" },
    flashClose,
  ),
  privatePost("/api/v2/mix/order/place-plan-order", TRADE, refuseTrigger),
  privatePost("/api/v2/mix/order/place-tpsl-order", TRADE, refuseTrigger),
];
