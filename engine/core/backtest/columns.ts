/**
 * Candles as columns of numbers: what a backtest walks through.
 *
 * @module
 */

/** Candles, oldest first, gap-free, columns of equal length. */
export interface CandleColumns {
  readonly length: number;
  readonly openTimeMs: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
}

/** The column names a candle file starts with. */
export const CANDLE_HEADER = "open_time_ms,open,high,low,close,volume";

const FIELDS = CANDLE_HEADER.split(",");

/** What is wrong with a candle file, and where. */
export class CandleError extends SyntaxError {
  override readonly name = "CandleError";
  /**
   * @param line Counted from 1, the header is line 1.
   * @param field One of the header's names, or null for the whole line.
   */
  constructor(
    readonly line: number,
    readonly field: string | null,
    problem: string,
  ) {
    super(
      `Cannot read candles: line ${line}${
        field === null ? "" : `, field ${field}`
      }: ${problem}`,
    );
  }
}

/**
 * Parses a candle file.
 *
 * @param text CSV with the header {@linkcode CANDLE_HEADER}.
 * @param intervalMs Distance between two candles; one minute unless said.
 * @throws {CandleError} On the first thing that is wrong: header, columns,
 *   numbers, order, duplicates, gaps, no candle at all.
 */
export function parseCandles(text: string, intervalMs = 60_000): CandleColumns {
  const rows = text.split("\n");
  if (rows.at(-1)?.trim() === "") rows.pop();
  const header = rows[0]?.trim() ?? "";
  if (header !== CANDLE_HEADER) {
    throw new CandleError(
      1,
      null,
      `the header is "${header.slice(0, 80)}", wanted "${CANDLE_HEADER}"`,
    );
  }
  const length = rows.length - 1;
  if (length === 0) throw new CandleError(2, null, "the file has no candle");
  const columns = FIELDS.map(() => new Float64Array(length));
  for (let i = 0; i < length; i++) readRow(columns, i, rows[i + 1] ?? "");
  const [time, open, high, low, close] = columns;
  if (!time || !open || !high || !low || !close) {
    throw new RangeError("Candle columns do not fit the header");
  }
  checkTimes(time, intervalMs);
  return { length, openTimeMs: time, open, high, low, close };
}

function readRow(
  columns: readonly Float64Array[],
  index: number,
  row: string,
): void {
  const line = index + 2;
  const cells = row.trim().split(",");
  if (cells.length !== FIELDS.length) {
    throw new CandleError(
      line,
      null,
      `${cells.length} columns, wanted ${FIELDS.length}`,
    );
  }
  for (const [at, column] of columns.entries()) {
    const cell = cells[at] ?? "";
    const value = cell === "" ? NaN : Number(cell);
    const field = FIELDS[at] ?? null;
    if (!Number.isFinite(value)) {
      throw new CandleError(line, field, `"${cell}" is no number`);
    }
    const mayBeZero = field === "volume" || field === "open_time_ms";
    if (mayBeZero ? value < 0 : value <= 0) {
      throw new CandleError(line, field, `${cell} is out of range`);
    }
    column[index] = value;
  }
  const [, open = 0, high = 0, low = 0, close = 0] = columns.map((column) =>
    column[index]
  );
  if (low > Math.min(open, close) || high < Math.max(open, close)) {
    throw new CandleError(
      line,
      low > Math.min(open, close) ? "low" : "high",
      `open ${open}, high ${high}, low ${low}, close ${close} contradict each other`,
    );
  }
}

function checkTimes(time: Float64Array, intervalMs: number): void {
  for (let i = 1; i < time.length; i++) {
    const step = (time[i] ?? NaN) - (time[i - 1] ?? NaN);
    if (step === intervalMs) continue;
    const problem = step === 0
      ? "the same candle twice"
      : step < 0
      ? "older than the candle before it"
      : step % intervalMs === 0
      ? `${step / intervalMs - 1} candles are missing before it`
      : `${step} ms after the candle before it, wanted ${intervalMs}`;
    throw new CandleError(i + 2, "open_time_ms", problem);
  }
}
