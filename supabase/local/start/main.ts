/**
 * What the start command and the development command have in common: flags,
 * signals, the ready line, the exit code.
 *
 * @module
 */
import type { Log } from "@core/model/log.ts";
import { stderrLog } from "../stderr_log.ts";
import { StartFailure } from "./failure.ts";
import { isLauncherGone, onLauncherGone, readLaunchers } from "./launchers.ts";
import { HELP, parseStartOptions, UsageError } from "./options.ts";
import { type Platform, startPlatform } from "./platform.ts";
import { readyBanner } from "./ready.ts";

const EXIT_FAILURE = 1;
const EXIT_USAGE = 2;
/**
 * Everything has been asked to end long before, and children end with this
 * process (child.ts): better that than a Ctrl-C that does nothing.
 */
const STOP_MS_MAX = 30_000;

/** Does something beside the running platform until disposed. */
export type WhileRunning = (
  platform: Platform,
  means: { readonly log: Log; readonly tell: (sentence: string) => void },
) => Disposable;

/**
 * Runs the platform until a signal asks to end.
 *
 * @param whileRunning Called when ready; what it returns is stopped first.
 * @returns The exit code.
 */
export async function runStart(
  args: readonly string[],
  whileRunning: WhileRunning = () => new DisposableStack(),
): Promise<number> {
  const log = stderrLog("warn");
  try {
    // `deno task` changes to the project's root and keeps where it was called.
    const directory = Deno.env.get("INIT_CWD") ?? Deno.cwd();
    const options = parseStartOptions(args, directory);
    if (options === "help") {
      await write(Deno.stdout, HELP);
      return 0;
    }
    using stop = onStopSignal();
    keepStdoutClean(log);
    await using platform = await startPlatform({
      ...options,
      log,
      // Stopping, programs complain about each other's absence.
      tell: (sentence) => stop.signal.aborted || tell(sentence),
      signal: stop.signal,
    });
    await write(
      Deno.stdout,
      options.json
        ? JSON.stringify(platform.ready) + "\n"
        : readyBanner(platform.ready, options.data),
    );
    using _running = whileRunning(platform, { log, tell });
    await stop.asked;
    return 0;
  } catch (error) {
    return explain(error);
  }
}

function explain(error: unknown): number {
  if (error instanceof UsageError) {
    tell(error.message);
    return EXIT_USAGE;
  }
  if (error instanceof StopAsked) return 0;
  if (error instanceof StartFailure) {
    tell(error.message);
  } else {
    tell(error instanceof Error ? error.stack ?? error.message : String(error));
  }
  return EXIT_FAILURE;
}

class StopAsked extends Error {}

interface StopSignal extends Disposable {
  /** Aborted, with {@linkcode StopAsked}, once a stop was asked for. */
  readonly signal: AbortSignal;
  readonly asked: Promise<void>;
}

/** Listens for Ctrl-C and its relatives, and for `kill -9` of who started us. */
function onStopSignal(): StopSignal {
  const controller = new AbortController();
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = (): void => {
    if (controller.signal.aborted) return;
    controller.abort(new StopAsked("Stopped"));
    resolve();
    Deno.unrefTimer(setTimeout(() => Deno.exit(EXIT_FAILURE), STOP_MS_MAX));
  };
  const signals: Deno.Signal[] = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const name of signals) Deno.addSignalListener(name, stop);
  const watch = onLauncherGone(readLaunchers(), stop);
  if (isLauncherGone()) stop();
  return {
    signal: controller.signal,
    asked: promise,
    [Symbol.dispose]() {
      watch[Symbol.dispose]();
      for (const name of signals) Deno.removeSignalListener(name, stop);
    },
  };
}

/**
 * Stdout carries the ready line and nothing else, whatever a dependency prints;
 * @supabase/lite prints a stack trace for every refused request.
 */
function keepStdoutClean(log: Log): void {
  const print = (...parts: unknown[]): void =>
    log.debug("printed", { text: parts.map(String).join(" ") });
  Object.assign(console, {
    debug: print,
    error: print,
    info: print,
    log: print,
    warn: print,
  });
}

function tell(sentence: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(sentence + "\n"));
}

async function write(
  to: { writable: WritableStream<Uint8Array> },
  text: string,
): Promise<void> {
  const writer = to.writable.getWriter();
  try {
    await writer.write(new TextEncoder().encode(text));
  } catch (error) {
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
    throw new StartFailure("Nobody reads what this says: stdout is closed");
  } finally {
    writer.releaseLock();
  }
}
