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

/** Column types by object id, for postgres.js. */
export const restTypes: Readonly<Record<string, PostgresType>> = {
  numeric: { to: 1700, from: [1700], serialize: String, parse: jsonNumber },
  timestamp: { to: 1114, from: [1114], serialize: asIs, parse: isoTime },
  timestamptz: { to: 1184, from: [1184], serialize: asIs, parse: isoTime },
  bytea: { to: 17, from: [17], serialize: asIs, parse: asIs },
};
