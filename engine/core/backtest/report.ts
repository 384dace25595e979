import type { Purpose } from "../model/sides.ts";
import type { Ledger } from "./ledger.ts";

/** Which orders of a candle fill; see backtest.md. */
export const FILL_MODELS = ["pessimistic", "path", "optimistic"] as const;

/** One of {@linkcode FILL_MODELS}. */
export type FillModel = (typeof FILL_MODELS)[number];

/** What a run under one fill model came to. Money in quote, sizes in base. */
export interface BacktestReport {
  readonly finalEquity: number;
  readonly wallet: number;
  /** Fraction of the starting cash. */
  readonly return: number;
  readonly realized: number;
  readonly fees: number;
  /** Null: no rates were given, funding is unknown. */
  readonly funding: number | null;
  /** Largest (peak − equity) ÷ peak over closes, 0…1. */
  readonly maxDrawdown: number;
  readonly fills: number;
  readonly openings: number;
  readonly entries: number;
  readonly takeProfits: number;
  /** At market: exits of a grid, and what risk layers reduced or closed. */
  readonly closes: number;
  /** The risk layer that ended the bot, its code; null: none. */
  readonly stoppedBy: string | null;
  readonly ordersPlaced: number;
  readonly longSize: number;
  readonly shortSize: number;
  readonly maxLongSize: number;
  readonly maxShortSize: number;
  /** From daily equity, a year of 365 days; null below two days. */
  readonly sharpe: number | null;
  readonly sortino: number | null;
  readonly liquidated: boolean;
  /** Candles in which more than one order of a leg could have filled. */
  readonly ambiguousCandles: number;
  /** Longest stay of a leg without entries, candles. */
  readonly longestPause: number;
  /** Share of the candles at whose close something was held, 0…1. */
  readonly timeInMarket: number;
}

/** One fill of a run, for charts and comparisons. */
export interface BacktestFill {
  readonly candle: number;
  readonly positionSide: "long" | "short";
  readonly purpose: Purpose;
  readonly price: number;
  readonly size: number;
}

/** What the loop counts while it runs. */
export class Counters {
  openings = 0;
  entries = 0;
  takeProfits = 0;
  closes = 0;
  stoppedBy: string | null = null;
  ordersPlaced = 0;
  ambiguousCandles = 0;
  heldCandles = 0;
  longestPause = 0;
  peak: number;
  maxDrawdown = 0;
  liquidated = false;
  readonly dailyEquity: number[] = [];

  constructor(cash: number) {
    this.peak = cash;
  }

  /** Follows the equity at a close. */
  mark(equity: number): void {
    if (equity > this.peak) this.peak = equity;
    else if (this.peak - equity > this.maxDrawdown * this.peak) {
      this.maxDrawdown = (this.peak - equity) / this.peak;
    }
  }
}

/** Returns the report of a finished run. */
export function toReport(
  ledger: Ledger,
  counters: Counters,
  end: {
    readonly price: number;
    readonly fundingKnown: boolean;
    readonly candles: number;
  },
): BacktestReport {
  const finalEquity = ledger.equityAt(end.price);
  const { openings, entries, takeProfits, closes } = counters;
  return {
    finalEquity,
    wallet: ledger.wallet,
    return: finalEquity / ledger.cash - 1,
    realized: ledger.realized,
    fees: ledger.fees,
    funding: end.fundingKnown ? ledger.funding : null,
    maxDrawdown: counters.maxDrawdown,
    fills: openings + entries + takeProfits + closes,
    openings,
    entries,
    takeProfits,
    closes,
    stoppedBy: counters.stoppedBy,
    ordersPlaced: counters.ordersPlaced,
    longSize: ledger.long.size,
    shortSize: ledger.short.size,
    maxLongSize: ledger.long.maxSize,
    maxShortSize: ledger.short.maxSize,
    ...ratios([ledger.cash, ...counters.dailyEquity]),
    liquidated: counters.liquidated,
    ambiguousCandles: counters.ambiguousCandles,
    longestPause: counters.longestPause,
    timeInMarket: counters.heldCandles / end.candles,
  };
}

function ratios(
  equity: readonly number[],
): { readonly sharpe: number | null; readonly sortino: number | null } {
  const returns = equity.slice(1).map((value, i) =>
    value / (equity[i] ?? NaN) - 1
  );
  if (returns.length < 2) return { sharpe: null, sortino: null };
  const mean = returns.reduce((sum, r) => sum + r, 0) / returns.length;
  const spread = (values: readonly number[], divisor: number) =>
    Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / divisor);
  const deviation = spread(returns.map((r) => r - mean), returns.length - 1);
  const downside = spread(returns.map((r) => Math.min(0, r)), returns.length);
  const yearly = mean * Math.sqrt(365);
  return {
    sharpe: deviation > 0 ? yearly / deviation : null,
    sortino: downside > 0 ? yearly / downside : null,
  };
}
