/**
 * The paper exchange as a process of its own, as in life, and its control API.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { PaperAccount } from "../paper/mod.ts";

const MAIN = fileURLToPath(new URL("../paper/main.ts", import.meta.url));
const readyLine = z.object({ url: z.url() });
const order = z.object({
  orderId: z.string(),
  posSide: z.string(),
  cTime: z.coerce.number(),
});
const fill = z.object({
  symbol: z.string(),
  tradeId: z.string(),
  orderId: z.string(),
  side: z.string(),
  tradeSide: z.string(),
  cTime: z.coerce.number(),
});
const books = z.object({
  openOrders: z.array(order),
  finishedOrders: z.array(order),
  fills: z.array(fill),
});

/** What the bench reads of an account. */
export type Books = z.infer<typeof books>;

/** A running paper exchange whose prices move by hand; disposing kills it. */
export class PaperProcess implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  #url = "";

  private constructor(symbols: readonly string[]) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "--quiet",
        "-A",
        MAIN,
        "--json",
        "--port=0",
        "--prices=synthetic:1",
        "--paused",
        "--limits=off",
        `--symbols=${symbols.join(",")}`,
      ],
      stdin: "null",
      stdout: "piped",
      stderr: "null",
    }).spawn();
  }

  static async start(symbols: readonly string[]): Promise<PaperProcess> {
    const paper = new PaperProcess(symbols);
    let text = "";
    for await (const part of decode(paper.#child.stdout)) {
      text += part;
      if (text.includes("\n")) break;
    }
    paper.#url = readyLine.parse(JSON.parse(text)).url;
    return paper;
  }

  get url(): string {
    return this.#url;
  }

  async openAccount(): Promise<PaperAccount> {
    const answer = await this.#post("accounts", { balance: "1000000" });
    return z.object({
      uid: z.string(),
      apiKey: z.string(),
      apiSecret: z.string(),
      passphrase: z.string(),
    }).parse(answer);
  }

  /** Walks the symbol's price there, filling what lies between. */
  async setPrice(symbol: string, price: number): Promise<void> {
    await this.#post("price", { symbol, price });
  }

  async books(uid: string): Promise<Books> {
    const answer = await fetch(`${this.#url}/paper/accounts/${uid}`);
    return books.parse(await answer.json());
  }

  async #post(path: string, body: unknown): Promise<unknown> {
    const answer = await fetch(`${this.#url}/paper/${path}`, {
      method: "POST",
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return await answer.json();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#child.status;
  }
}

function decode(
  stream: ReadableStream<Uint8Array>,
): ReadableStream<string> {
  return stream.pipeThrough(new TextDecoderStream());
}
