const ROOT = new URL("../../../", import.meta.url).pathname;

/** The start command's JSON line, as far as tests read it (design.md §11). */
export interface ReadyLine {
  readonly ready: true;
  readonly web: string;
  readonly api: string;
  readonly db: string;
  readonly paper: string;
  readonly publishableKey: string;
  readonly secretKey: string;
  readonly demo: { readonly email: string; readonly password: string };
}

/** A started platform: the real start command in a process of its own, on free ports and a fresh data directory. */
export class Platform implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #dataDir: string;
  readonly ready: ReadyLine;

  private constructor(
    child: Deno.ChildProcess,
    dataDir: string,
    ready: ReadyLine,
  ) {
    this.#child = child;
    this.#dataDir = dataDir;
    this.ready = ready;
  }

  /** @param flags More flags for the start command, `--speed`, `600`. */
  static async start(flags: readonly string[]): Promise<Platform> {
    const dataDir = await Deno.makeTempDir({ prefix: "trellis-acceptance-" });
    const ports = ["web", "api", "db", "paper"].flatMap((
      name,
    ) => [`--port-${name}`, "0"]);
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "supabase/local/start.ts",
        "--json",
        "--data",
        dataDir,
        ...ports,
        ...flags,
      ],
      cwd: ROOT,
      stdin: "null",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const ready = JSON.parse(await firstLine(child.stdout));
    return new Platform(child, dataDir, ready);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGINT");
    await this.#child.status;
    await Deno.remove(this.#dataDir, { recursive: true });
  }
}

async function firstLine(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  const reader = stream.getReader();
  while (!text.includes("\n")) {
    const { value, done } = await reader.read();
    if (done) throw new Error(`The platform did not start: ${text}`);
    text += decoder.decode(value, { stream: true });
  }
  await reader.cancel();
  return text.slice(0, text.indexOf("\n"));
}
