// deno-lint-ignore-file no-console -- an entry point
/**
 * The paper exchange as a program:
 *
 *     deno run -A engine/paper/main.ts --prices synthetic:1 --speed 60 --data .trellis/paper
 *
 * With `--json` the first line on stdout is `{"ready":true,"url":…,"ws":…}`
 * and nothing else goes there; the log is JSON lines on stderr.
 *
 * @module
 */
import { PaperFailure } from "./failure.ts";
import { parseFlags, USAGE } from "./flags.ts";
import { createJsonLog } from "./json_log.ts";
import { startPaper } from "./mod.ts";

/** Told to do what cannot be done. */
const EXIT_USAGE = 2;

/** A file that cannot be read or understood, a port that is taken. */
function isUsersOwn(error: unknown): error is Error {
  return error instanceof PaperFailure || error instanceof SyntaxError ||
    error instanceof Deno.errors.NotFound ||
    error instanceof Deno.errors.PermissionDenied ||
    error instanceof Deno.errors.AddrInUse;
}

const flags = parseFlags(Deno.args);
if (flags === "help") {
  console.log(USAGE);
  Deno.exit(0);
}
if (typeof flags === "string") {
  console.error(`${flags}\n\n${USAGE}`);
  Deno.exit(EXIT_USAGE);
}
const log = createJsonLog("paper");
const { isJson, ...options } = flags;
const paper = await startPaper({ ...options, log }).catch((error: unknown) => {
  if (!isUsersOwn(error)) throw error;
  console.error(error.message);
  Deno.exit(EXIT_USAGE);
});
const ready = { ready: true, url: paper.url, ws: paper.wsUrl };
console.log(
  isJson ? JSON.stringify(ready) : `Paper exchange at ${paper.url}`,
);

async function stop(): Promise<void> {
  await paper.close();
  Deno.exit(0);
}
Deno.addSignalListener("SIGINT", stop);
if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", stop);
