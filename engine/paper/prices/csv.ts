/**
 * Minutes from a CSV file (`open_time_ms,open,high,low,close,volume`). The
 * first part of the file becomes history; the rest is played. At its end the
 * file is played backwards, then forwards again, and so on: the price stays
 * continuous and within what was really traded. `stop` instead stands still
 * at the last close.
 *
 * @module
 */
import type { Candle } from "@core/mod.ts";
import { termsFor } from "../contracts.ts";
import type { MinuteSource } from "./source.ts";

/** What happens after the last minute of the file. */
export type AtEnd = "mirror" | "stop";

const HEADER = "open_time_ms,open,high,low,close,volume";

/**
 * Reads the candles of a CSV text.
 *
 * @returns Oldest first, length ≥ 2.
 * @throws {SyntaxError} Naming the line, if one cannot be read.
 */
export function parseCandles(text: string): Candle[] {
  const [header, ...lines] = text.trim().split(/\r?\n/);
  if (header?.trim() !== HEADER) {
    throw new SyntaxError(`Cannot read candles: first line must be ${HEADER}`);
  }
  const candles = lines.map((line, index) => parseCandle(line, index + 2));
  if (candles.length < 2) {
    throw new SyntaxError("Cannot play candles: at least 2 are needed");
  }
  return candles;
}

function parseCandle(line: string, lineNumber: number): Candle {
  const values = line.split(",").map(Number);
  const [openTimeMs, open, high, low, close, volume] = values;
  if (
    openTimeMs === undefined || open === undefined || high === undefined ||
    low === undefined || close === undefined || volume === undefined ||
    !values.every(Number.isFinite) || low <= 0 || volume < 0 ||
    high < Math.max(open, close) || low > Math.min(open, close)
  ) throw new SyntaxError(`Cannot read candle on line ${lineNumber}: ${line}`);
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

function reverse(candle: Candle): Candle {
  return { ...candle, open: candle.close, close: candle.open };
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
    this.contract = termsFor(symbol, candles[0]?.open ?? 1);
  }

  next(): Candle {
    const candle = this.#candles[this.#index];
    if (candle === undefined) return this.#beyondEnd();
    this.#index += this.#step;
    return this.#step === 1 ? candle : reverse(candle);
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
