/**
 * The AS grid through candles at memory speed. Most candles touch no order:
 * they are skipped by two comparisons against a band that is worked out anew
 * only when an order changes. Everything that decides (prices, sizes, pause)
 * is the live strategy's own code; a test holds this loop against the plain
 * strategy, fill by fill.
 *
 * @module
 */
import type { PositionSide } from "../model/sides.ts";
import type { AsGridConfig } from "../strategy/as_grid/config.ts";
import { AS_GRID } from "../strategy/kind.ts";
import { isAnyLayerOn } from "../strategy/risk/state.ts";
import { GridLeg, GridTerms } from "./as_grid_leg.ts";
import { CandleRun, checkRun, type RunOptions } from "./candle_run.ts";
import type { CandleColumns } from "./columns.ts";
import { GuardWoken, runGuarded } from "./guarded_run.ts";
import { runPlans } from "./plan_run.ts";
import { asGridRules } from "./plan_rules.ts";
import { PauseClock } from "./pause_clock.ts";
import type { BacktestReport } from "./report.ts";

export type { FundingRate } from "./candle_run.ts";

/** What a run of the AS grid needs beside its candles. */
export type AsGridRunOptions = RunOptions<AsGridConfig>;

/**
 * Runs the AS grid through candles under one fill model. With a risk layer on
 * the live plan is asked wherever it might act, which is slower.
 *
 * @throws {RangeError} Without candles or without cash.
 */
export function runAsGrid(
  candles: CandleColumns,
  options: AsGridRunOptions,
): BacktestReport {
  checkRun(candles, options);
  const byPlan = (given: AsGridRunOptions) =>
    runPlans(candles, given, { kind: AS_GRID, rules: asGridRules }).report;
  return isAnyLayerOn(options.config.risk) ? byPlan(options) : runGuarded(
    options,
    { fast: (given) => new AsGridRun(candles, given).run(), byPlan },
  );
}

class AsGridRun extends CandleRun<AsGridConfig> {
  readonly #long: GridLeg;
  readonly #short: GridLeg;
  readonly #terms: GridTerms;
  readonly #runsLong: boolean;
  readonly #runsShort: boolean;
  readonly #pauses: PauseClock;

  constructor(candles: CandleColumns, options: AsGridRunOptions) {
    super(candles, options);
    const { config, market } = options;
    this.#terms = new GridTerms(config, market, this.last);
    this.#long = new GridLeg("long", this.#terms);
    this.#short = new GridLeg("short", this.#terms);
    this.#runsLong = config.legs !== "short";
    this.#runsShort = config.legs !== "long";
    this.#pauses = new PauseClock(this.counters);
  }

  override run(): BacktestReport {
    const report = super.run();
    this.#pauses.end(this.candles.length);
    return { ...report, longestPause: this.counters.longestPause };
  }

  protected override begin(): void {
    if (this.#runsLong) this.#rest(this.#long, this.last);
    if (this.#runsShort) this.#rest(this.#short, this.last);
    this.measure();
  }

  /** A leg follows the close: each candle counts. */
  protected override isRestless(): boolean {
    return (this.#runsLong && (this.#long.isFlat || this.#long.isStarved)) ||
      (this.#runsShort && (this.#short.isFlat || this.#short.isStarved));
  }

  protected override walk(from: number, to: number): void {
    const long = this.#long;
    const short = this.#short;
    const falls = to < from;
    let at = from;
    for (;;) {
      const add = falls ? long : short;
      const exit = falls ? short : long;
      const addPasses = this.passes(add.addPrice, to, falls);
      const exitPasses = this.passes(exit.exitPrice, to, falls);
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

  /** Only what rested at the open fills, each leg once, entries first. */
  protected override fillPessimistically(i: number): void {
    const { high, low } = this.candles;
    const [h = 0, l = 0] = [high[i], low[i]];
    const beyond = this.options.market.tickSize * (1 - 1e-6);
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
  }

  #fillAdd(leg: GridLeg, price: number): void {
    const { baseSize } = this.#terms;
    const holdings = this.holdings(leg.side);
    const wasFlat = leg.isFlat;
    this.ledger.open(
      holdings,
      price,
      baseSize,
      leg.sized(holdings.size + baseSize),
    );
    if (wasFlat) this.counters.openings++;
    else this.counters.entries++;
    this.hear(leg.side, wasFlat ? "open" : "entry", price, baseSize);
    this.#replan(leg, price);
  }

  #fillExit(leg: GridLeg, price: number): void {
    const holdings = this.holdings(leg.side);
    const size = leg.exitSize;
    this.ledger.close(holdings, price, size, leg.sized(holdings.size - size));
    this.counters.takeProfits++;
    this.hear(leg.side, "take_profit", price, size);
    this.#replan(leg, price);
  }

  #replan(leg: GridLeg, price: number): void {
    const own = this.holdings(leg.side).size;
    if (own === 0) this.#rest(leg, price);
    else {
      const other: PositionSide = leg.side === "long" ? "short" : "long";
      leg.hang(price, own, this.holdings(other).size);
      this.counters.ordersPlaced++;
      this.#feed(leg, price);
    }
    this.#pauses.see(leg.side, leg.isPaused, this.candle);
    this.measure();
    if (this.wakesGuard(price)) this.wakeGuard();
  }

  /** From where the guard acts on, this loop is not for. */
  protected override wakeGuard(): void {
    throw new GuardWoken();
  }

  #rest(leg: GridLeg, price: number): void {
    const before = leg.isFlat ? leg.addPrice : NaN;
    leg.rest(price);
    const cost = leg.addPrice * this.#terms.baseSize;
    if (!this.ledger.canMargin(price, cost)) leg.starve();
    else if (leg.addPrice !== before) this.counters.ordersPlaced++;
  }

  /** Takes an entry back that the account could not margin. */
  #feed(leg: GridLeg, price: number): void {
    if (leg.isPaused || !Number.isFinite(leg.addPrice)) return;
    const cost = leg.addPrice * this.#terms.baseSize;
    if (this.ledger.canMargin(price, cost)) this.counters.ordersPlaced++;
    else leg.starve();
  }

  protected override follow(close: number): void {
    if (this.#runsLong) this.#followLeg(this.#long, close);
    if (this.#runsShort) this.#followLeg(this.#short, close);
  }

  #followLeg(leg: GridLeg, close: number): void {
    if (!leg.isFlat && !leg.isStarved) return;
    if (leg.isFlat) this.#rest(leg, close);
    else {
      leg.addEntry();
      this.#feed(leg, close);
    }
    this.measure();
  }

  protected override measure(): void {
    this.setBand(
      Math.max(this.#long.addPrice, this.#short.exitPrice),
      Math.min(this.#long.exitPrice, this.#short.addPrice),
    );
  }

  protected override countAmbiguous(low: number, high: number): void {
    const both = (leg: GridLeg, isLong: boolean) =>
      this.passes(leg.addPrice, isLong ? low : high, isLong) &&
      this.passes(leg.exitPrice, isLong ? high : low, !isLong);
    if (both(this.#long, true) || both(this.#short, false)) {
      this.counters.ambiguousCandles++;
    }
  }
}
