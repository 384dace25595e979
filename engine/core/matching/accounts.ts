/** Opening accounts, moving money, and an account's settings. @module */
import { assert } from "../model/assert.ts";
import { bookBill } from "./accounting.ts";
import { type Refusal, refuse } from "./admission.ts";
import type { Money } from "./decimal.ts";
import { noteAccount } from "./execution.ts";
import { figuresOf } from "./margin.ts";
import {
  type Account,
  accountOf,
  type Exchange,
  leverageOf,
  type PositionMode,
} from "./state.ts";

/** A settings change that was carried out. */
export interface Done {
  readonly kind: "done";
}
const DONE: Done = { kind: "done" };

/** Opens an account and pays its balance in. */
export function openAccount(
  exchange: Exchange,
  opening: {
    readonly uid: string;
    /** ≥ 0. */
    readonly balance: Money;
    readonly positionMode: PositionMode;
  },
  atMs: number,
): Account {
  assert(
    !exchange.accounts.has(opening.uid),
    `Account ${opening.uid} exists already`,
  );
  const account: Account = {
    uid: opening.uid,
    positionMode: opening.positionMode,
    wallet: 0n,
    leverage: new Map(),
    legs: new Map(),
    live: new Map(),
    byClientOrderId: new Map(),
    finished: [],
    fills: [],
    bills: [],
    closedLegs: [],
  };
  exchange.accounts.set(account.uid, account);
  if (opening.balance > 0n) {
    transfer(exchange, account.uid, opening.balance, atMs);
  }
  noteAccount(exchange, account.uid);
  return account;
}

/** Pays money in (> 0) or out (< 0). */
export function transfer(
  exchange: Exchange,
  uid: string,
  amount: Money,
  atMs: number,
): void {
  bookBill(exchange, accountOf(exchange, uid), {
    kind: "transfer",
    amount,
    fee: 0n,
    atMs,
  });
  noteAccount(exchange, uid);
}

/** Changes the position mode: only without positions and orders. */
export function setPositionMode(
  exchange: Exchange,
  uid: string,
  positionMode: PositionMode,
): Done | Refusal {
  const account = accountOf(exchange, uid);
  if (account.positionMode === positionMode) return DONE;
  if (account.legs.size > 0 || account.live.size > 0) {
    return refuse("position_mode_locked");
  }
  account.positionMode = positionMode;
  noteAccount(exchange, uid);
  return DONE;
}

/** Sets a symbol's leverage for both legs; refused when the margin does not suffice. */
export function setLeverage(
  exchange: Exchange,
  uid: string,
  setting: { readonly symbol: string; readonly leverage: number },
): Done | Refusal {
  const account = accountOf(exchange, uid);
  const { symbol, leverage } = setting;
  const listing = exchange.listings.get(symbol);
  if (listing === undefined) return refuse("unknown_symbol");
  const { minLeverage, maxLeverage } = listing.instrument;
  if (
    !Number.isSafeInteger(leverage) || leverage < minLeverage ||
    leverage > maxLeverage
  ) return refuse("leverage_out_of_range");
  const before = leverageOf(account, listing.instrument);
  if (before === leverage && account.leverage.has(symbol)) return DONE;
  account.leverage.set(symbol, leverage);
  const { available } = figuresOf(exchange, account);
  if (leverage < before && available < 0n) {
    account.leverage.set(symbol, before);
    return refuse("leverage_unaffordable");
  }
  noteAccount(exchange, uid);
  return DONE;
}
