/**
 * What makes a candle one: the same rules for files and for the exchange's
 * answers.
 *
 * @module
 */

/** The column names a candle file starts with. */
export const CANDLE_HEADER = "open_time_ms,open,high,low,close,volume";

/** The columns, in the order of the file and of the exchange's rows. */
export const CANDLE_FIELDS = CANDLE_HEADER.split(",");

/** What is wrong with a candle. */
export interface CandleProblem {
  /** One of {@linkcode CANDLE_FIELDS}. */
  readonly field: string;
  readonly problem: string;
}

/**
 * Checks one candle's own figures.
 *
 * @param values In the order of {@linkcode CANDLE_FIELDS}; NaN: no number.
 * @returns What is wrong; null: nothing.
 */
export function checkCandle(values: ArrayLike<number>): CandleProblem | null {
  for (let i = 0; i < CANDLE_FIELDS.length; i++) {
    const value = values[i] ?? NaN;
    const field = CANDLE_FIELDS[i] ?? "";
    if (!Number.isFinite(value)) return { field, problem: "is no number" };
    const mayBeZero = i === 0 || i === CANDLE_FIELDS.length - 1;
    if (mayBeZero ? value < 0 : value <= 0) {
      return { field, problem: `${value} is out of range` };
    }
  }
  const { 1: open = 0, 2: high = 0, 3: low = 0, 4: close = 0 } = values;
  const isLowRight = low <= open && low <= close;
  if (isLowRight && high >= open && high >= close) return null;
  return {
    field: isLowRight ? "high" : "low",
    problem: `${pricesOf(values)} contradict each other`,
  };
}

function pricesOf(values: ArrayLike<number>): string {
  const { 1: open, 2: high, 3: low, 4: close } = values;
  return `open ${open}, high ${high}, low ${low}, close ${close}`;
}

/**
 * Checks that a price moved only where something was traded. A quiet minute
 * (no volume, one price) is a candle like any other.
 *
 * @returns What is wrong; null: nothing.
 */
export function checkVolume(values: ArrayLike<number>): CandleProblem | null {
  const { 2: high = 0, 3: low = 0, 5: volume = 0 } = values;
  if (volume > 0 || high === low) return null;
  const problem = `zero, although the price moved: ${pricesOf(values)}`;
  return { field: "volume", problem };
}

/**
 * Checks that a candle follows the one before it.
 *
 * @param before Opening time of the candle before, ms.
 * @returns What is wrong; null: nothing.
 */
export function checkStep(
  before: number,
  openTimeMs: number,
  intervalMs: number,
): CandleProblem | null {
  const step = openTimeMs - before;
  if (step === intervalMs) return null;
  const problem = step === 0
    ? "the same candle twice"
    : step < 0
    ? "older than the candle before it"
    : step % intervalMs === 0
    ? `${step / intervalMs - 1} candles are missing before it`
    : `${step} ms after the candle before it, wanted ${intervalMs}`;
  return { field: "open_time_ms", problem };
}
