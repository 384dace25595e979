/**
 * The log of the local programs: one line an event on stderr, since stdout
 * belongs to what the command answers.
 *
 * @module
 */
import type { Log } from "@core/model/log.ts";

const LEVELS = ["debug", "info", "warn", "error"] as const;
/** How important an event is. */
export type LogLevel = typeof LEVELS[number];

/** Returns a log that writes events of this level and above. */
export function stderrLog(
  level: LogLevel,
  common: Readonly<Record<string, unknown>> = {},
): Log {
  const from = LEVELS.indexOf(level);
  const write = (at: LogLevel) =>
  (
    code: string,
    fields: Readonly<Record<string, unknown>> = {},
  ): void => {
    if (LEVELS.indexOf(at) < from) return;
    const line = { level: at, code, ...common, ...fields };
    Deno.stderr.writeSync(
      new TextEncoder().encode(JSON.stringify(line, readable) + "\n"),
    );
  };
  return {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    with: (fields) => stderrLog(level, { ...common, ...fields }),
  };
}

/** Errors have no enumerable fields: JSON would print them as `{}`. */
function readable(_key: string, value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  return value.cause === undefined
    ? value.message
    : { message: value.message, cause: value.cause };
}
