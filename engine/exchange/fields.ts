/**
 * Readers of single fields. Bitget writes numbers as strings and "nothing" as
 * "", null or by leaving the field out; required means that all three are an
 * error, and an unknown word is an error too.
 *
 * @module
 */
import { malformedError } from "./errors.ts";

/** One JSON object from the exchange. */
export type Row = Readonly<Record<string, unknown>>;

const DECIMAL = /^-?\d+(\.\d+)?$/;

/** Returns the value as an object. */
export function readRow(value: unknown, what: string): Row {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    return value as Row;
  }
  throw malformedError(`Cannot read ${what}: not an object`);
}

/** Returns the value as a list of objects; null is an empty list. */
export function readRows(value: unknown, what: string): readonly Row[] {
  if (value === null) return [];
  if (!Array.isArray(value)) {
    throw malformedError(`Cannot read ${what}: not a list`);
  }
  return value.map((row) => readRow(row, what));
}

/** Returns a required text; numbers are accepted and written out. */
export function readText(row: Row, key: string): string {
  const text = readTextOrNull(row, key);
  if (text === null) throw missing(row, key);
  return text;
}

/** Returns a text, or null where there is none. */
export function readTextOrNull(row: Row, key: string): string | null {
  const value = row[key];
  if (value === undefined || value === null || value === "") return null;
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "bigint") return `${value}`;
  throw malformedError(`Cannot read ${key}: neither text nor number`);
}

/** Returns a required finite number. */
export function readNumber(row: Row, key: string): number {
  const value = readNumberOrNull(row, key);
  if (value === null) throw missing(row, key);
  return value;
}

/** Returns a finite number, or null where there is none. */
export function readNumberOrNull(row: Row, key: string): number | null {
  const text = readTextOrNull(row, key);
  if (text === null) return null;
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  throw malformedError(`Cannot read ${key}: "${text}" is not a number`);
}

/** Returns a number that is only a number when above zero; Bitget writes "0" for "none". */
export function readPositiveOrNull(row: Row, key: string): number | null {
  const value = readNumberOrNull(row, key);
  return value !== null && value > 0 ? value : null;
}

/** Returns a required number above zero. */
export function readPositive(row: Row, key: string): number {
  const value = readPositiveOrNull(row, key);
  if (value !== null) return value;
  throw malformedError(
    `Cannot read ${key}: must be above zero, is ${row[key]}`,
  );
}

/** Returns a required decimal number as the exchange's own text. */
export function readDecimal(row: Row, key: string): string {
  const text = readDecimalOrNull(row, key);
  if (text === null) throw missing(row, key);
  return text;
}

/** Returns a decimal number as the exchange's own text, or null. */
export function readDecimalOrNull(row: Row, key: string): string | null {
  const text = readTextOrNull(row, key);
  if (text === null || DECIMAL.test(text)) return text;
  throw malformedError(`Cannot read ${key}: "${text}" is not a decimal number`);
}

/** Returns our word for the exchange's, whatever its case. */
export function readWord<T>(
  row: Row,
  key: string,
  words: Readonly<Record<string, T>>,
): T {
  const text = readText(row, key).toLowerCase();
  const word = Object.hasOwn(words, text) ? words[text] : undefined;
  if (word !== undefined) return word;
  throw malformedError(`Cannot read ${key}: unknown value "${text}"`);
}

/** Returns the sum of two decimal texts, exact. */
export function addDecimals(a: string, b: string): string {
  const places = Math.max(fraction(a).length, fraction(b).length);
  const sum = scaled(a, places) + scaled(b, places);
  const digits = (sum < 0n ? -sum : sum).toString().padStart(places + 1, "0");
  const whole = digits.slice(0, digits.length - places);
  const rest = places === 0 ? "" : `.${digits.slice(-places)}`;
  return `${sum < 0n ? "-" : ""}${whole}${rest}`;
}

/** Returns the decimal text with the other sign; zero has none. */
export function negateDecimal(text: string): string {
  if (/^-?0+(\.0+)?$/.test(text)) return text.replace("-", "");
  return text.startsWith("-") ? text.slice(1) : `-${text}`;
}

function fraction(text: string): string {
  return text.split(".")[1] ?? "";
}

function scaled(text: string, places: number): bigint {
  const digits = text.replace("-", "").split(".")[0] +
    fraction(text).padEnd(places, "0");
  return text.startsWith("-") ? -BigInt(digits) : BigInt(digits);
}

function missing(row: Row, key: string): Error {
  return malformedError(
    `Cannot read ${key}: missing in an answer with ${
      Object.keys(row).slice(0, 12).join(", ")
    }`,
  );
}
