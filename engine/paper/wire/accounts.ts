/** Accounts and ledger lines as REST and the sockets show them. @module */
import {
  type Account,
  type Bill,
  type Exchange,
  figuresOf,
  formatMoney,
  type Money,
} from "@core/matching/mod.ts";
import { ratioText, type WireObject } from "./words.ts";

const BILL_TYPES = {
  transfer: "trans_from_exchange",
  funding: "contract_settle_fee",
  "bankruptcy_cover": "risk_captital_user_transfer",
} as const;

/** Returns a ledger line's `businessType`. */
export function billType(bill: Bill): string {
  if (bill.kind !== "open" && bill.kind !== "close") {
    return BILL_TYPES[bill.kind];
  }
  if (bill.positionMode === "one_way") return bill.orderSide ?? "buy";
  return `${bill.kind}_${bill.positionSide}`;
}

/** Returns what REST says of a ledger line. */
export function billRow(bill: Bill, balance: Money | null): WireObject {
  return {
    billId: bill.billId,
    symbol: bill.symbol ?? "",
    amount: formatMoney(bill.amount),
    fee: formatMoney(-bill.fee),
    feeByCoupon: "",
    businessType: billType(bill),
    coin: "USDT",
    balance: balance === null ? "" : formatMoney(balance),
    cTime: String(bill.atMs),
  };
}

/** Returns what the `account` channel says. */
export function accountPush(exchange: Exchange, account: Account): WireObject {
  const figures = figuresOf(exchange, account);
  const free = formatMoney(freeMoney(figures.available));
  const transferable = transferableMoney(figures);
  return {
    marginCoin: "USDT",
    frozen: formatMoney(figures.orderMargin + figures.positionMargin),
    available: formatMoney(figures.wallet),
    maxOpenPosAvailable: free,
    maxTransferOut: formatMoney(transferable),
    equity: formatMoney(figures.equity),
    usdtEquity: formatMoney(figures.equity),
    crossedRiskRate: ratioText(figures.maintenanceMargin, figures.equity),
    unrealizedPL: formatMoney(figures.unrealizedPnl),
    assetMode: "single",
  };
}

function freeMoney(available: Money): Money {
  return available > 0n ? available : 0n;
}

/** What could leave the account: unrealized profit cannot. */
function transferableMoney(
  figures: ReturnType<typeof figuresOf>,
): Money {
  const profit = figures.unrealizedPnl > 0n ? figures.unrealizedPnl : 0n;
  return freeMoney(figures.available - profit);
}

/** Returns what REST says of an account's coin. */
export function accountRow(exchange: Exchange, account: Account): WireObject {
  const figures = figuresOf(exchange, account);
  const free = formatMoney(freeMoney(figures.available));
  const unrealizedPL = formatMoney(figures.unrealizedPnl);
  return {
    marginCoin: "USDT",
    locked: formatMoney(figures.orderMargin + figures.positionMargin),
    available: formatMoney(figures.wallet),
    crossedMaxAvailable: free,
    isolatedMaxAvailable: free,
    maxTransferOut: formatMoney(transferableMoney(figures)),
    accountEquity: formatMoney(figures.equity),
    usdtEquity: formatMoney(figures.equity),
    btcEquity: "0",
    crossedRiskRate: ratioText(figures.maintenanceMargin, figures.equity),
    unrealizedPL,
    coupon: "0",
    unionTotalMargin: "0",
    unionAvailable: "0",
    unionMm: "0",
    isolatedMargin: "0",
    crossedMargin: formatMoney(figures.positionMargin),
    crossedUnrealizedPL: unrealizedPL,
    isolatedUnrealizedPL: "0",
    assetMode: "single",
    grant: "",
  };
}
