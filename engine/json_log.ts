import type { Log } from "@core/mod.ts";

/** From the most talkative on. */
export const LOG_LEVELS = ["debug", "info", "warn", "error"] as const;
/** One of {@linkcode LOG_LEVELS}. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Field names whose values never reach a log, whoever passes them. */
const SECRET = /secret|passphrase|password|apikey|sealed|credential|private/i;
const FIELD_LENGTH_MAX = 2_000;

/**
 * Returns a log that writes one JSON line an event: time, level, code, fields.
 * Fields named like a secret are replaced, connection strings lose their
 * password, long texts are cut: a second line of defence, not a licence.
 */
export function createJsonLog(
  options: {
    readonly level: LogLevel;
    readonly write: (line: string) => void;
    /** Epoch ms. */
    readonly now: () => number;
  },
  common: Readonly<Record<string, unknown>> = {},
): Log {
  const from = LOG_LEVELS.indexOf(options.level);
  const at = (level: LogLevel): Log["info"] => (code, fields) => {
    if (LOG_LEVELS.indexOf(level) < from) return;
    const time = new Date(options.now()).toISOString();
    // The event's own code stays; an error's is kept beside it.
    const { code: errorCode, ...rest } = { ...common, ...fields };
    const line = { time, level, code, errorCode, ...rest };
    options.write(JSON.stringify(line, readable) + "\n");
  };
  return {
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
    with: (fields) => createJsonLog(options, { ...common, ...fields }),
  };
}

function readable(key: string, value: unknown): unknown {
  if (SECRET.test(key)) return "(hidden)";
  if (typeof value === "bigint") return value.toString();
  if (value instanceof Error) return readable("", value.message);
  if (typeof value !== "string") return value;
  const safe = value.replace(
    /(postgres(?:ql)?:\/\/[^:@/\s]+):[^@\s]+@/g,
    "$1@",
  );
  return safe.length > FIELD_LENGTH_MAX
    ? safe.slice(0, FIELD_LENGTH_MAX) + "…"
    : safe;
}
