/**
 * What a fill does to a leg and to the wallet: average-cost accounting per
 * leg, in exact integers. The leg carries Σ price × size of what it holds;
 * a close releases the cost in proportion (rounded once, to 10^-12), the last
 * one releases the rest, so realized PnL sums to the money really made.
 *
 * @module
 */
import { assert } from "../model/assert.ts";
import type { Liquidity } from "../model/fill.ts";
import { otherSide, type PositionSide } from "../model/sides.ts";
import { applyRate, divideRounded, type Money } from "./decimal.ts";
import { notionalOf } from "./instrument.ts";
import {
  type Account,
  type Bill,
  type BillKind,
  type Exchange,
  type Fill,
  type Leg,
  legKey,
  type Listing,
  nextId,
  type Order,
  remember,
} from "./state.ts";

/** The terms of one execution. */
export interface Execution {
  /** Units. */
  readonly price: number;
  /** Units, > 0. */
  readonly size: number;
  readonly liquidity: Liquidity;
  readonly atMs: number;
}

/** Which position an order trades into when it opens, and out of when it closes. */
interface Split {
  readonly closeSide: PositionSide;
  readonly closeSize: number;
  readonly openSide: PositionSide;
  readonly openSize: number;
}

function splitOf(account: Account, order: Order, size: number): Split {
  const natural: PositionSide = order.orderSide === "buy" ? "long" : "short";
  if (order.positionSide !== null) {
    return {
      closeSide: order.positionSide,
      closeSize: order.isClosing ? size : 0,
      openSide: order.positionSide,
      openSize: order.isClosing ? 0 : size,
    };
  }
  const closeSide = otherSide(natural);
  const held = account.legs.get(legKey(order.symbol, closeSide))?.size ?? 0;
  const closeSize = Math.min(size, held);
  return {
    closeSide,
    closeSize,
    openSide: natural,
    openSize: size - closeSize,
  };
}

/** Adds one line to the ledger and moves the wallet by it. */
export function bookBill(
  exchange: Exchange,
  account: Account,
  line:
    & Pick<Bill, "amount" | "fee" | "atMs">
    & Partial<Pick<Bill, "symbol" | "positionSide" | "orderSide">>
    & { readonly kind: BillKind },
): Bill {
  const bill: Bill = {
    billId: nextId(exchange, line.atMs),
    uid: account.uid,
    kind: line.kind,
    symbol: line.symbol ?? null,
    positionSide: line.positionSide ?? null,
    orderSide: line.orderSide ?? null,
    positionMode: account.positionMode,
    amount: line.amount,
    fee: line.fee,
    atMs: line.atMs,
  };
  account.wallet += bill.amount - bill.fee;
  remember(account.bills, bill);
  exchange.changes.push({ kind: "bill", bill });
  return bill;
}

function openLeg(
  exchange: Exchange,
  account: Account,
  listing: Listing,
  opening: {
    readonly positionSide: PositionSide;
    readonly size: number;
    readonly notional: Money;
    readonly fee: Money;
    readonly atMs: number;
  },
): void {
  const { positionSide, size, notional, fee, atMs } = opening;
  const symbol = listing.instrument.symbol;
  const key = legKey(symbol, positionSide);
  const leg = account.legs.get(key);
  if (leg === undefined) {
    account.legs.set(key, {
      positionId: nextId(exchange, atMs),
      symbol,
      positionSide,
      openedAtMs: atMs,
      size,
      cost: notional,
      realizedPnl: 0n,
      openFee: fee,
      closeFee: 0n,
      funding: 0n,
      openedSize: size,
      openedNotional: notional,
      closedSize: 0,
      closedNotional: 0n,
      updatedAtMs: atMs,
    });
    listing.holders.add(account);
    return;
  }
  leg.size += size;
  leg.cost += notional;
  leg.openFee += fee;
  leg.openedSize += size;
  leg.openedNotional += notional;
  leg.updatedAtMs = atMs;
}

function closeLeg(
  exchange: Exchange,
  account: Account,
  listing: Listing,
  closing: {
    readonly leg: Leg;
    readonly size: number;
    readonly notional: Money;
    readonly fee: Money;
    readonly atMs: number;
  },
): Money {
  const { leg, size, notional, fee, atMs } = closing;
  assert(size <= leg.size, `Cannot close ${size} of ${leg.size}`);
  const released = size === leg.size
    ? leg.cost
    : divideRounded(leg.cost * BigInt(size), BigInt(leg.size));
  const realized = leg.positionSide === "long"
    ? notional - released
    : released - notional;
  leg.size -= size;
  leg.cost -= released;
  leg.realizedPnl += realized;
  leg.closeFee += fee;
  leg.closedSize += size;
  leg.closedNotional += notional;
  leg.updatedAtMs = atMs;
  if (leg.size === 0) {
    const symbol = listing.instrument.symbol;
    account.legs.delete(legKey(symbol, leg.positionSide));
    if (
      !account.legs.has(legKey(symbol, "long")) &&
      !account.legs.has(legKey(symbol, "short"))
    ) listing.holders.delete(account);
    const closed = { ...leg, closedAtMs: atMs };
    remember(account.closedLegs, closed);
    exchange.changes.push({
      kind: "position_closed",
      leg: closed,
      uid: account.uid,
    });
  }
  return realized;
}

/** Books what a fill closes, then what it opens. @returns The realized PnL. */
function bookLegs(
  exchange: Exchange,
  account: Account,
  listing: Listing,
  order: Order,
  fill: Execution & {
    readonly notional: Money;
    readonly fee: Money;
    readonly rate: bigint;
  },
): Money {
  const { atMs, price } = fill;
  const split = splitOf(account, order, fill.size);
  const notional = notionalOf(listing.instrument, {
    price,
    size: split.closeSize,
  });
  const fee = split.openSize === 0 ? fill.fee : applyRate(notional, fill.rate);
  const common = { symbol: order.symbol, orderSide: order.orderSide, atMs };
  let realizedPnl = 0n;
  if (split.closeSize > 0) {
    const leg = account.legs.get(legKey(order.symbol, split.closeSide));
    assert(leg !== undefined, "Cannot close: the leg is flat");
    const size = split.closeSize;
    const closing = { leg, size, notional, fee, atMs };
    realizedPnl = closeLeg(exchange, account, listing, closing);
    bookBill(exchange, account, {
      ...common,
      kind: "close",
      positionSide: split.closeSide,
      amount: realizedPnl,
      fee,
    });
  }
  if (split.openSize > 0) {
    const openFee = split.closeSize > 0 ? fill.fee - fee : fill.fee;
    openLeg(exchange, account, listing, {
      positionSide: split.openSide,
      size: split.openSize,
      notional: fill.notional - notional,
      fee: openFee,
      atMs,
    });
    bookBill(exchange, account, {
      ...common,
      kind: "open",
      positionSide: split.openSide,
      amount: 0n,
      fee: openFee,
    });
  }
  return realizedPnl;
}

/**
 * Books one execution of an order: leg, wallet, ledger, the order's sums. The
 * order's state is left to the caller.
 */
export function bookFill(
  exchange: Exchange,
  account: Account,
  listing: Listing,
  order: Order,
  execution: Execution,
): Fill {
  const { price, size, liquidity, atMs } = execution;
  const { instrument } = listing;
  assert(size > 0, "Cannot fill: size must be > 0");
  assert(order.filledSize + size <= order.size, "Cannot overfill an order");
  const rate = liquidity === "maker"
    ? instrument.makerFeeRate
    : instrument.takerFeeRate;
  const notional = notionalOf(instrument, { price, size });
  const fee = applyRate(notional, rate);
  const realizedPnl = bookLegs(exchange, account, listing, order, {
    ...execution,
    notional,
    fee,
    rate,
  });
  order.filledSize += size;
  order.filledNotional += notional;
  order.fee += fee;
  order.realizedPnl += realizedPnl;
  order.updatedAtMs = atMs;
  const fill: Fill = {
    tradeId: nextId(exchange, atMs),
    orderId: order.orderId,
    clientOrderId: order.clientOrderId,
    uid: account.uid,
    symbol: order.symbol,
    orderSide: order.orderSide,
    positionSide: order.positionSide,
    isClosing: order.isClosing,
    orderType: order.orderType,
    source: order.source,
    price,
    size,
    notional,
    fee,
    realizedPnl,
    liquidity,
    atMs,
  };
  remember(account.fills, fill);
  return fill;
}
