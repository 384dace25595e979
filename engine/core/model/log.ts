/** A structured log: events with snake_case codes and fields, never a secret. */
export interface Log {
  debug(code: string, fields?: Readonly<Record<string, unknown>>): void;
  info(code: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(code: string, fields?: Readonly<Record<string, unknown>>): void;
  error(code: string, fields?: Readonly<Record<string, unknown>>): void;
  /** Returns a log that adds these fields to each line. */
  with(fields: Readonly<Record<string, unknown>>): Log;
}
