/**
 * What the exchange does with a request that has arrived. Orders speak
 * Bitget's envelopes, so that the engine's own classification reads them;
 * what is only read is handed over as it is.
 *
 * @module
 */
import {
  cancelOrder,
  leverageOf,
  listingOf,
  type OrderRequest,
  placeOrder,
  setLeverage,
} from "@core/matching/mod.ts";
import type { EndpointName } from "@engine/exchange/endpoints.ts";
import { readRow, readRows, readText } from "@engine/exchange/fields.ts";
import { REFUSALS } from "@engine/paper/api_error.ts";
import { toUnits } from "./markets.ts";
import { type SimVenue, UID } from "./venue.ts";

type Params = Readonly<Record<string, unknown>>;

/** What the exchange answers. */
export interface Reply {
  readonly status: number;
  readonly code: string;
  readonly data: unknown;
}

/** How an arriving request is treated. */
export interface Treatment {
  /** What is read is shown as it was then. */
  readonly seenAtMs: number;
  /** Decides for each order whether it is refused, by code; null: by the rules. */
  readonly refuses: () => string | null;
  /** The same for each cancellation. */
  readonly refusesCancel: () => string | null;
  /** Decides for each post-only order whether it ends as if it had crossed. */
  readonly cancelsPostOnly: () => boolean;
  /** Decides whether an order that was canceled unfilled is known no more. */
  readonly forgets: () => boolean;
}

type Verdict =
  | { readonly orderId: string; readonly clientOid: string }
  | { readonly clientOid: string; readonly errorCode: string };

/** Carries a request out. */
export function answer(
  venue: SimVenue,
  request: { readonly name: EndpointName; readonly params: Params },
  treatment: Treatment,
): Reply {
  const { name, params } = request;
  switch (name) {
    case "placeOrder": {
      const verdict = place(venue, params, treatment);
      return "errorCode" in verdict
        ? { status: 400, code: verdict.errorCode, data: null }
        : ok(verdict);
    }
    case "placeOrders":
      return ok(batch(
        readRows(params.orderList ?? null, "orderList"),
        (row) => place(venue, { ...params, ...row }, treatment),
      ));
    case "cancelOrders":
      return ok(batch(
        readRows(params.orderIdList ?? null, "orderIdList"),
        (row) => cancel(venue, { ...params, ...row }, treatment),
      ));
    case "setLeverage": {
      const done = venue.run((model) =>
        setLeverage(model, UID, {
          symbol: readText(params, "symbol"),
          leverage: Number(readText(params, "leverage")),
        })
      );
      return done.kind === "done"
        ? ok({})
        : refused(REFUSALS[done.reason].code);
    }
    default:
      return ok(read(venue, request, treatment));
  }
}

function read(
  venue: SimVenue,
  { name, params }: { readonly name: EndpointName; readonly params: Params },
  { seenAtMs: atMs, forgets }: Treatment,
): unknown {
  const symbol = typeof params.symbol === "string" ? params.symbol : "";
  const unified = `${symbol.slice(0, -4)}/USDT:USDT`;
  switch (name) {
    case "openOrders":
      return venue.ordersAt(unified, atMs);
    case "positions":
      return venue.positionsAt(unified, atMs);
    case "balances":
      return venue.balanceAt(atMs);
    case "order": {
      const order = venue.orderAt(readText(params, "clientOid"), atMs);
      const isUnfilled = order?.status === "canceled" && order.filledSize === 0;
      return isUnfilled && forgets() ? null : order;
    }
    case "fills":
      return venue.fillsAt(unified, {
        sinceMs: Number(params.sinceMs),
        atMs,
      });
    case "bills":
      return venue.account.bills.filter((bill) =>
        bill.kind === "funding" && bill.symbol === symbol &&
        bill.atMs >= Number(params.sinceMs) && bill.atMs <= atMs
      );
    case "accountSettings":
      return {
        positionMode: venue.account.positionMode,
        leverage: leverageOf(
          venue.account,
          listingOf(venue.model, symbol).instrument,
        ),
      };
    default:
      return {};
  }
}

function place(
  venue: SimVenue,
  params: Params,
  { refuses, cancelsPostOnly }: Treatment,
): Verdict {
  const request = readRequest(params);
  const clientOid = request.clientOrderId;
  const code = refuses();
  if (code !== null) return { clientOid, errorCode: code };
  const isPostOnly = request.timeInForce === "post_only";
  const placement = venue.run((model, atMs) =>
    placeOrder(model, UID, request, atMs, {
      cancelPostOnly: isPostOnly && cancelsPostOnly(),
    })
  );
  return placement.kind === "accepted"
    ? { clientOid, orderId: placement.order.orderId }
    : { clientOid, errorCode: REFUSALS[placement.reason].code };
}

function readRequest(params: Params): OrderRequest {
  const row = readRow(params, "order");
  const positionSide = readText(row, "side") === "buy" ? "long" : "short";
  const isClosing = readText(row, "tradeSide") === "close";
  const isLimit = readText(row, "orderType") === "limit";
  return {
    symbol: readText(row, "symbol"),
    clientOrderId: readText(row, "clientOid"),
    orderSide: (positionSide === "long") === isClosing ? "sell" : "buy",
    positionSide,
    isClosing,
    reduceOnly: false,
    orderType: isLimit ? "limit" : "market",
    timeInForce: isLimit && readText(row, "force") === "post_only"
      ? "post_only"
      : isLimit
      ? "gtc"
      : "ioc",
    price: isLimit ? toUnits(Number(readText(row, "price"))) : 0,
    size: toUnits(Number(readText(row, "size"))),
  };
}

function cancel(
  venue: SimVenue,
  params: Params,
  { refusesCancel }: Treatment,
): Verdict {
  const clientOid = readText(params, "clientOid");
  const code = refusesCancel();
  if (code !== null) return { clientOid, errorCode: code };
  const symbol = readText(params, "symbol");
  const done = venue.run((model, atMs) =>
    cancelOrder(model, UID, { clientOrderId: clientOid, symbol }, atMs)
  );
  return done.kind === "canceled"
    ? { clientOid, orderId: done.order.orderId }
    : { clientOid, errorCode: REFUSALS[done.reason].code };
}

function batch<Row>(
  rows: readonly Row[],
  run: (row: Row) => Verdict,
): unknown {
  const verdicts = rows.map(run);
  return {
    successList: verdicts.filter((verdict) => "orderId" in verdict),
    failureList: verdicts.filter((verdict) => "errorCode" in verdict),
  };
}

function ok(data: unknown): Reply {
  return { status: 200, code: "00000", data };
}

function refused(code: string): Reply {
  return { status: 400, code, data: null };
}
