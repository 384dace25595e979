import type { Log } from "@core/model/log.ts";

/**
 * Returns a log of JSON lines on stderr, which the platform collects. Callers
 * pass codes and ids only, never a body, a header or a credential.
 */
export function createLog(
  fields: Readonly<Record<string, unknown>>,
): Log {
  const write =
    (level: string) =>
    (code: string, more?: Readonly<Record<string, unknown>>): void => {
      const at = new Date().toISOString();
      const line = JSON.stringify({ at, level, code, ...fields, ...more });
      // deno-lint-ignore no-console -- the platform's only log outlet
      console.error(line);
    };
  return {
    debug: () => {},
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    with: (more) => createLog({ ...fields, ...more }),
  };
}
