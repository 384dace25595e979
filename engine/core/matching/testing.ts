/** A small exchange for tests of this room. @module */
import { openAccount } from "./accounts.ts";
import type { OrderRequest } from "./admission.ts";
import { toMoney, toRate } from "./decimal.ts";
import type { Instrument } from "./instrument.ts";
import {
  createExchange,
  type Exchange,
  listInstrument,
  type PositionMode,
} from "./state.ts";
import { movePrice } from "./move_price.ts";

/** BNB's rules: tick 0.01, lot 0.01, maker 0.02 %, taker 0.06 %. */
export const BNB: Instrument = {
  symbol: "BNBUSDT",
  base: "BNB",
  quote: "USDT",
  priceScale: 2,
  priceStep: 1,
  sizeScale: 2,
  sizeStep: 1,
  minSize: 1,
  maxLimitSize: 1_000_000,
  maxMarketSize: 100_000,
  minNotional: toMoney("5"),
  makerFeeRate: toRate("0.0002"),
  takerFeeRate: toRate("0.0006"),
  maintenanceMarginRate: toRate("0.005"),
  priceBandRate: toRate("0.05"),
  minLeverage: 1,
  maxLeverage: 75,
  maxOpenOrders: 20,
  fundingIntervalHours: 8,
};

/** The one account of {@linkcode createTestExchange}. */
export const UID = "1000000001";
/** An instant for tests. */
export const NOW_MS = 1_700_000_000_000;

/** Returns an exchange with BNBUSDT at 650.00 and one account with 1000 USDT. */
export function createTestExchange(
  options: {
    readonly positionMode?: PositionMode;
    readonly balance?: string;
    readonly leverage?: number;
  } = {},
): Exchange {
  const exchange = createExchange();
  listInstrument(exchange, BNB);
  movePrice(exchange, { symbol: BNB.symbol, to: 65_000, atMs: NOW_MS });
  const account = openAccount(exchange, {
    uid: UID,
    balance: toMoney(options.balance ?? "1000"),
    positionMode: options.positionMode ?? "hedge",
  }, NOW_MS);
  account.leverage.set(BNB.symbol, options.leverage ?? 20);
  exchange.changes = [];
  return exchange;
}

let sequence = 0;

/** Returns a limit order that opens 0.05 long at 649.00, changed as told. */
export function request(change: Partial<OrderRequest> = {}): OrderRequest {
  sequence++;
  return {
    symbol: BNB.symbol,
    clientOrderId: `c-${sequence}`,
    orderSide: "buy",
    positionSide: "long",
    isClosing: false,
    reduceOnly: false,
    orderType: "limit",
    timeInForce: "gtc",
    price: 64_900,
    size: 5,
    ...change,
  };
}

/** The four directions of hedge mode. */
export const OPEN_LONG: Partial<OrderRequest> = {
  orderSide: "buy",
  positionSide: "long",
  isClosing: false,
};
/** Sells what a long leg holds. */
export const CLOSE_LONG: Partial<OrderRequest> = {
  orderSide: "sell",
  positionSide: "long",
  isClosing: true,
};
/** Sells to open a short leg. */
export const OPEN_SHORT: Partial<OrderRequest> = {
  orderSide: "sell",
  positionSide: "short",
  isClosing: false,
};
/** Buys what a short leg owes. */
export const CLOSE_SHORT: Partial<OrderRequest> = {
  orderSide: "buy",
  positionSide: "short",
  isClosing: true,
};
/** At market. */
export const MARKET: Partial<OrderRequest> = {
  orderType: "market",
  timeInForce: "ioc",
  price: 0,
};
