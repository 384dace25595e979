/**
 * Rows and markets for the tests of the models, complete and unremarkable.
 *
 * @module
 */
import type { Market } from "@core/model/market.ts";
import type { Fill, Order } from "../data/rows.ts";

/** BNB as Bitget lists it. */
export const BNB: Market = {
  symbol: "BNB/USDT:USDT",
  venueSymbol: "BNBUSDT",
  base: "BNB",
  quote: "USDT",
  tickSize: 0.01,
  lotSize: 0.01,
  minSize: 0.01,
  minNotional: 5,
  minLeverage: 1,
  maxLeverage: 75,
  makerFeeRate: 0.0002,
  takerFeeRate: 0.0006,
  maxOpenOrders: 200,
  maxOrderSize: null,
  maintenanceMarginRate: 0.005,
  fundingIntervalHours: 8,
};

/** An order that rests; `change` what matters. */
export function anOrder(change: Partial<Order> = {}): Order {
  return {
    id: "1",
    botId: "bot",
    clientOrderId: "c1",
    positionSide: "long",
    orderSide: "buy",
    purpose: "entry",
    price: 640,
    size: 0.05,
    filledSize: 0,
    status: "open",
    rejectCode: null,
    rejectMessage: null,
    rule: "entry",
    inputs: {},
    level: 0,
    endReason: null,
    averagePrice: null,
    finishedAtMs: null,
    createdAtMs: 0,
    updatedAtMs: 0,
    ...change,
  };
}

/** An opening fill; `change` what matters. */
export function aFill(change: Partial<Fill> = {}): Fill {
  return {
    id: "1",
    botId: "bot",
    positionSide: "long",
    orderSide: "buy",
    purpose: "entry",
    price: 640,
    size: 0.05,
    fee: 0.01,
    feeCurrency: "USDT",
    realizedPnl: 0,
    liquidity: "maker",
    tradeId: "t1",
    pairProfit: null,
    pairEntryPrice: null,
    pairTradeIds: [],
    filledAtMs: 0,
    ...change,
  };
}
