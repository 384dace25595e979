/**
 * Minutes from a CSV file (`open_time_ms,open,high,low,close,volume`). The
 * first part of the file becomes history; the rest is played. At its end the
 * file is played backwards, then forwards again, and so on: the price stays
 * continuous and within what was really traded. `stop` instead stands still
 * at the last close.
 *
 * @module
 */
import {
  CANDLE_FIELDS,
  CANDLE_HEADER,
  CandleError,
  checkCandle,
} from "@core/candles/mod.ts";
import type { Candle } from "@core/mod.ts";
import { termsFor } from "../contracts.ts";
import { backwards } from "./player.ts";
import type { MinuteSource } from "./source.ts";

/** What happens after the last minute of the file. */
export type AtEnd = "mirror" | "stop";

/**
 * Reads the candles of a CSV text. Their times must rise and may leave gaps:
 * what is played is stamped anew, one minute after the other.
 *
 * @returns Oldest first, length ≥ 2.
 * @throws {CandleError} Naming line and field, if one cannot be read.
 */
export function parseCandles(text: string): Candle[] {
  const [header = "", ...lines] = text.replace(/^\ufeff/, "").trimEnd()
    .split(/\r?\n/);
  if (header.trim() !== CANDLE_HEADER) {
    const words = `must be "${CANDLE_HEADER}": it is "${header.slice(0, 80)}"`;
    throw new CandleError(1, null, words);
  }
  const candles: Candle[] = [];
  for (const [index, line] of lines.entries()) {
    const candle = parseCandle(line, index + 2);
    const before = candles.at(-1)?.openTimeMs ?? -1;
    if (candle.openTimeMs <= before) {
      const problem = "is not later than the candle before it";
      throw new CandleError(index + 2, "open_time_ms", problem);
    }
    candles.push(candle);
  }
  if (candles.length < 2) {
    const problem = "the file has too few candles: at least 2 are needed";
    throw new CandleError(candles.length + 2, null, problem);
  }
  return candles;
}

function parseCandle(line: string, lineNumber: number): Candle {
  const cells = line.split(",");
  if (line.trim() === "") {
    throw new CandleError(lineNumber, null, "the line is blank");
  }
  if (cells.length !== CANDLE_FIELDS.length) {
    const problem = `${cells.length} columns, wanted ${CANDLE_FIELDS.length}`;
    throw new CandleError(lineNumber, null, problem);
  }
  const values = cells.map((cell) => cell.trim() === "" ? NaN : Number(cell));
  const wrong = checkCandle(values);
  if (wrong !== null) {
    const cell = cells[CANDLE_FIELDS.indexOf(wrong.field)]?.slice(0, 80);
    const problem = `${wrong.problem} (it is "${cell}")`;
    throw new CandleError(lineNumber, wrong.field, problem);
  }
  const [openTimeMs = 0, open = 0, high = 0, low = 0, close = 0, volume = 0] =
    values;
  return { openTimeMs, open, high, low, close, volume };
}

/** Returns the symbol a file name starts with: `BNBUSDT-1m-2025-07.csv`. */
export function symbolOfFile(path: string): string {
  const name = path.split(/[\\/]/).at(-1) ?? "";
  const match = /^([A-Z0-9]+USDT)\b/.exec(name);
  if (match?.[1] === undefined) {
    throw new SyntaxError(
      `Cannot tell the symbol of "${name}": it must start with one, like BNBUSDT-1m.csv`,
    );
  }
  return match[1];
}

/** Plays candles from a file. */
export class CsvSource implements MinuteSource {
  readonly contract;
  readonly history: readonly Candle[];
  readonly #candles: readonly Candle[];
  readonly #atEnd: AtEnd;
  #index: number;
  #step: 1 | -1 = 1;

  /**
   * @param options.historyMinutes Minutes wanted as history; never more than
   * a tenth of the file, so that a short file still has something to play.
   */
  constructor(
    symbol: string,
    candles: readonly Candle[],
    options: { readonly historyMinutes: number; readonly atEnd: AtEnd },
  ) {
    const length = Math.min(
      options.historyMinutes,
      Math.floor(candles.length / 10),
    );
    this.#candles = candles;
    this.#atEnd = options.atEnd;
    this.#index = length;
    this.history = candles.slice(0, length);
    this.contract = termsFor(symbol, candles[0]?.open);
  }

  next(): Candle {
    const candle = this.#candles[this.#index];
    if (candle === undefined) return this.#beyondEnd();
    this.#index += this.#step;
    return this.#step === 1 ? candle : backwards(candle);
  }

  save(): unknown {
    return { kind: "csv", index: this.#index, step: this.#step };
  }

  restore(place: unknown): boolean {
    if (typeof place !== "object" || place === null) return false;
    const { kind, index, step } = place as Record<string, unknown>;
    if (kind !== "csv" || !Number.isSafeInteger(index)) return false;
    this.#index = Math.min(Math.max(Number(index), -1), this.#candles.length);
    this.#step = step === -1 ? -1 : 1;
    return true;
  }

  #beyondEnd(): Candle {
    const last = this.#step === 1 ? this.#candles.length - 1 : 0;
    const edge = this.#candles[last];
    if (edge === undefined) throw new RangeError("Cannot play an empty file");
    if (this.#atEnd === "stop") {
      const { openTimeMs, close } = edge;
      return {
        openTimeMs,
        open: close,
        high: close,
        low: close,
        close,
        volume: 0,
      };
    }
    this.#step = this.#step === 1 ? -1 : 1;
    this.#index = last;
    return this.next();
  }
}
