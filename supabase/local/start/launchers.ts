/**
 * The processes that merely stand between a user and the start command:
 * `npx` → `sh` → `node` → `deno task` → this one. Whoever started the first of
 * them and kills it with `kill -9` means all of it, and none of them can pass
 * that on; so this one looks whether they are all still there.
 *
 * A shell or a service that ran the first is not one of them: what is started
 * with `nohup` or `&` stays when that goes.
 *
 * @module
 */
import { readFileSync } from "node:fs";
import process from "node:process";

/** A process as the system describes it. */
interface Described {
  readonly parent: number;
  readonly commandLine: string;
}

const POLL_MS = 500;
/** `deno task start`, `npx -y deno@… task dev`, in whichever of them it stands. */
const NAMES_TASK = /\btask\s+(?:start|dev)\b/;
/** As against a shell, which runs on behalf of one of them, or of somebody else. */
const IS_RUNNER = /^(?:\S*\/)?(?:deno|node|npm|npx|pnpm|yarn|bunx?)\b/;

/** Returns the pids of this process's launchers, the nearest first. */
export function readLaunchers(): number[] {
  const ancestors: number[] = [];
  let count = 0;
  let pid = process.ppid;
  for (;;) {
    const described = describe(pid);
    if (described === null || !NAMES_TASK.test(described.commandLine)) break;
    ancestors.push(pid);
    if (IS_RUNNER.test(described.commandLine)) count = ancestors.length;
    pid = described.parent;
  }
  return ancestors.slice(0, count);
}

/** Calls back, once, when one of the launchers has ended. */
export function onLauncherGone(
  launchers: readonly number[],
  callback: () => void,
): Disposable {
  const [nearest] = launchers;
  const timer = setInterval(() => {
    const isOrphan = nearest !== undefined && process.ppid !== nearest;
    if (!isOrphan && launchers.every(isAlive)) return;
    clearInterval(timer);
    callback();
  }, POLL_MS);
  return { [Symbol.dispose]: () => clearInterval(timer) };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // Another user's, but there (sudo): what cannot be told is not "gone".
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
  // Killed, and its own parent has not taken note yet.
  return Deno.build.os !== "linux" || !/^State:\s+Z/m.test(statusOf(pid));
}

function statusOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/status`, "utf8");
  } catch {
    return "State: Z"; // it ended between the two questions
  }
}

function describe(pid: number): Described | null {
  if (pid <= 1) return null;
  try {
    if (Deno.build.os === "linux") {
      const parent = /^PPid:\s+(\d+)/m.exec(statusOf(pid))?.[1];
      const commandLine = readFileSync(`/proc/${pid}/cmdline`, "utf8")
        .replaceAll("\0", " ");
      return { parent: Number(parent ?? 0), commandLine };
    }
    const { stdout } = new Deno.Command("ps", {
      args: ["-ww", "-o", "ppid=,args=", "-p", String(pid)],
    }).outputSync();
    const [, parent = "0", commandLine = ""] =
      /^\s*(\d+)\s+(.*)/.exec(new TextDecoder().decode(stdout)) ?? [];
    return { parent: Number(parent), commandLine };
  } catch {
    return null; // not ours to look at
  }
}
