import type { Log } from "@core/model/log.ts";

/** Where lines go: stderr, which the platform collects. Tests listen here. */
export const logOutlet = {
  // deno-lint-ignore no-console -- the platform's only log outlet
  write: (line: string): void => console.error(line),
};

/**
 * Returns a log of JSON lines. Callers pass codes and ids only, never a body, a header or a credential.
 */
export function createLog(
  fields: Readonly<Record<string, unknown>>,
): Log {
  const write =
    (level: string) =>
    (code: string, more?: Readonly<Record<string, unknown>>): void => {
      const at = new Date().toISOString();
      logOutlet.write(JSON.stringify({ at, level, code, ...fields, ...more }));
    };
  return {
    debug: () => {},
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    with: (more) => createLog({ ...fields, ...more }),
  };
}
