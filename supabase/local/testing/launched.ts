/**
 * A program as many launchers away as its first argument says; they are
 * `deno … task start` and a shell each, as `npx` makes them. It names its
 * launchers, waits until one is gone and says so.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import {
  isLauncherGone,
  onLauncherGone,
  readLaunchers,
} from "../start/launchers.ts";

const THIS = fileURLToPath(import.meta.url);

/** A shell's line for it; the shell stays between the two. */
export const LAUNCH_LINE = '"$0" run --quiet -A "$@"; :';

/** What the shell's line is about. */
export function launchArguments(depth: number): string[] {
  return [Deno.execPath(), THIS, String(depth), "task", "start"];
}

async function watch(): Promise<void> {
  if (isLauncherGone()) return await write("gone before");
  const launchers = readLaunchers();
  await write(JSON.stringify(launchers));
  if (launchers.length === 0) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  using _watch = onLauncherGone(launchers, resolve);
  await promise;
  await write("gone");
}

async function write(line: string): Promise<void> {
  await Deno.stdout.write(new TextEncoder().encode(`${line}\n`));
}

if (import.meta.main) {
  const depth = Number(Deno.args[0]);
  if (depth === 0) {
    await watch();
  } else {
    await new Deno.Command("sh", {
      args: ["-c", LAUNCH_LINE, ...launchArguments(depth - 1)],
    }).spawn().status;
  }
}
