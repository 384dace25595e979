/**
 * A program of ours in a Deno process of its own: with the rights named and no
 * others, its log in a file, ready when its first line on stdout says so.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { Child } from "../child.ts";
import { denoEnvironment } from "../deno_environment.ts";
import type { Program } from "./keeper.ts";
import { StartFailure } from "./failure.ts";
import { LogFile } from "./log_file.ts";

/** What to run. */
export interface DenoProgramOptions {
  readonly name: string;
  /** `--no-prompt` and `--allow-…`; nothing else is allowed. */
  readonly permissions: readonly string[];
  /** Path below the project's root. */
  readonly entry: string;
  readonly args: readonly string[];
  /** Beside what Deno itself needs: all it sees. */
  readonly environment: Readonly<Record<string, string>>;
  readonly logFile: string;
  /** Called with each line of its log that tells of trouble. */
  readonly onTrouble: (line: string) => void;
  /** How long it may take to end when asked. */
  readonly stopTimeoutMs: number;
}

/** A started program and what its first line said. */
export interface DenoProgram extends Program {
  readonly ready: Readonly<Record<string, unknown>>;
}

/** The project's root, with a slash at its end. */
export const ROOT = fileURLToPath(new URL("../../../", import.meta.url));
const READY_TIMEOUT_MS = 30_000;
const LAST_LINES_MAX = 12;
/** It was told to do what cannot be done, and has said so in a sentence. */
const EXIT_USAGE = 2;
const firstLine = z.looseObject({ ready: z.literal(true) });

/**
 * @throws {StartFailure} With its own words, when it cannot do what it is told.
 * @throws {Error} When it ends, or the time is up, before it is ready.
 */
export async function startDenoProgram(
  options: DenoProgramOptions,
): Promise<DenoProgram> {
  const { name } = options;
  const logFile = new LogFile(options.logFile);
  const lastLines: string[] = [];
  const tellTrouble = afterStart(options.onTrouble);
  const { promise: ready, resolve, reject } = Promise.withResolvers<
    DenoProgram["ready"]
  >();
  const child = new Child({
    command: Deno.execPath(),
    args: [
      "run",
      "--quiet",
      ...options.permissions,
      options.entry,
      ...options.args,
    ],
    cwd: ROOT,
    env: { ...denoEnvironment(), ...options.environment },
    clearEnv: true,
    orphanSignal: "TERM",
    onStdout: (line) => {
      try {
        resolve(firstLine.parse(JSON.parse(line)));
        tellTrouble.begin();
      } catch (cause) {
        reject(new Error(`Cannot read the first line of ${name}`, { cause }));
      }
    },
    onStderr: (line) => {
      logFile.write(line);
      if (lastLines.push(line) > LAST_LINES_MAX) lastLines.shift();
      if (/"level":"(warn|error)"/.test(line) || !line.startsWith("{")) {
        tellTrouble.tell(line);
      }
    },
  });
  const ended = child.ended.then(({ code }) => {
    logFile[Symbol.dispose]();
    const last = lastLines.join("\n");
    reject(
      code === EXIT_USAGE
        ? new StartFailure(last)
        : new Error(`${name} ended with exit code ${code}:\n${last}`),
    );
  });
  const late = new Error(`${name} is not ready after ${READY_TIMEOUT_MS} ms`);
  const timer = setTimeout(() => reject(late), READY_TIMEOUT_MS);
  const stop = async (): Promise<void> => {
    await child.stop("SIGTERM", options.stopTimeoutMs);
    await ended;
  };
  try {
    return { pid: child.pid, ended, stop, ready: await ready };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Keeps lines until it has begun: one that never does has them in its error. */
function afterStart(tell: (line: string) => void) {
  const early: string[] = [];
  let hasBegun = false;
  return {
    tell(line: string): void {
      if (hasBegun) tell(line);
      else early.push(line);
    },
    begin(): void {
      hasBegun = true;
      for (const line of early) tell(line);
    },
  };
}
