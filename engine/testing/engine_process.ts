/**
 * Real engine processes with the permissions they have in life, for tests and
 * the bench.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import type { VaultPrivateKeys } from "@engine/vault/mod.ts";
import { enginePermissions } from "../permissions.ts";

const MAIN = fileURLToPath(new URL("../main.ts", import.meta.url));
const READY_MS = 20_000;

/** What an engine process is told. */
export interface EngineProcessOptions {
  readonly databaseUrl: string;
  readonly vaultKeys: VaultPrivateKeys;
  readonly paperUrl: string;
  readonly name: string;
  readonly args?: readonly string[];
}

/** One line of its log. */
export type LogLine = Readonly<Record<string, unknown>>;

/** A running engine; disposing kills it. */
export class EngineProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #reading: Promise<unknown>;
  readonly #ready = Promise.withResolvers<string>();
  /** Its log so far. */
  readonly lines: LogLine[] = [];
  /** What it wrote to stdout. */
  stdout = "";

  constructor(options: EngineProcessOptions) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        ...enginePermissions({
          databaseHost: new URL(options.databaseUrl).host,
          exchangeHosts: [new URL(options.paperUrl).host],
          metricsPort: 0,
        }),
        MAIN,
        "--json",
        ...options.args ?? [],
      ],
      env: {
        TRELLIS_DATABASE_URL: options.databaseUrl,
        TRELLIS_VAULT_PRIVATE_KEYS: JSON.stringify(options.vaultKeys),
        TRELLIS_PAPER_URL: options.paperUrl,
        TRELLIS_METRICS_PORT: "0",
        TRELLIS_ENGINE_NAME: options.name,
      },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#reading = Promise.all([
      readLines(this.#child.stdout, (line) => {
        this.stdout += line + "\n";
        this.#ready.resolve(String(JSON.parse(line).metrics));
      }),
      readLines(this.#child.stderr, (line) => {
        this.lines.push(line.startsWith("{") ? JSON.parse(line) : { line });
      }),
    ]);
    void this.#child.status.then(({ code }) =>
      this.#ready.reject(
        new Error(`Engine ended with ${code}: ${JSON.stringify(this.lines)}`),
      )
    );
    this.#ready.promise.catch(() => {}); // whoever starts it is told
  }

  /** Starts one and waits for its ready line. */
  static async start(options: EngineProcessOptions): Promise<EngineProcess> {
    const engine = new EngineProcess(options);
    const late = setTimeout(
      () => engine.#ready.reject(new Error("The engine is not ready")),
      READY_MS,
    );
    try {
      await engine.#ready.promise;
      return engine;
    } catch (error) {
      await engine[Symbol.asyncDispose]();
      throw error;
    } finally {
      clearTimeout(late);
    }
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** `http://127.0.0.1:PORT` */
  get metricsUrl(): Promise<string> {
    return this.#ready.promise;
  }

  /** Resolves when it has ended. */
  get status(): Promise<Deno.CommandStatus> {
    return this.#child.status;
  }

  signal(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Ends its stdin, as the death of a parent does. */
  async closeStdin(): Promise<void> {
    await this.#child.stdin.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    try {
      this.#child.kill("SIGKILL");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // has ended already
    }
    await this.#child.status;
    await this.#reading;
    if (!this.#child.stdin.locked) {
      await this.#child.stdin.abort().catch(() => {}); // closed already
    }
  }
}

async function readLines(
  stream: ReadableStream<Uint8Array>,
  onLine: (line: string) => void,
): Promise<void> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line !== "") onLine(line);
  }
  if (rest !== "") onLine(rest);
}
