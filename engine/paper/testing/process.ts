import { fileURLToPath } from "node:url";
import type { PaperAccount } from "../control.ts";

/** The program itself, as a process of its own. */
export class PaperProcess implements AsyncDisposable {
  readonly url: string;
  readonly #child: Deno.ChildProcess;
  #isOver = false;

  private constructor(child: Deno.ChildProcess, url: string) {
    this.#child = child;
    this.url = url;
  }

  /** Starts it with flags and waits for its ready line. */
  static async start(flags: readonly string[]): Promise<PaperProcess> {
    const main = fileURLToPath(new URL("../main.ts", import.meta.url));
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", main, "--json", "--port", "0", ...flags],
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    const reader = child.stdout.pipeThrough(new TextDecoderStream())
      .getReader();
    let text = "";
    while (!text.includes("\n")) {
      const { value, done } = await reader.read();
      if (done) throw new Error("The paper exchange ended before it was ready");
      text += value;
    }
    await reader.cancel();
    const { url } = JSON.parse(text) as { readonly url: string };
    return new PaperProcess(child, url);
  }

  async control<T>(path: string, body?: unknown): Promise<T> {
    const response = await fetch(
      `${this.url}/paper/${path}`,
      body === undefined ? {} : { method: "POST", body: JSON.stringify(body) },
    );
    return await response.json() as T;
  }

  createAccount(): Promise<PaperAccount> {
    return this.control("accounts", {});
  }

  /** Ends it: SIGKILL leaves it no time for anything. */
  async end(signal: "SIGKILL" | "SIGTERM"): Promise<Deno.CommandStatus> {
    this.#isOver = true;
    this.#child.kill(signal);
    return await this.#child.status;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isOver) await this.end("SIGKILL");
  }
}
