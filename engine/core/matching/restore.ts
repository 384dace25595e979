/**
 * Rebuilding an exchange from stored books: records in the order they were
 * written, later ones replacing earlier ones, then {@linkcode finishRestore}.
 *
 * @module
 */
import { assert } from "../model/assert.ts";
import { restOrder } from "./execution.ts";
import {
  type Account,
  accountOf,
  type Bill,
  type ClosedLeg,
  continueIdsAfter,
  type Exchange,
  type Fill,
  type Leg,
  legKey,
  listingOf,
  type Order,
  type PositionMode,
  remember,
} from "./state.ts";

/** An account without its histories, as it is stored. */
export interface AccountSnapshot {
  readonly uid: string;
  readonly positionMode: PositionMode;
  readonly wallet: bigint;
  readonly leverage: readonly (readonly [string, number])[];
  readonly legs: readonly Readonly<Leg>[];
}

/** Returns what is stored of an account. */
export function snapshotAccount(account: Account): AccountSnapshot {
  return {
    uid: account.uid,
    positionMode: account.positionMode,
    wallet: account.wallet,
    leverage: [...account.leverage],
    legs: [...account.legs.values()],
  };
}

/** Creates an account as stored, or brings it up to date. */
export function restoreAccount(
  exchange: Exchange,
  snapshot: AccountSnapshot,
): void {
  const old = exchange.accounts.get(snapshot.uid);
  const legs = new Map(
    snapshot.legs.map((
      leg,
    ) => [legKey(leg.symbol, leg.positionSide), { ...leg }]),
  );
  exchange.accounts.set(snapshot.uid, {
    uid: snapshot.uid,
    positionMode: snapshot.positionMode,
    wallet: snapshot.wallet,
    leverage: new Map(snapshot.leverage),
    legs,
    live: old?.live ?? new Map(),
    byClientOrderId: old?.byClientOrderId ?? new Map(),
    finished: old?.finished ?? [],
    fills: old?.fills ?? [],
    bills: old?.bills ?? [],
    closedLegs: old?.closedLegs ?? [],
  });
  for (const leg of legs.values()) continueIdsAfter(exchange, leg.positionId);
}

/** Takes up an order's newest record. A finished order is never reopened. */
export function restoreOrder(exchange: Exchange, order: Order): void {
  const account = accountOf(exchange, order.uid);
  continueIdsAfter(exchange, order.orderId);
  account.byClientOrderId.set(order.clientOrderId, order);
  if (order.state === "live" || order.state === "partially_filled") {
    account.live.set(order.orderId, order);
    return;
  }
  account.live.delete(order.orderId);
  for (const old of remember(account.finished, order)) {
    account.byClientOrderId.delete(old.clientOrderId);
  }
}

/** Takes up a fill. */
export function restoreFill(exchange: Exchange, fill: Fill): void {
  remember(accountOf(exchange, fill.uid).fills, fill);
  continueIdsAfter(exchange, fill.tradeId);
}

/** Takes up a ledger line; the wallet is part of the account's record. */
export function restoreBill(exchange: Exchange, bill: Bill): void {
  remember(accountOf(exchange, bill.uid).bills, bill);
  continueIdsAfter(exchange, bill.billId);
}

/** Takes up a closed position. */
export function restoreClosedLeg(
  exchange: Exchange,
  uid: string,
  leg: ClosedLeg,
): void {
  remember(accountOf(exchange, uid).closedLegs, leg);
  continueIdsAfter(exchange, leg.positionId);
}

/** Puts live orders back into the book and holders back onto their listings. */
export function finishRestore(exchange: Exchange): void {
  for (const account of exchange.accounts.values()) {
    for (const order of account.live.values()) {
      assert(order.orderType === "limit", "Only limit orders rest");
      restOrder(listingOf(exchange, order.symbol), order);
    }
    for (const leg of account.legs.values()) {
      listingOf(exchange, leg.symbol).holders.add(account);
    }
  }
}
