import type { Market } from "@core/mod.ts";
import { type Instrument, toMoney, toRate } from "@core/matching/mod.ts";

/** Units of the last decimal place per whole: prices and sizes have two. */
const UNITS = 100;

function instrumentOf(base: string, priceStep: number): Instrument {
  return {
    symbol: `${base}USDT`,
    base,
    quote: "USDT",
    priceScale: 2,
    priceStep,
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
}

/** One of the simulation's markets, in the model's words and in the port's. */
export interface SimMarket {
  readonly instrument: Instrument;
  readonly market: Market;
}

/** Returns a market whose prices are multiples of so many hundredths. */
export function createMarket(base: string, priceStep = 1): SimMarket {
  const instrument = instrumentOf(base, priceStep);
  return {
    instrument,
    market: {
      symbol: `${base}/USDT:USDT`,
      venueSymbol: instrument.symbol,
      base,
      quote: "USDT",
      tickSize: priceStep / UNITS,
      lotSize: 1 / UNITS,
      minSize: 1 / UNITS,
      minNotional: 5,
      minLeverage: 1,
      maxLeverage: 75,
      makerFeeRate: 0.0002,
      takerFeeRate: 0.0006,
      maxOpenOrders: 20,
      maxOrderSize: 10_000,
      maintenanceMarginRate: 0.005,
      fundingIntervalHours: 8,
    },
  };
}

/** Two markets alike, so that two bots of one account can be told apart. */
export const BASES = ["BNB", "ETH"] as const;

/** Returns whole units of a price or size. */
export function toUnits(value: number): number {
  return Math.round(value * UNITS);
}

/** Returns the price or size of these units. */
export function fromUnits(units: number): number {
  return units / UNITS;
}
