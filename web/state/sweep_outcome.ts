/** A finished sweep, ready to be shown: the map, the list, the best. @module */
import type { SweepResult } from "@core/sweep/evaluate.ts";
import { combinationAt, type SweepParameter } from "@core/sweep/parameters.ts";
import { rank, type RankedResult, walkOutcome } from "@core/sweep/rank.ts";

/** A combination in its place. */
export interface SweepCell extends RankedResult {
  /** The value down, the value across. */
  readonly values: readonly [number, number];
  /** Mean return: of the test windows, without a split of the train window. */
  readonly return: number;
  /** Deepest of all windows. */
  readonly maxDrawdown: number;
}

/** What a sweep came to. */
export interface SweepOutcome {
  readonly parameters: readonly [SweepParameter, SweepParameter];
  /** The best first. */
  readonly ranked: readonly SweepCell[];
  /** By number. */
  readonly cells: readonly SweepCell[];
  readonly isOutOfSample: boolean;
  /** Mean return of choosing in each fold; null without a split. */
  readonly walkReturn: number | null;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Returns a sweep's results as they are shown. */
export function outcomeOf(
  results: readonly SweepResult[],
  parameters: readonly [SweepParameter, SweepParameter],
  minTrades: number,
): SweepOutcome {
  const options = { goal: "return", minTrades } as const;
  const ranked = rank(results, options).map((result): SweepCell => {
    const [down = NaN, across = NaN] = combinationAt(parameters, result.index);
    const windows = [...result.train, ...result.test];
    const judged = result.test.length > 0 ? result.test : result.train;
    return {
      ...result,
      values: [down, across],
      return: mean(judged.map((window) => window.return)),
      maxDrawdown: Math.max(0, ...windows.map((one) => one.maxDrawdown)),
    };
  });
  const folds = walkOutcome(results, options)
    .flatMap(({ test }) => test === null ? [] : [test.return]);
  return {
    parameters,
    ranked,
    cells: ranked.toSorted((a, b) => a.index - b.index),
    isOutOfSample: results.some(({ test }) => test.length > 0),
    walkReturn: folds.length === 0 ? null : mean(folds),
  };
}
