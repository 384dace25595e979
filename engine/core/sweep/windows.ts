import { SweepError } from "./parameters.ts";

/** Candles [from, to) by index. */
export interface CandleRange {
  readonly from: number;
  readonly to: number;
}

/** One fold: where parameters are chosen, and the time after it. */
export interface SweepWindow {
  readonly train: CandleRange;
  /** Null without a split: nothing is kept aside. */
  readonly test: CandleRange | null;
}

/** Shorter windows say nothing. */
const WINDOW_MIN = 60;

/**
 * Splits candles for a walk forward: each fold is chosen on its train window
 * and judged on the test window that follows; test windows neither overlap nor
 * leave anything out between them, the last ends with the candles.
 *
 * @param options.folds 0: no split, everything is train.
 * @param options.trainShare Train ÷ (train + test) of one fold, in (0, 1).
 * @throws {SweepError} Where a window would be shorter than an hour.
 */
export function walkForward(
  length: number,
  options: { readonly folds: number; readonly trainShare: number },
): SweepWindow[] {
  const { folds, trainShare } = options;
  if (folds === 0) return [{ train: { from: 0, to: length }, test: null }];
  if (!(trainShare > 0 && trainShare < 1)) {
    throw new SweepError(
      `Cannot split: train share is ${trainShare}, wanted between 0 and 1`,
    );
  }
  const ratio = trainShare / (1 - trainShare);
  const test = Math.floor(length / (ratio + folds));
  const train = length - folds * test;
  const trainLength = Math.min(train, Math.round(ratio * test));
  if (test < WINDOW_MIN || trainLength < WINDOW_MIN) {
    throw new SweepError(
      `Cannot split ${length} candles into ${folds} folds: ` +
        `a window would have fewer than ${WINDOW_MIN}`,
    );
  }
  return Array.from({ length: folds }, (_, i) => {
    const from = train + i * test;
    return {
      train: { from: from - trainLength, to: from },
      test: { from, to: from + test },
    };
  });
}
