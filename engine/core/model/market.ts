import { ceilToLot } from "./rounding.ts";

/** The contract rules of one perpetual. Prices quote per base, sizes base. */
export interface Market {
  /** Unified symbol, `BNB/USDT:USDT`. */
  readonly symbol: string;
  /** The exchange's own spelling, `BNBUSDT`. */
  readonly venueSymbol: string;
  readonly base: string;
  readonly quote: string;
  /** Smallest price step, > 0. */
  readonly tickSize: number;
  /** Smallest size step, > 0. */
  readonly lotSize: number;
  /** Smallest order size, base. */
  readonly minSize: number;
  /** Smallest order value, quote. */
  readonly minNotional: number;
  readonly minLeverage: number;
  readonly maxLeverage: number;
  /** Fractions of the notional; paid > 0. */
  readonly makerFeeRate: number;
  readonly takerFeeRate: number;
  /** Resting orders the exchange allows on this symbol. */
  readonly maxOpenOrders: number;
  /** Largest limit order, base; null where the exchange names none. */
  readonly maxOrderSize: number | null;
  /** Maintenance margin as a fraction of the notional. */
  readonly maintenanceMarginRate: number;
  readonly fundingIntervalHours: number;
}

/** The newest known prices of a symbol. */
export interface Quote {
  readonly symbol: string;
  readonly bestBid: number;
  readonly bestAsk: number;
  readonly lastPrice: number;
  readonly markPrice: number;
  /** Funding fraction per interval, > 0: longs pay shorts; null if unknown. */
  readonly fundingRate: number | null;
  /** When we received it, epoch ms by our clock: it decides staleness. */
  readonly receivedAtMs: number;
}

/** Returns the smallest size that can be traded alone at this price, base. */
export function smallestSize(market: Market, price: number): number {
  const byNotional = ceilToLot(market.minNotional / price, market.lotSize);
  return Math.max(market.minSize, byNotional);
}
