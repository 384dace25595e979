/**
 * Reads candle files as they come, chunk by chunk: nothing but the columns is
 * kept, so that a year of minutes needs no more memory than its numbers.
 *
 * @module
 */
import { CandleBuffer } from "./buffer.ts";
import { type CandleColumns, MINUTE_MS } from "./columns.ts";
import { readDecimal, textOf } from "./decimal_bytes.ts";
import {
  CANDLE_FIELDS,
  CANDLE_HEADER,
  checkCandle,
  checkStep,
  checkVolume,
} from "./rules.ts";

const NEWLINE = 10;
const RETURN = 13;
const COMMA = 44;
/** Longer lines are no candles. */
const LINE_BYTES_MAX = 4_096;
const SHOWN_MAX = 80;

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

/** What a reader is told beforehand. */
export interface CandleReaderOptions {
  /** Distance between two candles, ms; one minute unless said. */
  readonly intervalMs?: number;
  /** Candles expected: no columns are copied up to this number. */
  readonly capacity?: number;
  /** Refuses minutes without volume, though their price stood still. */
  readonly refusesQuiet?: boolean;
}

/** Reads one file: `push` its bytes in order, then `finish`. */
export class CandleReader {
  readonly #buffer: CandleBuffer;
  readonly #intervalMs: number;
  readonly #mayBeQuiet: boolean;
  readonly #values = new Float64Array(CANDLE_FIELDS.length);
  #rest: Uint8Array = new Uint8Array(0);
  #line = 0;
  #isBlankSince = 0;

  constructor(
    { intervalMs = MINUTE_MS, capacity = 0, refusesQuiet = false }:
      CandleReaderOptions,
  ) {
    this.#mayBeQuiet = !refusesQuiet;
    this.#buffer = new CandleBuffer(capacity);
    this.#intervalMs = intervalMs;
  }

  /** Candles read so far. */
  get length(): number {
    return this.#buffer.length;
  }

  /** @throws {CandleError} On the first thing that is wrong. */
  push(chunk: Uint8Array): void {
    let from = 0;
    if (this.#rest.length > 0) {
      const end = chunk.indexOf(NEWLINE);
      const rest = joined(this.#rest, end < 0 ? chunk : chunk.subarray(0, end));
      if (end < 0) return this.#keep(rest);
      this.#rest = rest.subarray(0, 0);
      this.#readLine(rest, 0, rest.length);
      from = end + 1;
    }
    for (;;) {
      const end = chunk.indexOf(NEWLINE, from);
      if (end < 0) return this.#keep(chunk.slice(from));
      this.#readLine(chunk, from, end);
      from = end + 1;
    }
  }

  /**
   * Returns the candles.
   *
   * @throws {CandleError} On a broken last line or without any candle.
   */
  finish(): CandleColumns {
    if (this.#rest.length > 0) {
      this.#readLine(this.#rest, 0, this.#rest.length);
    }
    if (this.#line === 0) this.#readHeader("");
    if (this.#buffer.length === 0) {
      const [field = null] = CANDLE_FIELDS;
      throw new CandleError(2, field, "the file has no candle");
    }
    return this.#buffer.columns();
  }

  #keep(rest: Uint8Array): void {
    if (rest.length > LINE_BYTES_MAX) {
      const words = `the line is longer than ${LINE_BYTES_MAX} bytes`;
      throw new CandleError(this.#line + 1, null, words);
    }
    this.#rest = rest;
  }

  #readLine(bytes: Uint8Array, from: number, end: number): void {
    const to = bytes[end - 1] === RETURN ? end - 1 : end;
    this.#line++;
    if (this.#line === 1) return this.#readHeader(textOf(bytes, from, to));
    if (from >= to) {
      if (this.#isBlankSince === 0) this.#isBlankSince = this.#line;
      return;
    }
    if (this.#isBlankSince > 0) {
      throw new CandleError(this.#isBlankSince, null, "the line is blank");
    }
    const cells = this.#readCells(bytes, from, to);
    if (cells !== CANDLE_FIELDS.length) {
      const words = `${cells} columns, wanted ${CANDLE_FIELDS.length}`;
      const field = CANDLE_FIELDS[cells] ?? CANDLE_FIELDS.at(-1) ?? null;
      throw new CandleError(this.#line, field, words);
    }
    this.#check(bytes, from, to);
    this.#buffer.push(this.#values);
  }

  /** Fills in the values. @returns How many cells the line has. */
  #readCells(bytes: Uint8Array, from: number, to: number): number {
    let cell = 0;
    let start = from;
    for (let i = from; i <= to; i++) {
      if (i < to && bytes[i] !== COMMA) continue;
      if (cell < this.#values.length) {
        this.#values[cell] = readDecimal(bytes, start, i);
      }
      cell++;
      start = i + 1;
    }
    return cell;
  }

  #check(bytes: Uint8Array, from: number, to: number): void {
    const wrong = checkCandle(this.#values) ??
      checkVolume(this.#values, this.#mayBeQuiet) ??
      (this.#buffer.length === 0 ? null : checkStep(
        this.#buffer.lastOpenTimeMs,
        this.#values[0] ?? NaN,
        this.#intervalMs,
      ));
    if (wrong === null) return;
    const { field, problem } = wrong;
    const at = CANDLE_FIELDS.indexOf(field);
    const cell = textOf(bytes, from, to).split(",")[at] ?? "";
    const isText = !Number.isFinite(this.#values[at] ?? NaN);
    throw new CandleError(
      this.#line,
      field,
      isText ? `"${cell.slice(0, SHOWN_MAX)}" ${problem}` : problem,
    );
  }

  #readHeader(text: string): void {
    const header = text.replace(/^\u00ef\u00bb\u00bf/, "").trim();
    if (header === CANDLE_HEADER) return;
    const words = `the header is "${header.slice(0, SHOWN_MAX)}"`;
    const columns = header.split(",");
    const field = CANDLE_FIELDS.find((name, i) => columns[i] !== name) ??
      CANDLE_FIELDS.at(-1) ?? null;
    throw new CandleError(1, field, `${words}, wanted "${CANDLE_HEADER}"`);
  }
}

function joined(one: Uint8Array, two: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + two.length);
  both.set(one);
  both.set(two, one.length);
  return both;
}

const CHUNK_CHARACTERS = 65_536;

/**
 * Parses a candle file that is a text already.
 *
 * @param text CSV with the header {@linkcode CANDLE_HEADER}.
 * @param intervalMs Distance between two candles; one minute unless said.
 * @throws {CandleError} On the first thing that is wrong: header, columns,
 *   numbers, order, duplicates, gaps, no candle at all.
 */
export function parseCandles(
  text: string,
  intervalMs: number = MINUTE_MS,
): CandleColumns {
  const reader = new CandleReader({ intervalMs });
  for (let from = 0; from < text.length; from += CHUNK_CHARACTERS) {
    const to = Math.min(text.length, from + CHUNK_CHARACTERS);
    // What is not ASCII is no candle: any other character will do for it.
    reader.push(Uint8Array.from(
      { length: to - from },
      (_, i) => Math.min(255, text.charCodeAt(from + i)),
    ));
  }
  return reader.finish();
}
