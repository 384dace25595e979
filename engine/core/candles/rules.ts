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
  const [, open = 0, high = 0, low = 0, close = 0] = Array.from(values);
  const words = `open ${open}, high ${high}, low ${low}, close ${close}`;
  if (low > Math.min(open, close)) {
    return { field: "low", problem: `${words} contradict each other` };
  }
  if (high < Math.max(open, close)) {
    return { field: "high", problem: `${words} contradict each other` };
  }
  return null;
}

/**
 * Checks that a price moved only where something was traded. A quiet minute
 * (no volume, one price) is a candle like any other.
 *
 * @returns What is wrong; null: nothing.
 */
export function checkVolume(values: ArrayLike<number>): CandleProblem | null {
  const [, open = 0, high = 0, low = 0, close = 0, volume = 0] = Array.from(
    values,
  );
  if (volume > 0 || high === low) return null;
  const words = `open ${open}, high ${high}, low ${low}, close ${close}`;
  const problem = `zero, although the price moved: ${words}`;
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
