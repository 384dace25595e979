import type { Log } from "@core/model/log.ts";

/** A log that only remembers: the codes written, oldest first. */
export function silentLog(): Log & { readonly codes: string[] } {
  const codes: string[] = [];
  const write = (code: string): void => void codes.push(code);
  const log = {
    codes,
    debug: write,
    info: write,
    warn: write,
    error: write,
    with: (): Log => log,
  };
  return log;
}
