/**
 * Ranks combinations by what they did outside the time they were chosen on. A
 * combination that hardly traded, or was liquidated anywhere, never wins.
 *
 * @module
 */
import type { SweepResult, WindowFigures } from "./evaluate.ts";

/** What combinations are ranked by. */
export const SWEEP_GOALS = [
  "return",
  "sharpe",
  "return_over_drawdown",
] as const;

/** One of {@linkcode SWEEP_GOALS}. */
export type SweepGoal = (typeof SWEEP_GOALS)[number];

/** Drawdowns below this are noise and must not make a fortune of a cent. */
const DRAWDOWN_MIN = 0.001;

/** Returns one window's score; higher is better. */
export function scoreOf(figures: WindowFigures, goal: SweepGoal): number {
  if (goal === "sharpe") return figures.sharpe ?? -Infinity;
  if (goal === "return") return figures.return;
  return figures.return / Math.max(DRAWDOWN_MIN, figures.maxDrawdown);
}

/** Why a combination cannot win. */
export type Disqualified = "refused" | "few_trades" | "liquidated";

/** A combination with its place. */
export interface RankedResult extends SweepResult {
  /** Mean over the train windows; NaN when refused. */
  readonly trainScore: number;
  /** Mean over the test windows; NaN without any. */
  readonly testScore: number;
  /** Fewest trades of any window. */
  readonly trades: number;
  /** Null: it may win. */
  readonly disqualified: Disqualified | null;
}

/** How combinations are ranked. */
export interface RankOptions {
  readonly goal: SweepGoal;
  /** Fewer finished trades in any window disqualify. */
  readonly minTrades: number;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Returns a combination with its scores. */
export function judge(
  result: SweepResult,
  { goal, minTrades }: RankOptions,
): RankedResult {
  const windows = [...result.train, ...result.test];
  const trades = Math.min(...windows.map((window) => window.trades));
  const disqualified = result.refused !== null
    ? "refused"
    : windows.some(({ liquidated }) => liquidated)
    ? "liquidated"
    : trades < minTrades
    ? "few_trades"
    : null;
  return {
    ...result,
    trainScore: mean(result.train.map((window) => scoreOf(window, goal))),
    testScore: mean(result.test.map((window) => scoreOf(window, goal))),
    trades: windows.length === 0 ? 0 : trades,
    disqualified,
  };
}

/**
 * Returns the combinations, the best first: those that may win before those
 * that may not, then by test score (train score without a split), then by
 * number, so that the order never depends on which core was faster.
 */
export function rank(
  results: readonly SweepResult[],
  options: RankOptions,
): RankedResult[] {
  const score = ({ test, testScore, trainScore }: RankedResult) => {
    const value = test.length > 0 ? testScore : trainScore;
    return Number.isNaN(value) ? -Infinity : value;
  };
  return results.map((result) => judge(result, options)).sort((a, b) =>
    Number(a.disqualified !== null) - Number(b.disqualified !== null) ||
    compare(score(b), score(a)) || a.index - b.index
  );
}

/** Without NaN for two equal infinities. */
function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What choosing on the past would have brought in one fold. */
export interface FoldOutcome {
  /** The best of the fold's train window; null: none may win. */
  readonly chosen: number | null;
  readonly train: WindowFigures | null;
  readonly test: WindowFigures | null;
}

/**
 * The honest answer of a walk forward: in each fold the best of the train
 * window, and what it did afterwards.
 */
export function walkOutcome(
  results: readonly SweepResult[],
  options: RankOptions,
): FoldOutcome[] {
  const folds = results.find(({ test }) => test.length > 0)?.test.length ?? 0;
  return Array.from({ length: folds }, (_, fold) => {
    const [best] = results.flatMap((result) => {
      const figures = result.train[fold];
      const isOut = figures === undefined || figures.liquidated ||
        figures.trades < options.minTrades;
      return isOut ? [] : [{ result, figures }];
    }).sort((a, b) =>
      compare(
        scoreOf(b.figures, options.goal),
        scoreOf(a.figures, options.goal),
      ) ||
      a.result.index - b.result.index
    );
    return {
      chosen: best?.result.index ?? null,
      train: best?.figures ?? null,
      test: best?.result.test[fold] ?? null,
    };
  });
}
