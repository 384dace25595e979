/** The one market of the exchange in memory, and its refusals. @module */
import type { Market } from "@core/mod.ts";
import { BNB } from "@core/matching/testing.ts";
import { ExchangeError } from "@engine/exchange/port.ts";

/** The one symbol. */
export const SYMBOL = "BNB/USDT:USDT";

/** The market in the port's words. */
export const MARKET: Market = {
  symbol: SYMBOL,
  venueSymbol: BNB.symbol,
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
  maxOpenOrders: 20,
  maxOrderSize: 10_000,
  maintenanceMarginRate: 0.005,
  fundingIntervalHours: 8,
};

/** Returns a refusal with this reason. */
export function refusal(
  reason: string,
  kind: ExchangeError["kind"],
): ExchangeError {
  return new ExchangeError(`Refused: ${reason}`, {
    code: `test_${reason}`,
    kind,
    reason,
  });
}
