/**
 * Ends what an earlier start left behind. Its children end by themselves when it
 * is killed (child.ts); this waits for those still at it, and deals with those
 * whose watcher was killed too.
 *
 * @module
 */
import { join } from "node:path";
import process from "node:process";
import { z } from "zod";
import type { Log } from "@core/model/log.ts";

/** A process of a start, and words of its command line that tell it is it. */
export interface KnownProcess {
  readonly pid: number;
  readonly marker: string;
}

const POLL_MS = 50;
/** How long it may take to end by itself, asked, and asked harshly. */
const PATIENCE_MS = 3_000;
const processList = z.array(z.object({ pid: z.int(), marker: z.string() }));

/** Writes down the processes of this start. */
export async function rememberProcesses(
  file: string,
  processes: readonly KnownProcess[],
): Promise<void> {
  await Deno.writeTextFile(file, JSON.stringify(processes), { mode: 0o600 });
}

/** Ends processes written down by an earlier start that still run. */
export async function endLeftovers(file: string, log: Log): Promise<void> {
  let text: string;
  try {
    text = await Deno.readTextFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  const known = processList.safeParse(parseJson(text));
  const alive: KnownProcess[] = [];
  for (const one of known.data ?? []) {
    if (await isRunning(one)) alive.push(one);
  }
  await Promise.all(alive.map((one) => end(one, ["SIGTERM", "SIGKILL"], log)));
  await Deno.remove(file);
}

/**
 * Ends a Postgres that still runs on a cluster: two on one would destroy it.
 *
 * @throws {Error} When it does not end.
 */
export async function endLeftoverPostgres(
  directory: string,
  log: Log,
): Promise<void> {
  const file = join(directory, "postmaster.pid");
  let text: string;
  try {
    text = await Deno.readTextFile(file);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return;
    throw error;
  }
  const left = { pid: Number(text.split("\n")[0]), marker: directory };
  if (await isRunning(left)) await end(left, ["SIGINT", "SIGQUIT"], log);
}

async function end(
  left: KnownProcess,
  signals: readonly Deno.Signal[],
  log: Log,
): Promise<void> {
  if (await hasEnded(left)) return;
  for (const signal of signals) {
    log.warn("leftover_process", { ...left, signal });
    try {
      Deno.kill(left.pid, signal);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
    if (await hasEnded(left)) return;
  }
  throw new Error(
    `Cannot start: process ${left.pid} of an earlier start does not end`,
  );
}

async function hasEnded(left: KnownProcess): Promise<boolean> {
  const deadline = performance.now() + PATIENCE_MS;
  while (await isRunning(left)) {
    if (performance.now() > deadline) return false;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  return true;
}

/** Whether the process runs and is the one meant: pids are used again. */
async function isRunning({ pid, marker }: KnownProcess): Promise<boolean> {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Not ours to signal, but there. Everything else: not there.
    const code = error instanceof Error && "code" in error ? error.code : "";
    if (code !== "EPERM") return false;
  }
  return (await commandLine(pid)).includes(marker);
}

async function commandLine(pid: number): Promise<string> {
  try {
    if (Deno.build.os === "linux") {
      return await Deno.readTextFile(`/proc/${pid}/cmdline`);
    }
    const { stdout } = await new Deno.Command("ps", {
      args: ["-ww", "-o", "args=", "-p", String(pid)],
    }).output();
    return new TextDecoder().decode(stdout);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    // It ended between the opening and the reading of its file.
    // Deno has no class for it (ESRCH, os error 3).
    if (error instanceof Error && error.message.includes("(os error 3)")) {
      return "";
    }
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // cut off by a kill: nothing known
  }
}
