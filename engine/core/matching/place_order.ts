import { assert } from "../model/assert.ts";
import {
  type AdmissionOptions,
  admitOrder,
  type OrderRequest,
  type Refusal,
  touchOf,
  wouldCross,
} from "./admission.ts";
import {
  endOrder,
  fillOrder,
  noteAccount,
  noteOrder,
  restOrder,
  takeLiquidity,
} from "./execution.ts";
import {
  type Account,
  accountOf,
  type Exchange,
  legKey,
  leverageOf,
  type Listing,
  listingOf,
  nextId,
  type Order,
} from "./state.ts";

/** How a placement ended. The order may have traded or ended at once. */
export type Placement =
  | { readonly kind: "accepted"; readonly order: Order }
  | Refusal;

/** How a placement may deviate from the rule, for tests of the engine. */
export interface PlacementOptions extends AdmissionOptions {
  /** Cancels every post-only order at once, as if it had crossed. */
  readonly cancelPostOnly?: boolean;
}

/**
 * Places an order: refused, or accepted and at once resting, traded, or
 * canceled (post-only that would cross, unfilled IOC and FOK).
 *
 * @throws {AssertionError} If the account does not exist.
 */
export function placeOrder(
  exchange: Exchange,
  uid: string,
  request: OrderRequest,
  atMs: number,
  options: PlacementOptions = {},
): Placement {
  const account = accountOf(exchange, uid);
  const admission = admitOrder(exchange, account, request, options);
  if (admission.kind === "refused") return admission;
  const listing = listingOf(exchange, request.symbol);
  if (request.reduceOnly) {
    makeRoomForReduceOnly(exchange, listing, account, request, {
      size: admission.size,
      atMs,
    });
  }
  const order = enterOrder(exchange, account, request, {
    size: admission.size,
    leverage: leverageOf(account, listing.instrument),
    source: "trader",
    atMs,
  });
  matchNewOrder(exchange, listing, order, { atMs, ...options });
  return { kind: "accepted", order };
}

/** One-way mode, as Bitget: older reduce-only orders give way to the newer. */
function makeRoomForReduceOnly(
  exchange: Exchange,
  listing: Listing,
  account: Account,
  request: OrderRequest,
  wanted: { readonly size: number; readonly atMs: number },
): void {
  const side = request.orderSide === "buy" ? "short" : "long";
  const held = account.legs.get(legKey(request.symbol, side))?.size ?? 0;
  const older = [...account.live.values()].filter((order) =>
    order.reduceOnly && order.symbol === request.symbol &&
    order.orderSide === request.orderSide
  );
  let reserved = older.reduce((sum, o) => sum + o.size - o.filledSize, 0);
  for (const order of older) {
    if (reserved + wanted.size <= held) return;
    reserved -= order.size - order.filledSize;
    endOrder(exchange, listing, order, {
      reason: "position_gone",
      isResting: true,
      atMs: wanted.atMs,
    });
  }
}

/** Creates a live order that has not traded yet. */
export function enterOrder(
  exchange: Exchange,
  account: Account,
  request: OrderRequest,
  terms: {
    readonly size: number;
    readonly leverage: number;
    readonly source: Order["source"];
    readonly atMs: number;
  },
): Order {
  const { atMs } = terms;
  const order: Order = {
    orderId: nextId(exchange, atMs),
    clientOrderId: request.clientOrderId,
    uid: account.uid,
    symbol: request.symbol,
    orderSide: request.orderSide,
    positionSide: request.positionSide,
    isClosing: request.isClosing,
    reduceOnly: request.reduceOnly,
    orderType: request.orderType,
    timeInForce: request.timeInForce,
    price: request.orderType === "limit" ? request.price : 0,
    size: terms.size,
    leverage: terms.leverage,
    createdAtMs: atMs,
    source: terms.source,
    filledSize: 0,
    filledNotional: 0n,
    fee: 0n,
    realizedPnl: 0n,
    state: "live",
    cancelReason: null,
    updatedAtMs: atMs,
  };
  account.live.set(order.orderId, order);
  account.byClientOrderId.set(order.clientOrderId, order);
  noteOrder(exchange, order, null);
  noteAccount(exchange, account.uid);
  return order;
}

function matchNewOrder(
  exchange: Exchange,
  listing: Listing,
  order: Order,
  options: { readonly atMs: number; readonly cancelPostOnly?: boolean },
): void {
  const { atMs } = options;
  const isLimit = order.orderType === "limit";
  const crosses = !isLimit || wouldCross(listing, order);
  const cancel = (reason: "post_only_would_cross" | "no_liquidity") =>
    endOrder(exchange, listing, order, { reason, isResting: false, atMs });
  if (isLimit && order.timeInForce === "post_only") {
    if (crosses || options.cancelPostOnly) cancel("post_only_would_cross");
    else restOrder(listing, order);
    return;
  }
  if (crosses) {
    if (order.timeInForce === "fok" && isShort(listing, order.size)) {
      return cancel("no_liquidity");
    }
    const size = takeLiquidity(listing, order.size);
    if (size > 0) takeTouch(exchange, listing, order, { size, atMs });
  }
  if (order.filledSize === order.size) return;
  assert(order.state !== "filled", "A filled order has nothing left");
  if (isLimit && order.timeInForce === "gtc") restOrder(listing, order);
  else cancel("no_liquidity");
}

function isShort(listing: Listing, size: number): boolean {
  return listing.liquidity !== null && listing.liquidity < size;
}

function takeTouch(
  exchange: Exchange,
  listing: Listing,
  order: Order,
  taking: { readonly size: number; readonly atMs: number },
): void {
  const { bid, ask } = touchOf(listing);
  fillOrder(exchange, listing, order, {
    price: order.orderSide === "buy" ? ask : bid,
    size: taking.size,
    liquidity: "taker",
    atMs: taking.atMs,
  }, { isResting: false });
}
