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

/** The year 5138: what is later is in microseconds. */
const OPEN_TIME_MAX = 1e14;

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
  const { 0: atMs = 0 } = values;
  if (!Number.isInteger(atMs) || atMs > OPEN_TIME_MAX) {
    const problem = `${atMs} is out of range, wanted whole milliseconds`;
    return { field: "open_time_ms", problem };
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
 * Checks that a price moved only where something was traded.
 *
 * @param mayBeQuiet Whether a quiet minute (no volume, one price) is a candle
 * like any other, as thin markets have them.
 * @returns What is wrong; null: nothing.
 */
export function checkVolume(
  values: ArrayLike<number>,
  mayBeQuiet = true,
): CandleProblem | null {
  const { 2: high = 0, 3: low = 0, 5: volume = 0 } = values;
  if (volume > 0) return null;
  if (high !== low) {
    const problem = `zero, although the price moved: ${pricesOf(values)}`;
    return { field: "volume", problem };
  }
  return mayBeQuiet ? null : {
    field: "volume",
    problem: "zero; minutes in which nothing traded are let through by " +
      "--quiet-minutes",
  };
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
  return {
    field: "open_time_ms",
    problem: stepProblem(step, intervalMs),
  };
}

function stepProblem(step: number, intervalMs: number): string {
  if (step === 0) return "the same candle twice";
  if (step < 0) return "older than the candle before it";
  const missing = step / intervalMs - 1;
  if (missing === 1) return "1 candle is missing before it";
  if (Number.isInteger(missing)) {
    return `${missing} candles are missing before it`;
  }
  const isInSeconds = step * 1_000 === intervalMs;
  return `${step} ms after the candle before it, wanted ${intervalMs}` +
    (isInSeconds ? ": the times are in seconds" : "");
}
