/**
 * The range grid through candles at memory speed. Beginning, opening,
 * trailing and exits are decided by the live strategy's own plan; between
 * them an interval only ever turns from buying to selling and back, which is
 * two comparisons a candle. A test holds this loop against the plain strategy,
 * fill by fill, under every fill model.
 *
 * @module
 */
import type { Market } from "../model/market.ts";
import { roundToLot } from "../model/rounding.ts";
import type { PositionSide, Purpose } from "../model/sides.ts";
import type { RangeGridConfig } from "../strategy/range_grid/config.ts";
import { lineAt } from "../strategy/range_grid/lines.ts";
import { planRangeGrid } from "../strategy/range_grid/plan.ts";
import { isPriceAwaited } from "../strategy/range_grid/settle.ts";
import { applyRangeGridOrder } from "../strategy/range_grid/apply_order.ts";
import { gridProfitOf } from "../strategy/range_grid/profit.ts";
import {
  createRangeGridState,
  type RangeGridState,
} from "../strategy/range_grid/state.ts";
import type { FundingRate } from "./as_grid_run.ts";
import type { CandleColumns } from "./columns.ts";
import { Ledger } from "./ledger.ts";
import { skipQuiet } from "./quiet_candles.ts";
import { GridBoard } from "./range_grid_board.ts";
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

/** A fill of a range grid: closes at market as well. */
export interface RangeGridFill extends Omit<BacktestFill, "purpose"> {
  readonly purpose: BacktestFill["purpose"] | "close";
}

/** What a run needs beside its candles. */
export interface RangeGridRunOptions {
  readonly config: RangeGridConfig;
  readonly market: Market;
  /** Starting balance, quote, > 0. */
  readonly cash: number;
  readonly model: FillModel;
  /** Oldest first; absent: funding is reported as unknown. */
  readonly funding?: readonly FundingRate[];
  /** Hears each fill as it happens. */
  readonly onFill?: (fill: RangeGridFill) => void;
  /** Receives the equity at each close; as long as the candles. */
  readonly equity?: Float64Array;
}

/** What a range grid came to. */
export interface RangeGridReport extends BacktestReport {
  /** Closed pairs: entry and exit of one interval. */
  readonly gridPairs: number;
  /** What they earned after their fees, quote. */
  readonly gridProfit: number;
  /** Everything else that moved the equity, funding included. */
  readonly unpairedPnl: number;
  /** Fills at market: stop-loss or take-profit. */
  readonly closes: number;
  readonly endedBy: RangeGridState["endedBy"];
}

/**
 * Runs the range grid through candles under one fill model.
 *
 * @throws {RangeError} Without candles or without cash.
 */
export function runRangeGrid(
  candles: CandleColumns,
  options: RangeGridRunOptions,
): RangeGridReport {
  if (candles.length === 0) throw new RangeError("Cannot run without candles");
  if (!(options.cash > 0)) {
    throw new RangeError(`Cannot run: cash must be > 0, is ${options.cash}`);
  }
  return new RangeGridRun(candles, options).run();
}

class RangeGridRun {
  readonly #candles: CandleColumns;
  readonly #options: RangeGridRunOptions;
  readonly #ledger: Ledger;
  readonly #counters: Counters;
  readonly #touchFills: boolean;
  #state: RangeGridState;
  #board: GridBoard;
  #pairs = 0;
  #pairedGross = 0;
  #pairedTurnover = 0;
  #closes = 0;
  #band = { floor: Infinity, ceiling: -Infinity };
  #safeLow = 0;
  #safeHigh = Infinity;
  /** Closes beyond these move the range; where it cannot move: never. */
  #trailsAbove = Infinity;
  #trailsBelow = -Infinity;
  #exitBelow: number;
  #exitAbove: number;
  #candle = 0;
  #last: number;

  constructor(candles: CandleColumns, options: RangeGridRunOptions) {
    const { config, market, cash, model } = options;
    this.#candles = candles;
    this.#options = options;
    this.#last = candles.open[0] ?? NaN;
    this.#state = createRangeGridState({
      config,
      market,
      referencePrice: this.#last,
      runVersion: 1,
      nextCycle: { long: 0, short: 0 },
    });
    this.#board = new GridBoard(this.#state, market);
    this.#counters = new Counters(cash);
    this.#ledger = new Ledger(cash, { ...market, leverage: config.leverage });
    this.#touchFills = model === "optimistic";
    const exits = [config.stopLossPrice, config.takeProfitPrice]
      .filter((exit) => exit !== null);
    const below = exits.filter((exit) => exit < config.lowerPrice);
    this.#exitBelow = Math.max(-Infinity, ...below);
    this.#exitAbove = Math.min(
      Infinity,
      ...exits.filter((exit) => !below.includes(exit)),
    );
  }

  run(): RangeGridReport {
    const { length, openTimeMs, close } = this.#candles;
    const funding = this.#options.funding ?? [];
    const start = openTimeMs[0] ?? 0;
    const step = length > 1 ? (openTimeMs[1] ?? NaN) - start : DAY_MS;
    const indexOf = (atMs: number) => Math.ceil((atMs - start) / step);
    let day = indexOf((Math.floor(start / DAY_MS) + 1) * DAY_MS);
    let days = 1;
    let due = funding.findIndex((rate) => rate.atMs > start);
    if (due < 0) due = funding.length;
    this.#consult(this.#last);
    for (let i = 0; i < length && !this.#counters.liquidated;) {
      const settlement = funding[due];
      const fundingAt = settlement === undefined
        ? Infinity
        : indexOf(settlement.atMs);
      i = this.#runTo(i, Math.min(day, fundingAt, length));
      if (settlement !== undefined && i === fundingAt) {
        this.#ledger.settleFunding(close[i - 1] ?? NaN, settlement.rate);
        this.#measure();
        due++;
      }
      if (i === day || i === length) {
        this.#counters.dailyEquity.push(
          this.#ledger.equityAt(close[i - 1] ?? NaN),
        );
        day = indexOf((Math.floor(start / DAY_MS) + ++days) * DAY_MS);
      }
    }
    return this.#report();
  }

  #report(): RangeGridReport {
    const { market, cash } = this.#options;
    const report = toReport(this.#ledger, this.#counters, {
      price: this.#last,
      fundingKnown: this.#options.funding !== undefined,
    });
    const { net } = gridProfitOf(
      { ...this.#state, pairs: this.#pairCounts() },
      market.makerFeeRate,
    );
    return {
      ...report,
      fills: report.fills + this.#closes,
      gridPairs: this.#pairs,
      gridProfit: net,
      unpairedPnl: report.finalEquity - cash - net,
      closes: this.#closes,
      endedBy: this.#state.endedBy,
    };
  }

  #pairCounts(): RangeGridState["pairs"] {
    return {
      count: this.#pairs,
      gross: this.#pairedGross,
      turnover: this.#pairedTurnover,
    };
  }

  #runTo(from: number, end: number): number {
    let i = from;
    while (i < end && !this.#counters.liquidated) {
      i = skipQuiet(this.#candles, {
        from: i,
        end,
        band: this.#band,
        ledger: this.#ledger,
        counters: this.#counters,
        record: this.#options.equity,
      });
      if (i > from) this.#last = this.#candles.close[i - 1] ?? NaN;
      if (i === end) break;
      this.#candle = i;
      if (this.#options.model === "pessimistic") this.#fillPessimistically(i);
      else this.#walkCandle(i);
      i++;
    }
    this.#last = this.#candles.close[i - 1] ?? NaN;
    return i;
  }

  #walkCandle(i: number): void {
    const { open, high, low, close } = this.#candles;
    const [o = 0, h = 0, l = 0, c = 0] = [open[i], high[i], low[i], close[i]];
    this.#countAmbiguous(l, h);
    const rises = c >= o;
    this.#walk(this.#last, o, true);
    this.#checkMargin(o);
    this.#walk(o, rises ? l : h, false);
    this.#checkMargin(rises ? l : h);
    this.#walk(rises ? l : h, rises ? h : l, false);
    this.#checkMargin(rises ? h : l);
    this.#walk(rises ? h : l, c, false);
    this.#checkMargin(c);
    this.#closeCandle(c);
  }

  /** Walks a straight piece and fills what it passes. */
  #walk(from: number, to: number, isGap: boolean): void {
    if (this.#counters.liquidated || from === to) return;
    const falls = to < from;
    while (this.#state.phase === "running") {
      const board = this.#board;
      const i = falls ? board.buy : board.sell;
      const price = falls ? board.buyPrice : board.sellPrice;
      const exit = falls ? this.#exitBelow : this.#exitAbove;
      const fills = i >= 0 && this.#passes(price, to, falls);
      const exits = falls
        ? to <= exit && !(fills && price >= exit)
        : to >= exit && !(fills && price <= exit);
      if (exits) return this.#consult(isGap ? to : exit);
      if (!fills) return;
      this.#fill(i, falls ? Math.min(from, price) : Math.max(from, price));
    }
  }

  #passes(price: number, to: number, falls: boolean): boolean {
    if (falls) return this.#touchFills ? to <= price : to < price;
    return this.#touchFills ? to >= price : to > price;
  }

  /** Only what rested at the open fills, each interval once, entries first. */
  #fillPessimistically(i: number): void {
    const { open, high, low, close } = this.#candles;
    const [o = 0, h = 0, l = 0, c = 0] = [open[i], high[i], low[i], close[i]];
    const beyond = this.#options.market.tickSize * (1 - 1e-6);
    this.#countAmbiguous(l, h);
    if (this.#state.phase === "running") {
      for (const k of this.#reached(l + beyond, h - beyond)) {
        const board = this.#board;
        this.#fill(k, (board.buys(k) ? board.low[k] : board.high[k]) ?? NaN);
      }
      if (l <= this.#exitBelow || h >= this.#exitAbove) {
        this.#exitPessimistically(o, l);
      }
    }
    for (const price of [o, ...(c >= o ? [l, h] : [h, l]), c]) {
      this.#checkMargin(price);
    }
    this.#closeCandle(c);
  }

  #exitPessimistically(open: number, low: number): void {
    const { stopLossPrice, lowerPrice } = this.#options.config;
    const isBelow = low <= this.#exitBelow;
    // Where both were reached, the stop-loss counts.
    const stopIsAbove = stopLossPrice !== null && stopLossPrice > lowerPrice;
    const high = this.#candles.high[this.#candle] ?? NaN;
    const takesAbove = high >= this.#exitAbove && (!isBelow || stopIsAbove);
    this.#consult(
      takesAbove
        ? Math.max(open, this.#exitAbove)
        : Math.min(open, this.#exitBelow),
    );
  }

  /** Long entries, short entries, long exits, short exits; the nearest first. */
  #reached(lowest: number, highest: number): number[] {
    const board = this.#board;
    const reached: number[] = [];
    for (let i = 0; i < board.length; i++) {
      if (board.rests[i] === 0) continue;
      const isHit = board.buys(i)
        ? lowest <= (board.low[i] ?? NaN)
        : highest >= (board.high[i] ?? NaN);
      if (isHit) reached.push(i);
    }
    const rank = (i: number) =>
      2 * (board.isExiting[i] ?? 0) + 1 - (board.isLong[i] ?? 0);
    return reached.sort((a, b) =>
      rank(a) - rank(b) || (board.buys(a) ? b - a : a - b)
    );
  }

  #fill(i: number, price: number): void {
    const board = this.#board;
    const size = board.size[i] ?? NaN;
    const isLong = board.isLong[i] === 1;
    const isExit = board.isExiting[i] === 1;
    const leg = isLong ? this.#ledger.long : this.#ledger.short;
    if (isExit) {
      this.#ledger.close(leg, price, size, this.#lot(leg.size - size));
      this.#counters.takeProfits++;
      const [low = NaN, high = NaN] = [board.low[i], board.high[i]];
      this.#pairs++;
      this.#pairedGross += (high - low) * size;
      this.#pairedTurnover += (high + low) * size;
    } else {
      if (!this.#ledger.canMargin(price, price * size)) {
        board.rests[i] = 0;
        board.settle(price);
        return this.#measure();
      }
      this.#ledger.open(leg, price, size, this.#lot(leg.size + size));
      this.#counters.entries++;
    }
    board.isExiting[i] = isExit ? 0 : 1;
    this.#counters.ordersPlaced += 1 + board.settle(price);
    this.#hear(isLong, isExit ? "take_profit" : "entry", price, size);
    this.#measure();
  }

  #closeCandle(close: number): void {
    if (this.#counters.liquidated) return;
    const { phase } = this.#state;
    if (phase === "waiting") {
      const quote = { bestBid: close, bestAsk: close };
      if (isPriceAwaited(this.#state, this.#options.config, quote)) {
        this.#consult(close);
      }
    } else if (phase === "running") {
      if (close >= this.#trailsAbove || close <= this.#trailsBelow) {
        this.#trail(close);
      } else if (
        close > this.#board.wakesAbove || close < this.#board.wakesBelow
      ) {
        this.#counters.ordersPlaced += this.#board.settle(close);
        this.#measure();
      }
    }
    this.#last = close;
    this.#mark(this.#ledger.equityAt(close));
  }

  #trail(close: number): void {
    const { offset } = this.#state;
    this.#consult(close);
    if (this.#state.offset !== offset) return;
    // It cannot move now: not asked again before something has filled.
    this.#trailsAbove = Infinity;
    this.#trailsBelow = -Infinity;
  }

  /** Asks the live strategy, and carries out what it wants at market. */
  #consult(price: number): void {
    const { config, market } = this.#options;
    for (;;) {
      const { phase } = this.#state;
      const held = this.#board.toState(this.#state, market);
      const state = phase === "running" ? held : this.#state;
      const plan = planRangeGrid({
        config,
        market,
        state: { ...state, pairs: this.#pairCounts() },
        positions: {
          long: this.#position("long"),
          short: this.#position("short"),
        },
        quote: { bestBid: price, bestAsk: price },
        marginRatio: 0,
        working: [],
        nowMs: 0,
      });
      const before = this.#board;
      const moved = plan.state.offset - this.#state.offset;
      this.#state = plan.state;
      const now = plan.desired.find(({ purpose }) =>
        purpose === "open" || purpose === "close"
      );
      if (now === undefined) {
        if (plan.state.phase === "running") {
          this.#load(price, phase === "running" ? { before, moved } : null);
        }
        if (plan.state.phase !== "exiting") break;
        continue;
      }
      this.#takeMarket(now.positionSide, now.purpose, {
        price,
        size: now.size,
      });
      this.#state = applyRangeGridOrder(this.#state, {
        market,
        order: {
          ...now,
          clientOrderId: `${now.purpose}:${now.positionSide}:${now.cycle}`,
          filledSize: now.size,
          averagePrice: price,
          status: "filled",
        },
      });
    }
    this.#measure();
  }

  /** Takes the columns over; what rested goes on resting. */
  #load(
    price: number,
    from: { readonly before: GridBoard; readonly moved: number } | null,
  ): void {
    const board = new GridBoard(this.#state, this.#options.market);
    board.sleep(price);
    let placed = board.rests.reduce((sum, rests) => sum + rests, 0);
    if (from !== null) {
      for (let i = 0; i < board.length; i++) {
        if (from.before.rests[i + from.moved] !== 1) continue;
        if (board.rests[i] === 1) placed--;
        board.rests[i] = 1;
      }
    }
    this.#board = board;
    this.#counters.ordersPlaced += placed + board.settle(price);
  }

  #takeMarket(
    side: PositionSide,
    purpose: Purpose,
    { price, size }: { readonly price: number; readonly size: number },
  ): void {
    const { makerFeeRate, takerFeeRate } = this.#options.market;
    const ledger = this.#ledger;
    const leg = side === "long" ? ledger.long : ledger.short;
    if (purpose === "open") {
      ledger.open(leg, price, size, this.#lot(leg.size + size));
      this.#counters.openings++;
    } else {
      ledger.close(leg, price, size, this.#lot(leg.size - size));
      this.#closes++;
    }
    // The ledger has paid the maker's fee.
    const more = price * size * (takerFeeRate - makerFeeRate);
    ledger.fees += more;
    ledger.wallet -= more;
    this.#counters.ordersPlaced++;
    this.#hear(
      side === "long",
      purpose === "open" ? "open" : "close",
      price,
      size,
    );
  }

  #position(side: PositionSide) {
    const { size, average } = side === "long"
      ? this.#ledger.long
      : this.#ledger.short;
    return { size, entryPrice: average, settled: true };
  }

  #lot(size: number): number {
    return roundToLot(size, this.#options.market.lotSize);
  }

  #mark(equity: number): void {
    this.#counters.mark(equity);
    const record = this.#options.equity;
    if (record !== undefined) record[this.#candle] = equity;
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

  /** Works out the band within which a candle changes nothing. */
  #measure(): void {
    const { low, high } = this.#ledger.safeBand();
    this.#safeLow = low;
    this.#safeHigh = high;
    let floor = -Infinity;
    let ceiling = Infinity;
    if (this.#state.phase === "running") {
      this.#measureTrailing();
      const board = this.#board;
      floor = Math.max(board.buyPrice, board.wakesBelow);
      floor = Math.max(floor, this.#exitBelow, this.#trailsBelow);
      ceiling = Math.min(board.sellPrice, board.wakesAbove);
      ceiling = Math.min(ceiling, this.#exitAbove, this.#trailsAbove);
    } else if (this.#state.phase === "waiting") {
      floor = Infinity; // Every close may be the first in the range.
    }
    this.#band = {
      floor: Math.max(floor, low) * JUST_ABOVE,
      ceiling: Math.min(ceiling, high) / JUST_ABOVE,
    };
  }

  #measureTrailing(): void {
    const { config, market } = this.#options;
    const { trailingUpTo, trailingDownTo } = config;
    const { offset, grid } = this.#state;
    this.#trailsAbove = Infinity;
    this.#trailsBelow = -Infinity;
    if (trailingUpTo !== null && this.#board.isExiting[0] === 0) {
      const next = lineAt(grid, offset + grid.levels + 1, market.tickSize);
      if (next <= trailingUpTo) this.#trailsAbove = next;
    }
    if (trailingDownTo !== null && this.#board.isExiting.at(-1) === 0) {
      const next = lineAt(grid, offset - 1, market.tickSize);
      if (next >= trailingDownTo) this.#trailsBelow = next;
    }
  }

  #countAmbiguous(low: number, high: number): void {
    if (this.#state.phase !== "running") return;
    if (
      this.#passes(this.#board.buyPrice, low, true) &&
      this.#passes(this.#board.sellPrice, high, false)
    ) this.#counters.ambiguousCandles++;
  }

  #hear(
    isLong: boolean,
    purpose: RangeGridFill["purpose"],
    price: number,
    size: number,
  ): void {
    this.#options.onFill?.({
      candle: this.#candle,
      positionSide: isLong ? "long" : "short",
      purpose,
      price,
      size,
    });
  }
}
