import type { CandleBuffer } from "./buffer.ts";
import { MINUTE_MS } from "./columns.ts";
import type { CandleSpan } from "./pages.ts";
import { CANDLE_FIELDS, checkCandle } from "./rules.ts";

/** What is wrong with an exchange's answer, and at which minute. */
export class CandleRowError extends SyntaxError {
  override readonly name = "CandleRowError";
}

/** One minute: opening time, open, high, low, close, volume. */
export type CandleRow = readonly number[];

/** Minutes that are not there. */
export interface CandleGap {
  /** Opening time of the first minute missing. */
  readonly fromMs: number;
  readonly minutes: number;
}

/**
 * Reads an answer's rows: only those of the span, oldest first, each once.
 *
 * @param rows `[[ts, o, h, l, c, base, quote], …]` in any order.
 * @throws {CandleRowError} Naming the minute and the field.
 */
export function readVenueRows(rows: unknown, span: CandleSpan): CandleRow[] {
  if (!Array.isArray(rows)) {
    throw new CandleRowError("Cannot read candles: the answer is no list");
  }
  const byTime = new Map<number, CandleRow>();
  for (const row of rows) {
    const values = Array.isArray(row)
      ? row.slice(0, CANDLE_FIELDS.length).map(toNumber)
      : [];
    const at = values[0] ?? NaN;
    if (at < span.fromMs || at >= span.toMs) continue;
    const wrong = checkCandle(values) ??
      (at % MINUTE_MS === 0
        ? null
        : { field: "open_time_ms", problem: `${at} is no whole minute` });
    if (wrong !== null) {
      const words = Array.isArray(row) ? row.join(",") : String(row);
      throw new CandleRowError(
        `Cannot read the candle ${words.slice(0, 120)}: ` +
          `field ${wrong.field}: ${wrong.problem}`,
      );
    }
    byTime.set(at, values);
  }
  return [...byTime.values()].sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0));
}

function toNumber(cell: unknown): number {
  return cell === "" || cell === null ? NaN : Number(cell);
}

/**
 * Appends rows; where minutes are missing before one, it stops there.
 *
 * @param expectedMs Opening time of the next minute wanted.
 * @returns The gap before the first row that was not appended; null: none.
 */
export function appendRows(
  buffer: CandleBuffer,
  rows: readonly CandleRow[],
  expectedMs: number,
): CandleGap | null {
  let next = expectedMs;
  for (const row of rows) {
    const at = row[0] ?? NaN;
    if (at !== next) {
      return { fromMs: next, minutes: Math.round((at - next) / MINUTE_MS) };
    }
    buffer.push(row);
    next += MINUTE_MS;
  }
  return null;
}
