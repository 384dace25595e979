/**
 * Placing and cancelling: one outcome an order, whatever happens.
 *
 * Nothing is sent twice here. A duplicate of our own id is an order that
 * exists, and an unknown refusal may be: both are looked up once. What was
 * sent and not answered stays `unresolved`, and its owner looks it up by
 * client order id when the dust has settled.
 *
 * @module
 */
import { assert, type Market, type Purpose } from "@core/mod.ts";
import { classifyRefusal, isGone, isLocal, unansweredError } from "./errors.ts";
import { readRow, readRows, readTextOrNull, type Row } from "./fields.ts";
import { PRIORITIES, type Priority } from "./limiter.ts";
import {
  type CancelOutcome,
  type CancelRequest,
  ExchangeError,
  type NewOrder,
  type PlaceOutcome,
} from "./port.ts";
import {
  cancelParams,
  orderFrame,
  orderParams,
  type RequestParams,
  symbolParams,
} from "./requests.ts";
import type { RestSession } from "./rest.ts";

/** Bitget's largest batch, for placing and for cancelling. */
export const BATCH_MAX = 50;
/** So few orders may also go as single requests, side by side. */
const SINGLES_MAX = 3;

const PRIORITY_OF: Readonly<Record<Purpose, Priority>> = {
  close: "close",
  reduce: "close",
  "take_profit": "close",
  open: "entry",
  entry: "entry",
};

/** What placing needs of an account. */
export interface OrderDesk {
  readonly rest: RestSession;
  /** The id of the order with this client order id, or null where there is none. */
  lookUp(symbol: string, clientOrderId: string): Promise<string | null>;
}

interface Leg {
  readonly order: NewOrder;
  readonly params: RequestParams;
}

/** Places orders of one market; outcomes in the order given. */
export async function placeOrders(
  desk: OrderDesk,
  market: Market,
  orders: readonly NewOrder[],
): Promise<PlaceOutcome[]> {
  const outcomes = new Map<string, PlaceOutcome>();
  const legs: Leg[] = [];
  for (const order of orders) {
    assert(
      order.symbol === market.symbol,
      `One symbol a call: ${order.symbol} among ${market.symbol}`,
    );
    try {
      legs.push({ order, params: orderParams(order, market) });
    } catch (error) {
      if (!(error instanceof ExchangeError)) throw error;
      outcomes.set(order.clientOrderId, failed(order, error));
    }
  }
  // One that shrinks the position goes before one that enlarges it.
  legs.sort((a, b) => rankOf(a.order) - rankOf(b.order));
  const batches = chunk(legs);
  const results = await Promise.all(
    batches.map((batch) => placeBatch(desk, market, batch)),
  );
  for (const outcome of results.flat()) {
    outcomes.set(outcome.clientOrderId, outcome);
  }
  return orders.map((order) => {
    const outcome = outcomes.get(order.clientOrderId);
    assert(outcome !== undefined, `No outcome for ${order.clientOrderId}`);
    return outcome;
  });
}

async function placeBatch(
  desk: OrderDesk,
  market: Market,
  legs: readonly Leg[],
): Promise<PlaceOutcome[]> {
  const [first] = legs;
  assert(first !== undefined, "Cannot place an empty batch");
  try {
    if (goSingly(desk.rest, legs.length)) {
      return await Promise.all(legs.map((leg) => placeOne(desk, market, leg)));
    }
    const answer = await desk.rest.request("placeOrders", {
      ...orderFrame(market),
      orderList: legs.map((leg) => leg.params),
    }, priorityOf(first.order));
    return await readPlaced(desk, legs, readRow(answer, "placed orders"));
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    return legs.map(({ order }) => failed(order, asWrite(error)));
  }
}

/**
 * One order goes alone and several together, unless that way is used up for
 * this second and the other is free: the two have limits of their own.
 */
function goSingly(rest: RestSession, count: number): boolean {
  const isBatchOpen = rest.room("placeOrders") > 0;
  const singles = rest.room("placeOrder");
  if (count === 1) return singles > 0 || !isBatchOpen;
  return !isBatchOpen && count <= SINGLES_MAX && singles >= count;
}

async function placeOne(
  desk: OrderDesk,
  market: Market,
  leg: Leg,
): Promise<PlaceOutcome> {
  const { order, params } = leg;
  try {
    const answer = await desk.rest.request(
      "placeOrder",
      { ...orderFrame(market), ...params },
      priorityOf(order),
    );
    return accepted(order, readRow(answer, "placed order"));
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    return await resolve(desk, order, asWrite(error));
  }
}

async function readPlaced(
  desk: OrderDesk,
  legs: readonly Leg[],
  answer: Row,
): Promise<PlaceOutcome[]> {
  const successes = byClientOid(answer, "successList");
  const failures = byClientOid(answer, "failureList");
  return await Promise.all(legs.map(({ order }) => {
    const success = successes.get(order.clientOrderId);
    if (success !== undefined) return accepted(order, success);
    const failure = failures.get(order.clientOrderId);
    return resolve(
      desk,
      order,
      failure === undefined ? unmentioned() : readFailure(failure),
    );
  }));
}

/** Looks the order up where the refusal leaves open, or says, that it exists. */
async function resolve(
  desk: OrderDesk,
  order: NewOrder,
  error: ExchangeError,
): Promise<PlaceOutcome> {
  const isDuplicate = error.reason === "duplicate_client_order_id";
  if (!isDuplicate && error.reason !== "unknown_code") {
    return failed(order, error);
  }
  const { symbol, clientOrderId } = order;
  try {
    const venueOrderId = await desk.lookUp(symbol, clientOrderId);
    if (venueOrderId !== null) {
      return { kind: "accepted", clientOrderId, venueOrderId };
    }
    // A duplicate exists, shown or not: what is read may lag behind.
    return isDuplicate
      ? { kind: "unresolved", clientOrderId, error: unmentioned() }
      : { kind: "rejected", clientOrderId, error };
  } catch (cause) {
    if (!(cause instanceof ExchangeError)) throw cause;
    return { kind: "unresolved", clientOrderId, error };
  }
}

function accepted(order: NewOrder, row: Row): PlaceOutcome {
  const venueOrderId = readTextOrNull(row, "orderId");
  const { clientOrderId } = order;
  return venueOrderId === null
    ? { kind: "unresolved", clientOrderId, error: unmentioned() }
    : { kind: "accepted", clientOrderId, venueOrderId };
}

function failed(order: NewOrder, error: ExchangeError): PlaceOutcome {
  const kind = isLocal(error)
    ? "not_sent"
    : error.kind === "unresolved"
    ? "unresolved"
    : "rejected";
  return { kind, clientOrderId: order.clientOrderId, error };
}

/** Cancels orders of one symbol; outcomes in the order given. */
export async function cancelOrders(
  desk: OrderDesk,
  venueSymbol: string,
  requests: readonly CancelRequest[],
): Promise<CancelOutcome[]> {
  const results = await Promise.all(
    chunk(requests).map((batch) => cancelBatch(desk, venueSymbol, batch)),
  );
  return results.flat();
}

async function cancelBatch(
  desk: OrderDesk,
  venueSymbol: string,
  requests: readonly CancelRequest[],
): Promise<CancelOutcome[]> {
  try {
    const answer = readRow(
      await desk.rest.request("cancelOrders", {
        ...symbolParams(venueSymbol),
        orderIdList: requests.map(cancelParams),
      }, "cancel"),
      "cancelled orders",
    );
    const successes = byEitherId(answer, "successList");
    const failures = byEitherId(answer, "failureList");
    return requests.map((request) => {
      const id = request.clientOrderId || request.venueOrderId || "";
      if (successes.has(id)) return ended(request, "canceled");
      const failure = failures.get(id);
      return cancelFailed(
        request,
        failure === undefined ? unmentioned() : readFailure(failure),
      );
    });
  } catch (error) {
    if (!(error instanceof ExchangeError)) throw error;
    return requests.map((request) => cancelFailed(request, asWrite(error)));
  }
}

function cancelFailed(
  request: CancelRequest,
  error: ExchangeError,
): CancelOutcome {
  if (isGone(error)) return ended(request, "gone");
  return { kind: "unresolved", clientOrderId: request.clientOrderId, error };
}

function ended(
  request: CancelRequest,
  kind: "canceled" | "gone",
): CancelOutcome {
  return { kind, clientOrderId: request.clientOrderId };
}

function readFailure(row: Row): ExchangeError {
  return classifyRefusal({
    code: readTextOrNull(row, "errorCode"),
    message: readTextOrNull(row, "errorMsg") ?? "",
    httpStatus: null,
    retryAfterMs: null,
    effect: "write",
  });
}

/** The exchange answered and said nothing about this order. */
function unmentioned(): ExchangeError {
  return new ExchangeError(
    "The exchange's answer does not say what became of the order",
    { code: "unmentioned", kind: "unresolved", reason: "outcome_unknown" },
  );
}

/** An answer to a write that cannot be read leaves its outcome unknown. */
function asWrite(error: ExchangeError): ExchangeError {
  if (error.code !== "malformed") return error;
  return unansweredError("network", { effect: "write", cause: error });
}

function byClientOid(answer: Row, key: string): ReadonlyMap<string, Row> {
  return new Map(
    readRows(answer[key] ?? null, key).map((row) => [
      readTextOrNull(row, "clientOid") ?? "",
      row,
    ]),
  );
}

function byEitherId(answer: Row, key: string): ReadonlyMap<string, Row> {
  const rows = readRows(answer[key] ?? null, key);
  return new Map(
    ["orderId", "clientOid"].flatMap((id) =>
      rows.map((row) => [readTextOrNull(row, id) ?? "", row] as const)
    ),
  );
}

function rankOf(order: NewOrder): number {
  return PRIORITIES.indexOf(priorityOf(order));
}

function priorityOf(order: NewOrder): Priority {
  return PRIORITY_OF[order.purpose];
}

function chunk<T>(items: readonly T[]): readonly (readonly T[])[] {
  const chunks: T[][] = [];
  for (let i = 0; i < items.length; i += BATCH_MAX) {
    chunks.push(items.slice(i, i + BATCH_MAX));
  }
  return chunks;
}
