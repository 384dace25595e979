import { assert } from "../model/assert.ts";
import { type Money, MONEY_SCALE, powerOfTen } from "./decimal.ts";

/**
 * One linear perpetual as the exchange model knows it. `Units` are whole
 * numbers of the last decimal place: price 656.99 with `priceScale` 2 is
 * 65699, size 0.05 with `sizeScale` 2 is 5.
 */
export interface Instrument {
  /** The exchange's spelling, `BNBUSDT`. */
  readonly symbol: string;
  readonly base: string;
  readonly quote: string;
  /** Decimal places of prices; with `sizeScale` at most {@linkcode MONEY_SCALE}. */
  readonly priceScale: number;
  /** The tick, in price units, ≥ 1. */
  readonly priceStep: number;
  readonly sizeScale: number;
  /** The lot, in size units, ≥ 1. */
  readonly sizeStep: number;
  /** Smallest order, size units. */
  readonly minSize: number;
  /** Largest limit order, size units. */
  readonly maxLimitSize: number;
  /** Largest market order, size units. */
  readonly maxMarketSize: number;
  /** Smallest order value. Closing orders are exempt. */
  readonly minNotional: Money;
  /** Rates are fractions at RATE_SCALE. */
  readonly makerFeeRate: bigint;
  readonly takerFeeRate: bigint;
  readonly maintenanceMarginRate: bigint;
  /** A buy may be priced at most this fraction above the last price, a sell below it. */
  readonly priceBandRate: bigint;
  readonly minLeverage: number;
  readonly maxLeverage: number;
  /** Live orders one account may have on this symbol. */
  readonly maxOpenOrders: number;
  readonly fundingIntervalHours: number;
}

/** Checks what the arithmetic relies on. @throws {AssertionError} */
export function assertInstrument(instrument: Instrument): void {
  const { symbol, priceScale, sizeScale } = instrument;
  assert(
    priceScale + sizeScale <= MONEY_SCALE,
    `${symbol}: price and size have more than ${MONEY_SCALE} decimal places`,
  );
  for (
    const n of [
      instrument.priceStep,
      instrument.sizeStep,
      instrument.minSize,
      instrument.maxLimitSize,
      instrument.maxMarketSize,
      instrument.maxLeverage,
    ]
  ) {
    assert(Number.isSafeInteger(n) && n > 0, `${symbol}: ${n} must be > 0`);
  }
}

/** Returns price × size as money, exactly. Both in units. */
export function notionalOf(
  instrument: Instrument,
  terms: { readonly price: number; readonly size: number },
): Money {
  const scale = MONEY_SCALE - instrument.priceScale - instrument.sizeScale;
  const product = terms.price * terms.size;
  const units = Number.isSafeInteger(product)
    ? BigInt(product)
    : BigInt(terms.price) * BigInt(terms.size);
  return units * powerOfTen(scale);
}
