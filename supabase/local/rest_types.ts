/**
 * Makes @supabase/lite 0.10.0 render column values the way PostgREST does; by
 * itself it prints Postgres's text form, and a numeric as a string or a number
 * depending on its digits.
 *
 * @module
 */
import type { PostgresType } from "postgres";

const asIs = (value: unknown): unknown => value;

/** `2026-11-22 14:32:45+00` → `2026-11-22T14:32:45+00:00`. */
function isoTime(text: string): string {
  return text.replace(" ", "T").replace(/([+-]\d\d)$/, "$1:00");
}

/** NaN and the infinities stay text: JSON has no word for them. */
function jsonNumber(text: string): number | string {
  const value = Number(text);
  return Number.isFinite(value) ? value : text;
}

/**
 * lite hands json over as text in some places (arguments of functions, a user's
 * metadata) and as a value in others; written as if all were values, the first
 * would arrive as JSON strings. A text that is JSON is therefore taken as such:
 * a caller who means the JSON string `"5"` gets the number 5.
 */
function jsonText(value: unknown): string {
  return typeof value === "string" && isJson(value)
    ? value
    : JSON.stringify(value);
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Column types by object id, for postgres.js. */
export const restTypes: Readonly<Record<string, PostgresType>> = {
  json: { to: 114, from: [114], serialize: jsonText, parse: JSON.parse },
  jsonb: { to: 3802, from: [3802], serialize: jsonText, parse: JSON.parse },
  numeric: { to: 1700, from: [1700], serialize: String, parse: jsonNumber },
  timestamp: { to: 1114, from: [1114], serialize: asIs, parse: isoTime },
  timestamptz: { to: 1184, from: [1184], serialize: asIs, parse: isoTime },
  bytea: { to: 17, from: [17], serialize: asIs, parse: asIs },
};
