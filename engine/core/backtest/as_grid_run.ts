/**
 * The AS grid through candles at memory speed. Most candles touch no order:
 * they are skipped by two comparisons against a band that is worked out anew
 * only when an order changes. Everything that decides (prices, sizes, pause)
 * is the live strategy's own code; a test holds this loop against the plain
 * strategy, fill by fill.
 *
 * @module
 */
import type { Market } from "../model/market.ts";
import type { AsGridConfig } from "../strategy/as_grid/config.ts";
import { GridLeg, GridTerms } from "./as_grid_leg.ts";
import type { CandleColumns } from "./columns.ts";
import { Ledger, type LegHoldings } from "./ledger.ts";
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
export interface AsGridRunOptions {
  readonly config: AsGridConfig;
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

/**
 * Runs the AS grid through candles under one fill model.
 *
 * @throws {RangeError} Without candles or without cash.
 */
export function runAsGrid(
  candles: CandleColumns,
  options: AsGridRunOptions,
): BacktestReport {
  if (candles.length === 0) throw new RangeError("Cannot run without candles");
  if (!(options.cash > 0)) {
    throw new RangeError(`Cannot run: cash must be > 0, is ${options.cash}`);
  }
  return new AsGridRun(candles, options).run();
}

class AsGridRun {
  readonly #candles: CandleColumns;
  readonly #options: AsGridRunOptions;
  readonly #ledger: Ledger;
  readonly #counters: Counters;
  readonly #long: GridLeg;
  readonly #short: GridLeg;
  readonly #terms: GridTerms;
  readonly #touchFills: boolean;
  readonly #runsLong: boolean;
  readonly #runsShort: boolean;
  /** No order fills and nothing is liquidated between these prices. */
  #floor = Infinity;
  #ceiling = -Infinity;
  #safeLow = 0;
  #safeHigh = Infinity;
  #candle = 0;
  #last: number;
  #pausedSince = [-1, -1];

  constructor(candles: CandleColumns, options: AsGridRunOptions) {
    const { config, market, cash, model } = options;
    this.#candles = candles;
    this.#options = options;
    this.#last = candles.open[0] ?? NaN;
    this.#terms = new GridTerms(config, market, this.#last);
    this.#long = new GridLeg("long", this.#terms);
    this.#short = new GridLeg("short", this.#terms);
    this.#counters = new Counters(cash);
    this.#ledger = new Ledger(cash, { ...market, leverage: config.leverage });
    this.#touchFills = model === "optimistic";
    this.#runsLong = config.legs !== "short";
    this.#runsShort = config.legs !== "long";
  }

  run(): BacktestReport {
    const { length, openTimeMs, close } = this.#candles;
    const funding = this.#options.funding ?? [];
    const start = openTimeMs[0] ?? 0;
    const step = length > 1 ? (openTimeMs[1] ?? NaN) - start : DAY_MS;
    const indexOf = (atMs: number) => Math.ceil((atMs - start) / step);
    let day = indexOf((Math.floor(start / DAY_MS) + 1) * DAY_MS);
    let days = 1;
    let due = funding.findIndex((rate) => rate.atMs > start);
    if (due < 0) due = funding.length;
    this.#begin();
    for (let i = 0; i < length && !this.#counters.liquidated;) {
      const settlement = funding[due];
      const fundingAt = settlement === undefined
        ? Infinity
        : indexOf(settlement.atMs);
      const end = Math.min(day, fundingAt, length);
      i = this.#runTo(i, end);
      if (settlement !== undefined && i === fundingAt) {
        this.#ledger.settleFunding(close[i - 1] ?? NaN, settlement.rate);
        this.#band();
        due++;
      }
      if (i === day || i === length) {
        this.#counters.dailyEquity.push(
          this.#ledger.equityAt(close[i - 1] ?? NaN),
        );
        day = indexOf((Math.floor(start / DAY_MS) + ++days) * DAY_MS);
      }
    }
    this.#pauseEnds();
    return toReport(this.#ledger, this.#counters, {
      price: this.#last,
      fundingKnown: this.#options.funding !== undefined,
    });
  }

  #begin(): void {
    if (this.#runsLong) this.#rest(this.#long, this.#last);
    if (this.#runsShort) this.#rest(this.#short, this.#last);
    this.#band();
  }

  #runTo(from: number, end: number): number {
    let i = from;
    while (i < end && !this.#counters.liquidated) {
      if (!this.#isRestless()) {
        i = this.#skip(i, end);
        if (i === end) break;
      }
      this.#candle = i;
      if (this.#options.model === "pessimistic") this.#fillPessimistically(i);
      else this.#walkCandle(i);
      i++;
    }
    this.#last = this.#candles.close[i - 1] ?? NaN;
    return i;
  }

  /** A leg follows the close: each candle counts. */
  #isRestless(): boolean {
    return (this.#runsLong && (this.#long.isFlat || this.#long.isStarved)) ||
      (this.#runsShort && (this.#short.isFlat || this.#short.isStarved));
  }

  /** Returns the first candle from `i` on that leaves the band, or `end`. */
  #skip(i: number, end: number): number {
    const { low, high, close } = this.#candles;
    const counters = this.#counters;
    const floor = this.#floor;
    const ceiling = this.#ceiling;
    const base = this.#ledger.equityBase;
    const slope = this.#ledger.equitySlope;
    let peak = counters.peak;
    let worst = counters.maxDrawdown;
    const record = this.#options.equity;
    let at = i;
    for (; at < end; at++) {
      // Within bounds: at < end ≤ length.
      if (
        (low[at] as number) < floor || (high[at] as number) > ceiling
      ) break;
      const equity = base + slope * (close[at] as number);
      if (record !== undefined) record[at] = equity;
      if (equity > peak) peak = equity;
      else if (peak - equity > worst * peak) worst = (peak - equity) / peak;
    }
    counters.peak = peak;
    counters.maxDrawdown = worst;
    if (at > i) this.#last = close[at - 1] ?? NaN;
    return at;
  }

  #walkCandle(i: number): void {
    const { open, high, low, close } = this.#candles;
    const [o = 0, h = 0, l = 0, c = 0] = [open[i], high[i], low[i], close[i]];
    this.#countAmbiguous(l, h);
    const rises = c >= o;
    this.#walk(this.#last, o);
    this.#checkMargin(o);
    this.#walk(o, rises ? l : h);
    this.#checkMargin(rises ? l : h);
    this.#walk(rises ? l : h, rises ? h : l);
    this.#checkMargin(rises ? h : l);
    this.#walk(rises ? h : l, c);
    this.#checkMargin(c);
    this.#closeCandle(c);
  }

  /** Walks a straight piece and fills what it passes. */
  #walk(from: number, to: number): void {
    if (this.#counters.liquidated || from === to) return;
    const long = this.#long;
    const short = this.#short;
    const falls = to < from;
    let at = from;
    for (;;) {
      const add = falls ? long : short;
      const exit = falls ? short : long;
      const addPasses = this.#passes(add.addPrice, to, falls);
      const exitPasses = this.#passes(exit.exitPrice, to, falls);
      if (!addPasses && !exitPasses) return;
      const exitIsFirst = exitPasses &&
        (!addPasses ||
          (falls
            ? exit.exitPrice >= add.addPrice
            : exit.exitPrice <= add.addPrice));
      const price = exitIsFirst ? exit.exitPrice : add.addPrice;
      at = falls ? Math.min(at, price) : Math.max(at, price);
      if (exitIsFirst) this.#fillExit(exit, at);
      else this.#fillAdd(add, at);
    }
  }

  #passes(price: number, to: number, falls: boolean): boolean {
    if (falls) return this.#touchFills ? to <= price : to < price;
    return this.#touchFills ? to >= price : to > price;
  }

  /** Only what rested at the open fills, each leg once, entries first. */
  #fillPessimistically(i: number): void {
    const { open, high, low, close } = this.#candles;
    const [o = 0, h = 0, l = 0, c = 0] = [open[i], high[i], low[i], close[i]];
    const beyond = this.#options.market.tickSize * (1 - 1e-6);
    this.#countAmbiguous(l, h);
    const adds = [
      l <= this.#long.addPrice - beyond,
      h >= this.#short.addPrice + beyond,
    ];
    const exits = [
      h >= this.#long.exitPrice + beyond,
      l <= this.#short.exitPrice - beyond,
    ];
    for (const [k, leg] of [this.#long, this.#short].entries()) {
      if (adds[k]) this.#fillAdd(leg, leg.addPrice);
      else if (exits[k]) this.#fillExit(leg, leg.exitPrice);
    }
    for (const price of [o, ...(c >= o ? [l, h] : [h, l]), c]) {
      this.#checkMargin(price);
    }
    this.#closeCandle(c);
  }

  #holdings(leg: GridLeg): LegHoldings {
    return leg === this.#long ? this.#ledger.long : this.#ledger.short;
  }

  #fillAdd(leg: GridLeg, price: number): void {
    const { baseSize } = this.#terms;
    const holdings = this.#holdings(leg);
    const wasFlat = leg.isFlat;
    this.#ledger.open(
      holdings,
      price,
      baseSize,
      leg.sized(holdings.size + baseSize),
    );
    if (wasFlat) this.#counters.openings++;
    else this.#counters.entries++;
    this.#hear(leg, wasFlat ? "open" : "entry", price, baseSize);
    this.#replan(leg, price);
  }

  #fillExit(leg: GridLeg, price: number): void {
    const holdings = this.#holdings(leg);
    const size = leg.exitSize;
    this.#ledger.close(holdings, price, size, leg.sized(holdings.size - size));
    this.#counters.takeProfits++;
    this.#hear(leg, "take_profit", price, size);
    this.#replan(leg, price);
  }

  #replan(leg: GridLeg, price: number): void {
    const own = this.#holdings(leg).size;
    const wasPaused = leg.isPaused;
    if (own === 0) this.#rest(leg, price);
    else {
      const other = leg === this.#long ? this.#short : this.#long;
      leg.hang(price, own, this.#holdings(other).size);
      this.#counters.ordersPlaced += leg.isPaused ? 1 : 2;
      this.#feed(leg, price);
    }
    if (wasPaused !== leg.isPaused) this.#pauseTurns(leg);
    this.#band();
  }

  #rest(leg: GridLeg, price: number): void {
    const before = leg.isFlat ? leg.addPrice : NaN;
    leg.rest(price);
    if (leg.addPrice !== before) this.#counters.ordersPlaced++;
    const cost = leg.addPrice * this.#terms.baseSize;
    if (this.#ledger.canMargin(price, cost)) return;
    leg.starve();
  }

  /** Takes an entry back that the account could not margin. */
  #feed(leg: GridLeg, price: number): void {
    if (leg.isPaused || !Number.isFinite(leg.addPrice)) return;
    const cost = leg.addPrice * this.#terms.baseSize;
    if (!this.#ledger.canMargin(price, cost)) leg.starve();
  }

  #closeCandle(close: number): void {
    if (this.#counters.liquidated) return;
    if (this.#runsLong) this.#follow(this.#long, close);
    if (this.#runsShort) this.#follow(this.#short, close);
    this.#last = close;
    this.#mark(this.#ledger.equityAt(close));
  }

  #mark(equity: number): void {
    this.#counters.mark(equity);
    const record = this.#options.equity;
    if (record !== undefined) record[this.#candle] = equity;
  }

  #follow(leg: GridLeg, close: number): void {
    if (!leg.isFlat && !leg.isStarved) return;
    if (leg.isFlat) this.#rest(leg, close);
    else {
      leg.addEntry();
      this.#feed(leg, close);
    }
    this.#band();
  }

  #checkMargin(price: number): void {
    if (price > this.#safeLow && price < this.#safeHigh) return;
    const ledger = this.#ledger;
    if (this.#counters.liquidated) return;
    if (ledger.long.size + ledger.short.size === 0) return;
    if (ledger.equityAt(price) > ledger.maintenanceAt(price)) return;
    ledger.liquidate(price);
    this.#counters.liquidated = true;
    this.#mark(ledger.wallet);
    this.#options.equity?.fill(ledger.wallet, this.#candle);
  }

  #band(): void {
    const { tickSize } = this.#options.market;
    const buy = Math.max(this.#long.addPrice, this.#short.exitPrice);
    const sell = Math.min(this.#long.exitPrice, this.#short.addPrice);
    const { low, high } = this.#ledger.safeBand();
    this.#safeLow = low;
    this.#safeHigh = high;
    const { model } = this.#options;
    // Pessimistic fills need a whole tick more: the wider band is the safe one.
    const floor = model === "optimistic"
      ? buy * JUST_ABOVE
      : model === "pessimistic"
      ? buy - tickSize / 2
      : buy;
    const ceiling = model === "optimistic"
      ? sell / JUST_ABOVE
      : model === "pessimistic"
      ? sell + tickSize / 2
      : sell;
    this.#floor = Math.max(floor, low * JUST_ABOVE);
    this.#ceiling = Math.min(ceiling, high / JUST_ABOVE);
  }

  #countAmbiguous(low: number, high: number): void {
    const both = (leg: GridLeg) =>
      this.#passes(
        leg.addPrice,
        leg.side === "long" ? low : high,
        leg.side === "long",
      ) &&
      this.#passes(
        leg.exitPrice,
        leg.side === "long" ? high : low,
        leg.side === "short",
      );
    if (both(this.#long) || both(this.#short)) {
      this.#counters.ambiguousCandles++;
    }
  }

  #pauseTurns(leg: GridLeg): void {
    const k = leg === this.#long ? 0 : 1;
    const since = this.#pausedSince[k] ?? -1;
    if (since >= 0) {
      this.#counters.longestPause = Math.max(
        this.#counters.longestPause,
        this.#candle - since,
      );
    }
    this.#pausedSince[k] = leg.isPaused ? this.#candle : -1;
  }

  #pauseEnds(): void {
    for (const since of this.#pausedSince) {
      if (since < 0) continue;
      this.#counters.longestPause = Math.max(
        this.#counters.longestPause,
        this.#candles.length - since,
      );
    }
  }

  #hear(
    leg: GridLeg,
    purpose: BacktestFill["purpose"],
    price: number,
    size: number,
  ): void {
    this.#options.onFill?.({
      candle: this.#candle,
      positionSide: leg.side,
      purpose,
      price,
      size,
    });
  }
}
