import { toDecimalText } from "@core/model/rounding.ts";

/** A row as the Data API or a broadcast shows it: outside data until read. */
export type OutsideRow = Readonly<Record<string, unknown>>;

/** Tells whether a value can be read as a row. */
export function isRow(value: unknown): value is OutsideRow {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function wrong(row: OutsideRow, column: string, wanted: string): TypeError {
  return new TypeError(
    `Cannot read column "${column}": ${
      JSON.stringify(row[column])
    } is not ${wanted}`,
  );
}

/** Returns a column that must hold text (identity columns become text). */
export function readText(row: OutsideRow, column: string): string {
  const value = row[column];
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  throw wrong(row, column, "text");
}

/** Returns text, or null where the column is null or absent. */
export function readTextOrNull(row: OutsideRow, column: string): string | null {
  return row[column] === null || row[column] === undefined
    ? null
    : readText(row, column);
}

/**
 * Returns a numeric column as a display value: JSON has rounded it to a double
 * already. Null stays null: an unknown amount is unknown, never zero.
 */
export function readNumberOrNull(
  row: OutsideRow,
  column: string,
): number | null {
  const value = row[column];
  if (value === null || value === undefined) return null;
  const number = typeof value === "string" && value !== ""
    ? Number(value)
    : value;
  if (typeof number === "number" && Number.isFinite(number)) return number;
  throw wrong(row, column, "a number");
}

/** Returns a numeric column that must not be null. */
export function readNumber(row: OutsideRow, column: string): number {
  const value = readNumberOrNull(row, column);
  if (value === null) throw wrong(row, column, "a number");
  return value;
}

/** Returns a boolean column. */
export function readBoolean(row: OutsideRow, column: string): boolean {
  const value = row[column];
  if (typeof value === "boolean") return value;
  throw wrong(row, column, "a boolean");
}

/** Returns an instant, epoch ms, or null. */
export function readInstantOrNull(
  row: OutsideRow,
  column: string,
): number | null {
  const text = readTextOrNull(row, column);
  if (text === null) return null;
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw wrong(row, column, "an instant");
  return ms;
}

/** Returns an instant that must not be null, epoch ms. */
export function readInstant(row: OutsideRow, column: string): number {
  const ms = readInstantOrNull(row, column);
  if (ms === null) throw wrong(row, column, "an instant");
  return ms;
}

/** Returns a column of a closed set. */
export function readOneOf<T extends string>(
  row: OutsideRow,
  column: string,
  values: readonly T[],
): T {
  const found = values.find((value) => value === row[column]);
  if (found === undefined) throw wrong(row, column, values.join(" | "));
  return found;
}

/** Returns a jsonb object column; null becomes an empty object. */
export function readObject(row: OutsideRow, column: string): OutsideRow {
  const value = row[column] ?? {};
  if (isRow(value)) return value;
  throw wrong(row, column, "an object");
}

/** Returns a text[] column. */
export function readTextList(
  row: OutsideRow,
  column: string,
): readonly string[] {
  const value = row[column];
  if (Array.isArray(value) && value.every((v) => typeof v === "string")) {
    return value;
  }
  throw wrong(row, column, "a list of texts");
}

/** Returns a text[] column; empty where it is null or absent. */
export function readTextListOrEmpty(
  row: OutsideRow,
  column: string,
): readonly string[] {
  return row[column] === null || row[column] === undefined
    ? []
    : readTextList(row, column);
}

/** A double tells a decimal exactly up to so many significant digits. */
const EXACT_DIGITS = 15;

/**
 * Returns a numeric column as exact decimal text. Columns selected with
 * `::text` are; a JSON number is while it is short enough for a double.
 *
 * @returns Null where the column is null or absent, undefined where JSON has
 * rounded it: then it must be asked for as text.
 */
export function readDecimal(
  row: OutsideRow,
  column: string,
): string | null | undefined {
  const value = row[column];
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return value;
  if (typeof value !== "number") throw wrong(row, column, "a decimal");
  const text = toDecimalText(value);
  const digits = text.replace(/^-?0*\.?0*/, "").replace(".", "");
  return digits.length <= EXACT_DIGITS ? text : undefined;
}

/** Returns a jsonb list of numbers as display values; null stays null. */
export function readNumberList(
  row: OutsideRow,
  column: string,
): readonly (number | null)[] {
  const value = row[column];
  if (!Array.isArray(value)) throw wrong(row, column, "a list of numbers");
  return value.map((item) => readNumberOrNull({ [column]: item }, column));
}
