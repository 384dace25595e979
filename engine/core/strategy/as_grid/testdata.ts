import type { Market } from "../../model/market.ts";

/** The market of the worked examples, for tests. */
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
  maxOrderSize: 10_000,
  maintenanceMarginRate: 0.005,
  fundingIntervalHours: 8,
};
