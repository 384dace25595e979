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
  /** What was run: its path, or the title it gave itself. */
  readonly program: string;
  readonly commandLine: string;
}

const POLL_MS = 500;
/** `deno task start`, `npx -y deno@… task dev`, in whichever of them it stands. */
const NAMES_TASK = /\btask\s+(?:start|dev)\b/;
/** As against a shell, which runs on behalf of one of them, or of somebody else. */
const IS_RUNNER = /^(?:\S*\/)?(?:deno|node|npm|npx|pnpm|yarn|bunx?)\b/;

/**
 * Whether `deno task` (which says so in the environment, deno.json) was killed
 * before this process could look for it.
 */
export function isLauncherGone(): boolean {
  if (Deno.env.get("TRELLIS_TASK") === undefined) return false;
  // Elsewhere a path with blanks in it cannot be told from its arguments.
  if (Deno.build.os !== "linux") return process.ppid === 1;
  const parent = describe(process.ppid);
  return parent !== null && !/deno[^/]*$/i.test(parent.program);
}

/** Returns the pids of this process's launchers, the nearest first. */
export function readLaunchers(): number[] {
  const ancestors: number[] = [];
  let count = 0;
  let pid = process.ppid;
  while (pid > 1) {
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
  try {
    if (Deno.build.os === "linux") {
      const parent = /^PPid:\s+(\d+)/m.exec(statusOf(pid))?.[1];
      const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      return {
        parent: Number(parent ?? 0),
        program: words[0] ?? "",
        commandLine: words.join(" "),
      };
    }
    const { stdout } = new Deno.Command("ps", {
      args: ["-ww", "-o", "ppid=,args=", "-p", String(pid)],
    }).outputSync();
    const [, parent = "0", commandLine = ""] =
      /^\s*(\d+)\s+(.*)/.exec(new TextDecoder().decode(stdout)) ?? [];
    const [program = ""] = commandLine.split(" ");
    return { parent: Number(parent), program, commandLine };
  } catch {
    return null; // not ours to look at
  }
}
