import type { Log } from "@core/mod.ts";

/** Returns a log that writes one JSON line an event to stderr. */
export function createJsonLog(
  service: string,
  fields: Readonly<Record<string, unknown>> = {},
): Log {
  const encoder = new TextEncoder();
  const write =
    (level: string) =>
    (code: string, more: Readonly<Record<string, unknown>> = {}): void => {
      const at = new Date().toISOString();
      const line = JSON.stringify({
        at,
        level,
        service,
        code,
        ...fields,
        ...more,
      });
      Deno.stderr.writeSync(encoder.encode(line + "\n"));
    };
  return {
    debug: () => {},
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    with: (more) => createJsonLog(service, { ...fields, ...more }),
  };
}
