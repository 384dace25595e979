/**
 * The paper exchange as a process that can be killed and comes back where it
 * was, with its books.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { freePort } from "@db/local/free_port.ts";
import type { FaultInput } from "../paper/faults.ts";
import type { AccountBooks, PaperAccount } from "../paper/control.ts";

const MAIN = fileURLToPath(new URL("../paper/main.ts", import.meta.url));
const READY_MS = 20_000;
const account = z.object({
  uid: z.string(),
  apiKey: z.string(),
  apiSecret: z.string(),
  passphrase: z.string(),
});

/** How prices move. */
export interface PaperServerOptions {
  readonly symbols: readonly string[];
  readonly seed: number;
  readonly speed: number;
}

/** See the head of this file; disposing kills it and forgets its books. */
export class PaperServer implements AsyncDisposable {
  readonly #options: PaperServerOptions;
  readonly #directory: string;
  readonly #port = freePort();
  #child: Deno.ChildProcess | null = null;

  private constructor(options: PaperServerOptions, directory: string) {
    this.#options = options;
    this.#directory = directory;
  }

  static async start(options: PaperServerOptions): Promise<PaperServer> {
    const directory = await Deno.makeTempDir({ prefix: "trellis-faults-" });
    const server = new PaperServer(options, directory);
    await server.start();
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Starts it, again after a kill. */
  async start(): Promise<void> {
    const { symbols, seed, speed } = this.#options;
    const child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "-A",
        MAIN,
        "--json",
        `--port=${this.#port}`,
        `--data=${this.#directory}`,
        `--prices=synthetic:${seed}`,
        `--speed=${speed}`,
        `--symbols=${symbols.join(",")}`,
      ],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
    this.#child = child;
    const late = setTimeout(() => child.kill("SIGKILL"), READY_MS);
    const reader = child.stdout.getReader();
    const { done } = await reader.read();
    clearTimeout(late);
    await reader.cancel();
    if (done) throw new Error("The paper exchange did not start");
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    try {
      child?.kill("SIGKILL");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error; // has ended already
    }
    await child?.status;
  }

  async openAccount(balance: string): Promise<PaperAccount> {
    return account.parse(await this.#post("accounts", { balance }));
  }

  /** The truth about an account, without asking through the API's limits. */
  async books(uid: string): Promise<AccountBooks> {
    const answer = await fetch(`${this.url}/paper/accounts/${uid}`);
    return await answer.json() as AccountBooks;
  }

  async setSpeed(speed: number): Promise<void> {
    await this.#post("speed", { speed });
  }

  async addFault(fault: FaultInput): Promise<void> {
    await this.#post("faults", fault);
  }

  async clearFaults(): Promise<void> {
    const answer = await fetch(`${this.url}/paper/faults`, {
      method: "DELETE",
    });
    await answer.body?.cancel();
  }

  async kickSockets(): Promise<void> {
    await this.#post("sockets/kick", {});
  }

  async #post(path: string, body: unknown): Promise<unknown> {
    const answer = await fetch(`${this.url}/paper/${path}`, {
      method: "POST",
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return await answer.json();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await Deno.remove(this.#directory, { recursive: true });
  }
}
