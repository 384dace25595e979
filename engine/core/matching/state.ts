/**
 * What the exchange model remembers: accounts, orders, positions, money.
 * Terminology: an **order** is live or finished; a **leg** is one open
 * position of one symbol; a **fill** is one execution; a **bill** is one line
 * of an account's ledger: the wallet is the sum of its bills.
 *
 * @module
 */
import { assert } from "../model/assert.ts";
import type { Liquidity } from "../model/fill.ts";
import type { OrderSide, PositionSide } from "../model/sides.ts";
import type { Money } from "./decimal.ts";
import { assertInstrument, type Instrument } from "./instrument.ts";
import { OrderQueue } from "./order_queue.ts";

/** Two positions a symbol, or one. */
export type PositionMode = "hedge" | "one_way";

/** How long an order may wait: for ever, not at all, all or nothing, or only as a maker. */
export type TimeInForce = "gtc" | "ioc" | "fok" | "post_only";

/** An order's place in its life. */
export type OrderState = "live" | "partially_filled" | "filled" | "canceled";

/** Why an order ended without being filled. */
export type CancelReason =
  | "requested"
  | "post_only_would_cross"
  | "no_liquidity"
  | "amended"
  | "liquidation"
  | "position_gone"
  | "fault";

/** One order. Sizes and prices in the instrument's units. */
export interface Order {
  readonly orderId: string;
  readonly clientOrderId: string;
  readonly uid: string;
  readonly symbol: string;
  readonly orderSide: OrderSide;
  /** Hedge mode: the leg meant. One-way mode: null. */
  readonly positionSide: PositionSide | null;
  /** Hedge mode: whether the order closes its leg. One-way: always false. */
  readonly isClosing: boolean;
  /** One-way mode: may only shrink the position. */
  readonly reduceOnly: boolean;
  readonly orderType: "limit" | "market";
  readonly timeInForce: TimeInForce;
  /** 0 for market orders. */
  readonly price: number;
  readonly size: number;
  readonly leverage: number;
  readonly createdAtMs: number;
  /** Why it exists when no trader placed it. */
  readonly source: "trader" | "liquidation";
  filledSize: number;
  /** Σ price × size of its fills. */
  filledNotional: Money;
  /** Σ fees, paid > 0. */
  fee: Money;
  realizedPnl: Money;
  state: OrderState;
  cancelReason: CancelReason | null;
  updatedAtMs: number;
}

/** One execution of an order. */
export interface Fill {
  readonly tradeId: string;
  readonly orderId: string;
  readonly clientOrderId: string;
  readonly uid: string;
  readonly symbol: string;
  readonly orderSide: OrderSide;
  /** Null in one-way mode. */
  readonly positionSide: PositionSide | null;
  readonly isClosing: boolean;
  readonly orderType: "limit" | "market";
  readonly source: "trader" | "liquidation";
  readonly price: number;
  readonly size: number;
  readonly notional: Money;
  /** Paid > 0. */
  readonly fee: Money;
  readonly realizedPnl: Money;
  readonly liquidity: Liquidity;
  readonly atMs: number;
}

/** An open position. */
export interface Leg {
  readonly positionId: string;
  readonly symbol: string;
  readonly positionSide: PositionSide;
  readonly openedAtMs: number;
  /** Units, > 0 while the leg exists. */
  size: number;
  /** Σ price × size of what is still held: average price = cost ÷ size. */
  cost: Money;
  /** Since the leg was opened: */
  realizedPnl: Money;
  openFee: Money;
  closeFee: Money;
  funding: Money;
  openedSize: number;
  openedNotional: Money;
  closedSize: number;
  closedNotional: Money;
  updatedAtMs: number;
}

/** A position that has gone, as the history shows it. */
export interface ClosedLeg extends Readonly<Leg> {
  readonly closedAtMs: number;
}

/** What a ledger line is for. */
export type BillKind =
  | "transfer"
  | "open"
  | "close"
  | "funding"
  | "bankruptcy_cover";

/** One ledger line; wallet change = amount − fee. */
export interface Bill {
  readonly billId: string;
  readonly uid: string;
  readonly kind: BillKind;
  readonly symbol: string | null;
  readonly positionSide: PositionSide | null;
  readonly orderSide: OrderSide | null;
  readonly positionMode: PositionMode;
  /** Signed: realized PnL, funding (received > 0), transfer. */
  readonly amount: Money;
  /** Paid > 0. */
  readonly fee: Money;
  readonly atMs: number;
}

/** One trader's cross-margin account. */
export interface Account {
  readonly uid: string;
  positionMode: PositionMode;
  /** Everything paid in and earned, margin included. */
  wallet: Money;
  /** Per symbol; {@linkcode DEFAULT_LEVERAGE} where not set. */
  readonly leverage: Map<string, number>;
  /** By {@linkcode legKey}. A leg exists only while its size is > 0. */
  readonly legs: Map<string, Leg>;
  /** Live orders by id, oldest first. */
  readonly live: Map<string, Order>;
  /** Every remembered order by client order id. */
  readonly byClientOrderId: Map<string, Order>;
  /** Finished orders in the order they finished. */
  readonly finished: Order[];
  readonly fills: Fill[];
  readonly bills: Bill[];
  readonly closedLegs: ClosedLeg[];
}

/** One instrument with its market. */
export interface Listing {
  readonly instrument: Instrument;
  /** Resting orders of all accounts. */
  readonly buys: OrderQueue;
  readonly sells: OrderQueue;
  /** Last traded price, units; also the mark price. 0 before the first. */
  lastPrice: number;
  /** The last move was upwards: the last trade took the ask. */
  isRising: boolean;
  /** Size still to be had in this step, units; null is unlimited. */
  liquidity: number | null;
  /** Accounts with an open leg here. */
  readonly holders: Set<Account>;
}

/** What a command or a step changed, in order; orders and legs are copies. */
export type Change =
  | {
    readonly kind: "order";
    readonly order: Order;
    readonly fill: Fill | null;
  }
  | {
    readonly kind: "position_closed";
    readonly leg: ClosedLeg;
    readonly uid: string;
  }
  | { readonly kind: "bill"; readonly bill: Bill }
  /** The account's settings, wallet or legs are new: look at them. */
  | { readonly kind: "account"; readonly uid: string };

/** The whole exchange. Only the functions of this room change it. */
export interface Exchange {
  readonly listings: Map<string, Listing>;
  readonly accounts: Map<string, Account>;
  /** Changes not yet fetched by {@linkcode takeChanges}. */
  changes: Change[];
  lastIdMs: number;
  lastIdSequence: number;
}

/** Leverage of a symbol nobody has set. */
export const DEFAULT_LEVERAGE = 10;

/** Finished orders, fills, bills and closed legs kept an account, each. */
export const HISTORY_LENGTH_MAX = 20_000;

/** Returns an exchange without instruments or accounts. */
export function createExchange(): Exchange {
  return {
    listings: new Map(),
    accounts: new Map(),
    changes: [],
    lastIdMs: 0,
    lastIdSequence: 0,
  };
}

/** Lists an instrument, or replaces its rules. */
export function listInstrument(
  exchange: Exchange,
  instrument: Instrument,
): Listing {
  assertInstrument(instrument);
  const old = exchange.listings.get(instrument.symbol);
  const listing: Listing = old === undefined
    ? {
      instrument,
      buys: new OrderQueue("buy"),
      sells: new OrderQueue("sell"),
      lastPrice: 0,
      isRising: true,
      liquidity: null,
      holders: new Set(),
    }
    : { ...old, instrument };
  exchange.listings.set(instrument.symbol, listing);
  return listing;
}

/** Returns a listing that must exist. @throws {AssertionError} */
export function listingOf(exchange: Exchange, symbol: string): Listing {
  const listing = exchange.listings.get(symbol);
  assert(listing !== undefined, `Symbol "${symbol}" is not listed`);
  return listing;
}

/** Returns an account that must exist. @throws {AssertionError} */
export function accountOf(exchange: Exchange, uid: string): Account {
  const account = exchange.accounts.get(uid);
  assert(account !== undefined, `Account ${uid} does not exist`);
  return account;
}

/** Returns the key of a leg: one a side in hedge mode and in one-way mode alike. */
export function legKey(symbol: string, positionSide: PositionSide): string {
  return `${symbol}:${positionSide}`;
}

/** Returns an account's leverage on a symbol. */
export function leverageOf(account: Account, instrument: Instrument): number {
  return account.leverage.get(instrument.symbol) ??
    Math.min(DEFAULT_LEVERAGE, instrument.maxLeverage);
}

/**
 * Returns a new id, 19 digits, greater as text and number than every id
 * before it: epoch milliseconds and a sequence within them. Never reused as
 * long as the clock does not lose more than the time since the last id.
 */
export function nextId(exchange: Exchange, atMs: number): string {
  if (atMs > exchange.lastIdMs) {
    exchange.lastIdMs = atMs;
    exchange.lastIdSequence = 0;
  } else if (++exchange.lastIdSequence >= 1_000_000) {
    exchange.lastIdMs++;
    exchange.lastIdSequence = 0;
  }
  return String(exchange.lastIdMs) +
    String(exchange.lastIdSequence).padStart(6, "0");
}

/** Makes ids continue after one seen in stored books. */
export function continueIdsAfter(exchange: Exchange, id: string): void {
  const ms = Number(id.slice(0, -6));
  const sequence = Number(id.slice(-6));
  if (
    ms > exchange.lastIdMs ||
    (ms === exchange.lastIdMs && sequence > exchange.lastIdSequence)
  ) {
    exchange.lastIdMs = ms;
    exchange.lastIdSequence = sequence;
  }
}

/** Returns and forgets the changes since the last call, oldest first. */
export function takeChanges(exchange: Exchange): Change[] {
  const changes = exchange.changes;
  exchange.changes = [];
  return changes;
}

/** Appends to a history, forgetting the oldest tenth when it is full. */
export function remember<T>(history: T[], entry: T): T[] {
  history.push(entry);
  return history.length > HISTORY_LENGTH_MAX
    ? history.splice(0, Math.floor(HISTORY_LENGTH_MAX / 10))
    : [];
}
