import { fileURLToPath } from "node:url";
import { temporaryDirectory } from "./temporary_directory.ts";

const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

/** The start command's JSON line (design.md §11). */
export interface ReadyLine {
  readonly ready: true;
  readonly web: string;
  readonly api: string;
  readonly db: string;
  readonly paper: string;
  readonly publishableKey: string;
  readonly secretKey: string;
  readonly demo: { readonly email: string; readonly password: string };
  readonly admin: { readonly email: string; readonly password: string };
  readonly metrics: readonly string[];
  readonly pids: {
    readonly start: number;
    readonly postgres: number;
    readonly functions: number;
    readonly paper: number;
    readonly engines: readonly number[];
  };
}

/** Deadlines, not figures: other tests run beside. */
const START_MS_MAX = 120_000;
const END_MS_MAX = 60_000;

/** What a test may want to differ. */
export interface PlatformOptions {
  /** A data directory that outlives the platform; its own without. */
  readonly dataDir?: string;
  /** Through `deno task start`, as users do: signals go to that. */
  readonly asTask?: boolean;
}

/** A started platform: the real start command in a process of its own, on free ports and a fresh data directory. */
export class Platform implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #stdout: Promise<string>;
  readonly #directory: AsyncDisposable | undefined;
  readonly ready: ReadyLine;

  private constructor(options: {
    readonly child: Deno.ChildProcess;
    readonly stdout: Promise<string>;
    readonly directory: AsyncDisposable | undefined;
    readonly ready: ReadyLine;
  }) {
    this.#child = options.child;
    this.#stdout = options.stdout;
    this.#directory = options.directory;
    this.ready = options.ready;
  }

  /** @param flags More flags for the start command, `--speed`, `600`. */
  static async start(
    flags: readonly string[],
    options: PlatformOptions = {},
  ): Promise<Platform> {
    const directory = options.dataDir === undefined
      ? await temporaryDirectory()
      : undefined;
    const dataDir = options.dataDir ?? directory?.path ?? "";
    const child = startCommand(
      ["--json", "--data", dataDir, ...flags],
      options.asTask === true ? ["task", "start"] : undefined,
    );
    const { first, all } = readStdout(child.stdout);
    const late = killLater(child, START_MS_MAX);
    try {
      const ready: ReadyLine = JSON.parse(await first);
      return new Platform({ child, stdout: all, directory, ready });
    } finally {
      late.cancel();
    }
  }

  /** Sends a signal to the start command and waits until it has ended. */
  async end(signal: Deno.Signal): Promise<Deno.CommandStatus> {
    this.#child.kill(signal);
    return await this.#child.status;
  }

  /** Everything the start command wrote to stdout; ends with it. */
  get stdout(): Promise<string> {
    return this.#stdout;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGINT");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // it has ended already
    }
    const late = killLater(this.#child, END_MS_MAX);
    await this.#child.status;
    late.cancel();
    await this.#stdout;
    await this.#directory?.[Symbol.asyncDispose]();
    if (late.killed) {
      throw new Error(`The platform did not end in ${END_MS_MAX} ms`);
    }
  }
}

interface Late {
  readonly killed: boolean;
  cancel(): void;
}

/** A platform that hangs must fail its test, not hang it. */
function killLater(child: Deno.ChildProcess, ms: number): Late {
  let killed = false;
  const timer = setTimeout(() => {
    killed = true;
    child.kill("SIGKILL");
  }, ms);
  return {
    get killed() {
      return killed;
    },
    cancel: () => clearTimeout(timer),
  };
}

/** The start command on free ports, unless the flags say otherwise. */
export function startCommand(
  flags: readonly string[],
  command: readonly string[] = ["run", "-A", "supabase/local/start.ts"],
): Deno.ChildProcess {
  const ports = ["web", "api", "db", "paper"]
    .map((name) => `--port-${name}`)
    .filter((name) => !flags.includes(name))
    .flatMap((name) => [name, "0"]);
  return new Deno.Command(Deno.execPath(), {
    args: [...command, ...ports, ...flags],
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
}

interface Stdout {
  /** The first line; rejects when there is none. */
  readonly first: Promise<string>;
  /** Everything, once it has ended. */
  readonly all: Promise<string>;
}

function readStdout(stream: ReadableStream<Uint8Array>): Stdout {
  const { promise: first, resolve, reject } = Promise.withResolvers<string>();
  const read = async (): Promise<string> => {
    const decoder = new TextDecoder();
    let text = "";
    for await (const chunk of stream) {
      text += decoder.decode(chunk, { stream: true });
      const [line = "", ...more] = text.split("\n");
      if (more.length > 0) resolve(line);
    }
    reject(new Error(`The platform did not start: ${text}`));
    return text;
  };
  return { first, all: read() };
}
