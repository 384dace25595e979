/**
 * What every run through candles shares: the walk through a candle, day and
 * funding boundaries, quiet candles, margin and liquidation. What rests and
 * what a fill leads to is the strategy's part.
 *
 * @module
 */
import type { Market } from "../model/market.ts";
import type { PositionSide, Purpose } from "../model/sides.ts";
import type { CandleColumns } from "./columns.ts";
import { Ledger, type LegHoldings } from "./ledger.ts";
import { skipQuiet } from "./quiet_candles.ts";
import {
  type BacktestFill,
  type BacktestReport,
  Counters,
  type FillModel,
  toReport,
} from "./report.ts";

const DAY_MS = 86_400_000;
/** One unit in the last place above 1: makes ≤ of < in the band. */
const JUST_ABOVE = 1 + Number.EPSILON;

/** A funding settlement; > 0: longs pay shorts. */
export interface FundingRate {
  readonly atMs: number;
  readonly rate: number;
}

/** What a run needs beside its candles. */
export interface RunOptions<Config> {
  readonly config: Config;
  readonly market: Market;
  /** Starting balance, quote, > 0. */
  readonly cash: number;
  readonly model: FillModel;
  /** Oldest first; absent: funding is reported as unknown. */
  readonly funding?: readonly FundingRate[];
  /** Hears each fill as it happens. */
  readonly onFill?: (fill: BacktestFill) => void;
  /** Receives the equity at each close; as long as the candles. */
  readonly equity?: Float64Array;
}

/** What every configuration says of margin. */
export interface GuardedConfig {
  readonly leverage: number;
  readonly risk: {
    readonly marginGuard: { readonly entryLimit: number } | null;
  };
}

/** @throws {RangeError} Without candles or without cash. */
export function checkRun(
  candles: CandleColumns,
  { cash }: Pick<RunOptions<unknown>, "cash">,
): void {
  if (candles.length === 0) throw new RangeError("Cannot run without candles");
  if (!(cash > 0)) {
    throw new RangeError(`Cannot run: cash must be > 0, is ${cash}`);
  }
}

/** See the module's description. One instance makes one run. */
export abstract class CandleRun<
  Config extends GuardedConfig,
> {
  protected readonly candles: CandleColumns;
  protected readonly options: RunOptions<Config>;
  protected readonly ledger: Ledger;
  protected readonly counters: Counters;
  protected readonly touchFills: boolean;
  /** No order fills and nothing is liquidated between these prices. */
  protected readonly band = { floor: Infinity, ceiling: -Infinity };
  protected candle = 0;
  protected last: number;
  /** Of the newest settlement; null: none so far. */
  protected fundingRate: number | null = null;
  protected readonly startMs: number;
  protected readonly stepMs: number;
  #safeLow = 0;
  #safeHigh = Infinity;
  readonly #hasGuard: boolean;
  /** Equity ÷ notional at which the margin guard acts, or liquidation. */
  readonly #safeRate: number;
  /** Pessimistic fills need a whole tick more: the wider band is the safe one. */
  readonly #half: number;
  readonly #touch: number;
  readonly #isPessimistic: boolean;

  constructor(candles: CandleColumns, options: RunOptions<Config>) {
    const { config, market, cash, model } = options;
    const { openTimeMs, length } = candles;
    this.candles = candles;
    this.options = options;
    this.last = candles.open[0] ?? NaN;
    this.startMs = openTimeMs[0] ?? 0;
    this.stepMs = length > 1 ? (openTimeMs[1] ?? NaN) - this.startMs : DAY_MS;
    this.counters = new Counters(cash);
    this.ledger = new Ledger(cash, { ...market, leverage: config.leverage });
    const { marginGuard } = config.risk;
    this.#hasGuard = marginGuard !== null;
    this.#safeRate = market.maintenanceMarginRate /
      (marginGuard?.entryLimit ?? 1);
    this.touchFills = model === "optimistic";
    this.#isPessimistic = model === "pessimistic";
    this.#half = this.#isPessimistic ? market.tickSize / 2 : 0;
    this.#touch = this.touchFills ? JUST_ABOVE : 1;
  }

  /** Places the first orders, at the first open. */
  protected abstract begin(): void;
  /** Whether something may change at the next close without a fill. */
  protected abstract isRestless(): boolean;
  /** Walks a straight piece and fills what it passes. */
  protected abstract walk(from: number, to: number, isGap: boolean): void;
  /** Fills what rested when the candle opened. */
  protected abstract fillPessimistically(i: number): void;
  /** Counts the candle where more than one order of a leg could have filled. */
  protected abstract countAmbiguous(low: number, high: number): void;
  /** Whatever follows the close; the account is not liquidated. */
  protected abstract follow(close: number): void;
  /** Works the band out anew. */
  protected abstract measure(): void;

  /** At a point where the margin guard might act, and nothing is liquidated. */
  protected abstract wakeGuard(): void;

  /** At each of the four points of a candle, after the margin check. */
  protected look(_price: number, _isClose: boolean): void {}

  /** The first candle that is not quiet for reasons of time. */
  protected quietEnd(end: number): number {
    return end;
  }

  /** Runs through all candles. */
  run(): BacktestReport {
    const { length, close } = this.candles;
    const funding = this.options.funding ?? [];
    const dayOf = (days: number) =>
      this.indexOf((Math.floor(this.startMs / DAY_MS) + days) * DAY_MS);
    let days = 1;
    let day = dayOf(days);
    let due = funding.findIndex((rate) => rate.atMs > this.startMs);
    if (due < 0) due = funding.length;
    this.begin();
    for (let i = 0; i < length && !this.counters.liquidated;) {
      const settlement = funding[due];
      const fundingAt = settlement === undefined
        ? Infinity
        : this.indexOf(settlement.atMs);
      i = this.#runTo(i, Math.min(day, fundingAt, length));
      if (settlement !== undefined && i === fundingAt) {
        this.settleFunding(close[i - 1] ?? NaN, settlement);
        due++;
      }
      if (i === day || i === length) {
        this.counters.dailyEquity.push(
          this.ledger.equityAt(close[i - 1] ?? NaN),
        );
        day = dayOf(++days);
      }
    }
    return toReport(this.ledger, this.counters, {
      price: this.last,
      fundingKnown: this.options.funding !== undefined,
      candles: length,
    });
  }

  /** Returns the first candle that opens at this moment or later. */
  protected indexOf(atMs: number): number {
    return Math.ceil((atMs - this.startMs) / this.stepMs);
  }

  protected settleFunding(price: number, { rate }: FundingRate): void {
    this.ledger.settleFunding(price, rate);
    this.fundingRate = rate;
    this.measure();
  }

  #runTo(from: number, end: number): number {
    let i = from;
    while (i < end && !this.counters.liquidated) {
      if (!this.isRestless()) {
        const quietFrom = i;
        i = skipQuiet(this.candles, {
          from: i,
          end: this.quietEnd(end),
          band: this.band,
          ledger: this.ledger,
          counters: this.counters,
          record: this.options.equity,
        });
        if (i > quietFrom) {
          this.last = this.candles.close[i - 1] ?? NaN;
          if (this.ledger.isHeld) this.counters.heldCandles += i - quietFrom;
        }
        if (i === end) break;
      }
      this.candle = i;
      this.#takeCandle(i);
      i++;
    }
    this.last = this.candles.close[i - 1] ?? NaN;
    return i;
  }

  #takeCandle(i: number): void {
    const { open, high, low, close } = this.candles;
    const [o = 0, h = 0, l = 0, c = 0] = [open[i], high[i], low[i], close[i]];
    const [near, far] = c >= o ? [l, h] : [h, l];
    this.countAmbiguous(l, h);
    if (this.#isPessimistic) {
      this.fillPessimistically(i);
      this.#reach(o, false);
      this.#reach(near, false);
      this.#reach(far, false);
    } else {
      this.#move(this.last, o, true);
      this.#move(o, near, false);
      this.#move(near, far, false);
      if (!this.counters.liquidated && far !== c) this.walk(far, c, false);
    }
    this.#reach(c, true);
    if (this.counters.liquidated) return;
    this.follow(c);
    if (this.ledger.isHeld) this.counters.heldCandles++;
    this.last = c;
    this.mark(this.ledger.equityAt(c));
  }

  #move(from: number, to: number, isGap: boolean): void {
    if (!this.counters.liquidated && from !== to) this.walk(from, to, isGap);
    this.#reach(to, false);
  }

  /** One of the four points of a candle. */
  #reach(price: number, isClose: boolean): void {
    this.#checkMargin(price);
    if (!this.counters.liquidated) this.look(price, isClose);
  }

  /** Whether the margin guard might act at this price. */
  protected wakesGuard(price: number): boolean {
    return this.#hasGuard &&
      (price <= this.#safeLow || price >= this.#safeHigh);
  }

  protected mark(equity: number): void {
    this.counters.mark(equity);
    const record = this.options.equity;
    if (record !== undefined) record[this.candle] = equity;
  }

  #checkMargin(price: number): void {
    if (price > this.#safeLow && price < this.#safeHigh) return;
    const { ledger, counters } = this;
    if (counters.liquidated) return;
    if (ledger.long.size + ledger.short.size === 0) return;
    if (ledger.equityAt(price) > ledger.maintenanceAt(price)) {
      if (this.#hasGuard) this.wakeGuard();
      return;
    }
    ledger.liquidate(price);
    counters.liquidated = true;
    this.mark(ledger.wallet);
    this.options.equity?.fill(ledger.wallet, this.candle);
  }

  /**
   * Sets the band: no order between these prices, margin to spare, and what
   * acts at a price itself (or beyond) below or above.
   */
  protected setBand(
    buy: number,
    sell: number,
    below = 0,
    above = Infinity,
  ): void {
    const { low, high } = this.ledger.safeBand(this.#safeRate);
    this.#safeLow = low;
    this.#safeHigh = high;
    const half = this.#half;
    const touch = this.#touch;
    this.band.floor = Math.max(
      (buy - half) * touch,
      Math.max(low, below) * JUST_ABOVE,
    );
    this.band.ceiling = Math.min(
      (sell + half) / touch,
      Math.min(high, above) / JUST_ABOVE,
    );
  }

  /** Tells whether a walk to a price passes an order's. */
  protected passes(price: number, to: number, falls: boolean): boolean {
    if (falls) return this.touchFills ? to <= price : to < price;
    return this.touchFills ? to >= price : to > price;
  }

  protected holdings(side: PositionSide): LegHoldings {
    return side === "long" ? this.ledger.long : this.ledger.short;
  }

  protected hear(
    positionSide: PositionSide,
    purpose: Purpose,
    price: number,
    size: number,
  ): void {
    this.options.onFill?.({
      candle: this.candle,
      positionSide,
      purpose,
      price,
      size,
    });
  }
}
