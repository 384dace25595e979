/**
 * The steps every order shares: coming to rest, trading, ending. Each leaves
 * its change in `exchange.changes`.
 *
 * @module
 */
import { assert } from "../model/assert.ts";
import { bookFill, type Execution } from "./accounting.ts";
import {
  type Account,
  accountOf,
  type CancelReason,
  type Exchange,
  type Fill,
  legKey,
  type Listing,
  type Order,
  remember,
} from "./state.ts";

/** Records that an order is new or different. */
export function noteOrder(
  exchange: Exchange,
  order: Order,
  fill: Fill | null,
): void {
  exchange.changes.push({ kind: "order", order: { ...order }, fill });
}

/** Records that an account is different. */
export function noteAccount(exchange: Exchange, uid: string): void {
  exchange.changes.push({ kind: "account", uid });
}

function queueOf(listing: Listing, order: Order): Listing["buys"] {
  return order.orderSide === "buy" ? listing.buys : listing.sells;
}

/** Lets an order wait in the book. */
export function restOrder(listing: Listing, order: Order): void {
  queueOf(listing, order).add(order);
}

function finishOrder(account: Account, order: Order): void {
  account.live.delete(order.orderId);
  for (const old of remember(account.finished, order)) {
    account.byClientOrderId.delete(old.clientOrderId);
  }
}

/**
 * Ends a live order unfilled.
 *
 * @param isResting Whether it stands in the book, and must leave it.
 */
export function endOrder(
  exchange: Exchange,
  listing: Listing,
  order: Order,
  ending: {
    readonly reason: CancelReason;
    readonly isResting: boolean;
    readonly atMs: number;
  },
): void {
  assert(
    order.state === "live" || order.state === "partially_filled",
    `Order ${order.orderId} is ${order.state} already`,
  );
  if (ending.isResting) queueOf(listing, order).remove(order);
  order.state = "canceled";
  order.cancelReason = ending.reason;
  order.updatedAtMs = ending.atMs;
  finishOrder(accountOf(exchange, order.uid), order);
  noteOrder(exchange, order, null);
  noteAccount(exchange, order.uid);
}

/** Takes from the step's liquidity. @returns What may trade of `wanted`, units. */
export function takeLiquidity(listing: Listing, wanted: number): number {
  if (listing.liquidity === null) return wanted;
  const lots = Math.floor(listing.liquidity / listing.instrument.sizeStep);
  const size = Math.min(wanted, lots * listing.instrument.sizeStep);
  listing.liquidity -= size;
  return size;
}

/** One-way mode: reduce-only orders that no longer have anything to reduce end. */
function trimReduceOnly(
  exchange: Exchange,
  listing: Listing,
  account: Account,
  atMs: number,
): void {
  if (account.positionMode !== "one_way") return;
  const { symbol } = listing.instrument;
  for (const order of [...account.live.values()]) {
    if (!order.reduceOnly || order.symbol !== symbol) continue;
    const side = order.orderSide === "buy" ? "short" : "long";
    if (account.legs.has(legKey(symbol, side))) continue;
    const isResting = [...queueOf(listing, order)].includes(order);
    if (!isResting) continue;
    endOrder(exchange, listing, order, {
      reason: "position_gone",
      isResting: true,
      atMs,
    });
  }
}

/**
 * Executes part or all of an order.
 *
 * @param execution `size` at most what remains.
 * @param options.isResting Whether the order stands in the book, and must leave it once filled.
 */
export function fillOrder(
  exchange: Exchange,
  listing: Listing,
  order: Order,
  execution: Execution,
  options: { readonly isResting: boolean },
): Fill {
  const account = accountOf(exchange, order.uid);
  const fill = bookFill(exchange, account, listing, order, execution);
  const isFilled = order.filledSize === order.size;
  order.state = isFilled ? "filled" : "partially_filled";
  if (isFilled) {
    if (options.isResting) queueOf(listing, order).remove(order);
    finishOrder(account, order);
  }
  noteOrder(exchange, order, fill);
  noteAccount(exchange, account.uid);
  trimReduceOnly(exchange, listing, account, execution.atMs);
  return fill;
}
