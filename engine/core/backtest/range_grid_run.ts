/**
 * The range grid through candles at memory speed. Beginning, opening,
 * trailing and exits are decided by the live strategy's own plan; between
 * them an interval only ever turns from buying to selling and back, which is
 * two comparisons a candle. A test holds this loop against the plain strategy,
 * fill by fill, under every fill model.
 *
 * @module
 */
import { roundToLot } from "../model/rounding.ts";
import type { DesiredOrder } from "../model/order.ts";
import type { PositionSide } from "../model/sides.ts";
import { RANGE_GRID } from "../strategy/kind.ts";
import { applyRangeGridOrder } from "../strategy/range_grid/apply_order.ts";
import type { RangeGridConfig } from "../strategy/range_grid/config.ts";
import { lineAt } from "../strategy/range_grid/lines.ts";
import { planRangeGrid } from "../strategy/range_grid/plan.ts";
import { gridProfitOf } from "../strategy/range_grid/profit.ts";
import { isPriceAwaited } from "../strategy/range_grid/settle.ts";
import {
  createRangeGridState,
  type RangeGridState,
} from "../strategy/range_grid/state.ts";
import { isAnyLayerOn } from "../strategy/risk/state.ts";
import { CandleRun, checkRun, type RunOptions } from "./candle_run.ts";
import type { CandleColumns } from "./columns.ts";
import { runPlans } from "./plan_run.ts";
import { rangeGridRules } from "./plan_rules.ts";
import { GuardWoken, runGuarded } from "./guarded_run.ts";
import { GridBoard } from "./range_grid_board.ts";
import type { BacktestFill, BacktestReport } from "./report.ts";

/** A fill of a range grid. */
export type RangeGridFill = BacktestFill;

/** What a run of the range grid needs beside its candles. */
export type RangeGridRunOptions = RunOptions<RangeGridConfig>;

/** What a range grid came to. */
export interface RangeGridReport extends BacktestReport {
  /** Closed pairs: entry and exit of one interval. */
  readonly gridPairs: number;
  /** What they earned after their fees, quote. */
  readonly gridProfit: number;
  /** Everything else that moved the equity, funding included. */
  readonly unpairedPnl: number;
  readonly endedBy: RangeGridState["endedBy"];
}

/**
 * Runs the range grid through candles under one fill model. With a risk layer
 * on the live plan is asked wherever it might act, which is slower.
 *
 * @throws {RangeError} Without candles or without cash.
 */
export function runRangeGrid(
  candles: CandleColumns,
  options: RangeGridRunOptions,
): RangeGridReport {
  checkRun(candles, options);
  const byPlan = (given: RangeGridRunOptions) => {
    const { report, state } = runPlans(candles, given, {
      kind: RANGE_GRID,
      rules: rangeGridRules,
    });
    return withGridProfit(report, state, given);
  };
  return isAnyLayerOn(options.config.risk) ? byPlan(options) : runGuarded(
    options,
    { fast: (given) => new RangeGridRun(candles, given).runGrid(), byPlan },
  );
}

function withGridProfit(
  report: BacktestReport,
  state: RangeGridState,
  { cash, market }: Pick<RangeGridRunOptions, "cash" | "market">,
): RangeGridReport {
  const { pairs, net } = gridProfitOf(state, market.makerFeeRate);
  return {
    ...report,
    gridPairs: pairs,
    gridProfit: net,
    unpairedPnl: report.finalEquity - cash - net,
    endedBy: state.endedBy,
  };
}

class RangeGridRun extends CandleRun<RangeGridConfig> {
  #state: RangeGridState;
  #board: GridBoard;
  readonly #pairs = { count: 0, gross: 0, turnover: 0 };
  /** Closes beyond these move the range; where it cannot move: never. */
  #trailsAbove = Infinity;
  #trailsBelow = -Infinity;
  readonly #exitBelow: number;
  readonly #exitAbove: number;

  constructor(candles: CandleColumns, options: RangeGridRunOptions) {
    super(candles, options);
    const { config, market } = options;
    this.#state = createRangeGridState({
      config,
      market,
      referencePrice: this.last,
      runVersion: 1,
      nextCycle: { long: 0, short: 0 },
    });
    this.#board = new GridBoard(this.#state, market);
    const exits = [config.stopLossPrice, config.takeProfitPrice]
      .filter((exit) => exit !== null);
    const below = exits.filter((exit) => exit < config.lowerPrice);
    this.#exitBelow = Math.max(-Infinity, ...below);
    this.#exitAbove = Math.min(
      Infinity,
      ...exits.filter((exit) => !below.includes(exit)),
    );
  }

  runGrid(): RangeGridReport {
    const report = this.run();
    const state = { ...this.#state, pairs: { ...this.#pairs } };
    return withGridProfit(report, state, this.options);
  }

  protected override begin(): void {
    this.#consult(this.last);
  }

  /** Every close may be the first in the range. */
  protected override isRestless(): boolean {
    return this.#state.phase === "waiting";
  }

  protected override walk(from: number, to: number, isGap: boolean): void {
    const falls = to < from;
    while (this.#state.phase === "running") {
      const board = this.#board;
      const i = falls ? board.buy : board.sell;
      const price = falls ? board.buyPrice : board.sellPrice;
      const exit = falls ? this.#exitBelow : this.#exitAbove;
      const fills = i >= 0 && this.passes(price, to, falls);
      const exits = falls
        ? to <= exit && !(fills && price >= exit)
        : to >= exit && !(fills && price <= exit);
      if (exits) return this.#consult(isGap ? to : exit);
      if (!fills) return;
      this.#fill(i, falls ? Math.min(from, price) : Math.max(from, price));
    }
  }

  /** Only what rested at the open fills, each interval once, entries first. */
  protected override fillPessimistically(i: number): void {
    if (this.#state.phase !== "running") return;
    const { open, high, low } = this.candles;
    const [o = 0, h = 0, l = 0] = [open[i], high[i], low[i]];
    const beyond = this.options.market.tickSize * (1 - 1e-6);
    for (const k of this.#board.reached(l + beyond, h - beyond)) {
      const board = this.#board;
      this.#fill(k, (board.buys(k) ? board.low[k] : board.high[k]) ?? NaN);
    }
    if (l > this.#exitBelow && h < this.#exitAbove) return;
    const { stopLossPrice, lowerPrice } = this.options.config;
    const isBelow = l <= this.#exitBelow;
    // Where both were reached, the stop-loss counts.
    const stopIsAbove = stopLossPrice !== null && stopLossPrice > lowerPrice;
    const takesAbove = h >= this.#exitAbove && (!isBelow || stopIsAbove);
    this.#consult(
      takesAbove ? Math.max(o, this.#exitAbove) : Math.min(o, this.#exitBelow),
    );
  }

  #fill(i: number, price: number): void {
    const board = this.#board;
    const size = board.size[i] ?? NaN;
    const side: PositionSide = board.isLong[i] === 1 ? "long" : "short";
    const isExit = board.isExiting[i] === 1;
    const leg = this.holdings(side);
    if (isExit) {
      this.ledger.close(leg, price, size, this.#lot(leg.size - size));
      this.counters.takeProfits++;
      const [low = NaN, high = NaN] = [board.low[i], board.high[i]];
      this.#pairs.count++;
      this.#pairs.gross += (high - low) * size;
      this.#pairs.turnover += (high + low) * size;
    } else {
      if (!this.ledger.canMargin(price, price * size)) {
        board.rests[i] = 0;
        this.counters.ordersPlaced += board.settle(price);
        return this.measure();
      }
      this.ledger.open(leg, price, size, this.#lot(leg.size + size));
      this.counters.entries++;
    }
    board.isExiting[i] = isExit ? 0 : 1;
    this.counters.ordersPlaced += 1 + board.settle(price);
    this.hear(side, isExit ? "take_profit" : "entry", price, size);
    this.measure();
    if (this.wakesGuard(price)) this.wakeGuard();
  }

  /** From where the guard acts on, this loop is not for. */
  protected override wakeGuard(): void {
    throw new GuardWoken();
  }

  protected override follow(close: number): void {
    const { phase } = this.#state;
    if (phase === "waiting") {
      const quote = { bestBid: close, bestAsk: close };
      if (isPriceAwaited(this.#state, this.options.config, quote)) {
        this.#consult(close);
      }
    } else if (phase === "running") {
      if (close >= this.#trailsAbove || close <= this.#trailsBelow) {
        this.#trail(close);
      } else if (
        close > this.#board.wakesAbove || close < this.#board.wakesBelow
      ) {
        this.counters.ordersPlaced += this.#board.settle(close);
        this.measure();
      }
    }
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
    const { config, market } = this.options;
    for (;;) {
      const { phase } = this.#state;
      const held = this.#board.toState(this.#state, market);
      const state = phase === "running" ? held : this.#state;
      const plan = planRangeGrid({
        config,
        market,
        state: { ...state, pairs: { ...this.#pairs } },
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
      if (now !== undefined) {
        this.#takeMarket(now, price);
        continue;
      }
      if (plan.state.phase === "running") {
        this.#load(price, phase === "running" ? { before, moved } : null);
      }
      if (plan.state.phase !== "exiting") break;
    }
    this.measure();
    if (this.wakesGuard(price)) this.wakeGuard();
  }

  /** Takes the columns over; what rested goes on resting. */
  #load(
    price: number,
    from: { readonly before: GridBoard; readonly moved: number } | null,
  ): void {
    const board = new GridBoard(this.#state, this.options.market);
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
    this.counters.ordersPlaced += placed + board.settle(price);
  }

  #takeMarket(order: DesiredOrder, price: number): void {
    const { market } = this.options;
    const { positionSide, purpose, size, cycle } = order;
    const leg = this.holdings(positionSide);
    if (purpose === "open") {
      this.ledger.open(leg, price, size, this.#lot(leg.size + size));
      this.counters.openings++;
    } else {
      this.ledger.close(leg, price, size, this.#lot(leg.size - size));
      this.counters.closes++;
    }
    this.ledger.payAsTaker(price, size);
    this.counters.ordersPlaced++;
    this.hear(positionSide, purpose, price, size);
    this.#state = applyRangeGridOrder(this.#state, {
      market,
      order: {
        ...order,
        clientOrderId: `${purpose}:${positionSide}:${cycle}`,
        filledSize: size,
        averagePrice: price,
        status: "filled",
      },
    });
  }

  #position(side: PositionSide) {
    const { size, average } = this.holdings(side);
    return { size, entryPrice: average, settled: true };
  }

  #lot(size: number): number {
    return roundToLot(size, this.options.market.lotSize);
  }

  protected override measure(): void {
    if (this.#state.phase !== "running") {
      return this.setBand(-Infinity, Infinity);
    }
    this.#measureTrailing();
    const board = this.#board;
    this.setBand(
      board.buyPrice,
      board.sellPrice,
      Math.max(board.wakesBelow, this.#exitBelow, this.#trailsBelow),
      Math.min(board.wakesAbove, this.#exitAbove, this.#trailsAbove),
    );
  }

  #measureTrailing(): void {
    const { config, market } = this.options;
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

  protected override countAmbiguous(low: number, high: number): void {
    if (this.#state.phase !== "running") return;
    if (
      this.passes(this.#board.buyPrice, low, true) &&
      this.passes(this.#board.sellPrice, high, false)
    ) this.counters.ambiguousCandles++;
  }
}
