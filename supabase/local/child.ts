/**
 * Child processes that cannot outlive this one.
 *
 * Every program of the stack is started through a line of `sh` that leaves a
 * small watcher behind and then becomes the program (`exec`: the pid, the
 * signals and the exit code are the program's own). The watcher reads a pipe
 * whose only writer is this process. A line on it means "the program has ended,
 * go away"; end of file means this process is gone, however it went
 * (`kill -9` included), and the watcher ends the program. The watcher is
 * orphaned on purpose: Postgres would take it for a backend of its own.
 *
 * Children get a process group of their own, so a Ctrl-C in the terminal
 * reaches this process alone, which then stops them in the right order.
 *
 * @module
 */
import { TextLineStream } from "./lines.ts";

/** The system account a program runs as, when it must not run as ours. */
export interface Account {
  readonly uid: number;
  readonly gid: number;
}

/** What to run, and where its output goes. */
export interface ChildOptions {
  readonly command: string;
  readonly args: readonly string[];
  /** Added to this process's environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Nothing of this process's environment, only `env`. */
  readonly clearEnv?: boolean;
  readonly cwd?: string;
  readonly account?: Account | undefined;
  /** Ends the program by itself when this process is gone. */
  readonly orphanSignal: "INT" | "TERM";
  readonly onStdout?: (line: string) => void;
  readonly onStderr?: (line: string) => void;
}

const WATCHED = (signal: string): string =>
  `exec 3<&0; ((if ! read -r _ <&3; then kill -${signal} $$; fi) ` +
  `</dev/null >/dev/null 2>&1 &); exec "$@" 3<&- </dev/null`;

/** One running program. It has ended when `ended` resolves. */
export class Child {
  readonly pid: number;
  /** Resolves when the program is gone and its output has been read. */
  readonly ended: Promise<Deno.CommandStatus>;
  readonly #process: Deno.ChildProcess;

  /** Starts the program. @throws {Deno.errors.NotFound} Without `sh`. */
  constructor(options: ChildOptions) {
    this.#process = new Deno.Command("sh", {
      args: [
        "-c",
        WATCHED(options.orphanSignal),
        "sh",
        options.command,
        ...options.args,
      ],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
      detached: true,
      ...(options.env && { env: { ...options.env } }),
      clearEnv: options.clearEnv ?? false,
      ...(options.cwd !== undefined && { cwd: options.cwd }),
      ...options.account,
    }).spawn();
    this.pid = this.#process.pid;
    const output = [
      forEachLine(this.#process.stdout, options.onStdout),
      forEachLine(this.#process.stderr, options.onStderr),
    ];
    this.ended = this.#end(output);
  }

  /** Sends a signal; does nothing when the program has already ended. */
  signal(signal: Deno.Signal): void {
    try {
      this.#process.kill(signal);
    } catch (error) {
      if (
        !(error instanceof TypeError || error instanceof Deno.errors.NotFound)
      ) {
        throw error;
      }
    }
  }

  /** Asks the program to end, and kills it when it has not by the deadline. */
  async stop(
    signal: Deno.Signal,
    timeoutMs: number,
  ): Promise<Deno.CommandStatus> {
    this.signal(signal);
    const timer = setTimeout(() => this.signal("SIGKILL"), timeoutMs);
    try {
      return await this.ended;
    } finally {
      clearTimeout(timer);
    }
  }

  async #end(output: Promise<void>[]): Promise<Deno.CommandStatus> {
    const status = await this.#process.status;
    await releaseWatcher(this.#process.stdin);
    await Promise.all(output);
    return status;
  }
}

async function releaseWatcher(
  stdin: WritableStream<Uint8Array>,
): Promise<void> {
  const writer = stdin.getWriter();
  try {
    await writer.write(new TextEncoder().encode("ended\n"));
    await writer.close();
  } catch (error) {
    // The watcher is gone already (someone killed it): nothing to release.
    if (!(error instanceof Deno.errors.BrokenPipe)) throw error;
  }
}

async function forEachLine(
  stream: ReadableStream<Uint8Array>,
  handle: (line: string) => void = () => {},
): Promise<void> {
  const lines = stream
    .pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)
    .pipeThrough(new TextLineStream());
  for await (const line of lines) handle(line);
}
