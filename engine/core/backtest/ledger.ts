/**
 * The account of a backtest: wallet, both legs at average cost, fees, funding,
 * margin. Wallet includes margin; equity = wallet + unrealized.
 *
 * @module
 */

/** Forgives binary noise: an account that has exactly enough has enough. */
const JUST_BELOW = 1 - 1e-12;

/** One leg's holdings. A class, so that every instance has one shape. */
export class LegHoldings {
  /** Base, ≥ 0. */
  size = 0;
  /** Average open price; 0 while flat. */
  average = 0;
  maxSize = 0;
}

/** Rates of the account; fractions. */
export interface LedgerRates {
  readonly makerFeeRate: number;
  readonly takerFeeRate: number;
  readonly maintenanceMarginRate: number;
  readonly leverage: number;
}

/** The account. */
export class Ledger {
  readonly long = new LegHoldings();
  readonly short = new LegHoldings();
  realized = 0;
  fees = 0;
  funding = 0;
  readonly #cash: number;
  readonly #rates: LedgerRates;

  /** @param cash Starting balance, quote, > 0. */
  constructor(cash: number, rates: LedgerRates) {
    this.#cash = cash;
    this.#rates = rates;
    this.wallet = cash;
  }

  /** Balance without unrealized PnL, quote. */
  wallet: number;

  get cash(): number {
    return this.#cash;
  }

  /** Enlarges a leg as maker; `newSize` is the sum, freed of binary noise. */
  open(leg: LegHoldings, price: number, size: number, newSize: number): void {
    this.#pay(price * size * this.#rates.makerFeeRate);
    leg.average = (leg.average * leg.size + price * size) / (leg.size + size);
    leg.size = newSize;
    if (newSize > leg.maxSize) leg.maxSize = newSize;
  }

  /** Shrinks a leg as maker. */
  close(leg: LegHoldings, price: number, size: number, newSize: number): void {
    this.#pay(price * size * this.#rates.makerFeeRate);
    const gain = leg === this.long ? price - leg.average : leg.average - price;
    this.realized += gain * size;
    this.wallet += gain * size;
    leg.size = newSize;
    if (newSize === 0) leg.average = 0;
  }

  /** Tops the maker's fee of a trade up to the taker's. */
  payAsTaker(price: number, size: number): void {
    const { takerFeeRate, makerFeeRate } = this.#rates;
    this.#pay(price * size * (takerFeeRate - makerFeeRate));
  }

  /** Equity is a straight line in the price: this is its value at 0 … */
  get equityBase(): number {
    const { long, short } = this;
    return this.wallet - long.size * long.average + short.size * short.average;
  }

  /** … and this its slope. */
  get equitySlope(): number {
    return this.long.size - this.short.size;
  }

  equityAt(price: number): number {
    const { long, short } = this;
    return this.wallet + (price - long.average) * long.size +
      (short.average - price) * short.size;
  }

  maintenanceAt(price: number): number {
    return this.#rates.maintenanceMarginRate * price *
      (this.long.size + this.short.size);
  }

  /** Whether the account could carry one more order of this cost, quote. */
  canMargin(price: number, cost: number): boolean {
    const { long, short } = this;
    const costs = long.size * long.average + short.size * short.average;
    const needed = (costs + cost) / this.#rates.leverage;
    return needed * JUST_BELOW <= this.equityAt(price);
  }

  /** Whether either leg holds anything. */
  get isHeld(): boolean {
    return this.long.size + this.short.size > 0;
  }

  /** Maintenance margin ÷ equity, ≥ 0; 1 without equity. */
  marginRatioAt(price: number): number {
    if (this.long.size + this.short.size === 0) return 0;
    const equity = this.equityAt(price);
    return equity <= 0 ? 1 : this.maintenanceAt(price) / equity;
  }

  /**
   * The prices between which the equity certainly stays above this share of
   * the notional. Exact checks are due only outside.
   *
   * @param rate Fraction, > 0: at the maintenance margin rate the account is
   * liquidated.
   */
  safeBand(rate: number): { readonly low: number; readonly high: number } {
    const gross = this.long.size + this.short.size;
    if (gross === 0) return { low: 0, high: Infinity };
    const slope = this.equitySlope - rate * gross;
    const root = -this.equityBase / slope;
    const margin = Math.abs(root) * 1e-9;
    if (slope > 0) return { low: root + margin, high: Infinity };
    if (slope < 0) return { low: 0, high: root - margin };
    return this.equityBase > 0
      ? { low: 0, high: Infinity }
      : { low: Infinity, high: 0 };
  }

  /** Pays or receives funding: rate > 0, longs pay shorts. */
  settleFunding(price: number, rate: number): void {
    const amount = (this.short.size - this.long.size) * price * rate;
    this.funding += amount;
    this.wallet += amount;
  }

  /** Closes everything at the taker fee. */
  liquidate(price: number): void {
    const { long, short } = this;
    const gain = (price - long.average) * long.size +
      (short.average - price) * short.size;
    this.#pay(price * (long.size + short.size) * this.#rates.takerFeeRate);
    this.realized += gain;
    this.wallet += gain;
    for (const leg of [long, short]) {
      leg.size = 0;
      leg.average = 0;
    }
  }

  #pay(fee: number): void {
    this.fees += fee;
    this.wallet -= fee;
  }
}
