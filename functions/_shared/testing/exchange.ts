/**
 * The real paper exchange, and Bitget's address answered by it: what a test
 * does on `bitget` reaches the same wire as in production, and nobody else.
 *
 * @module
 */
import {
  type PaperAccount,
  type PaperExchange,
  type PaperOptions,
  startPaper,
} from "@engine/paper/mod.ts";

const BITGET = "https://api.bitget.com";

/** A paper exchange that answers for Bitget as well. */
export interface TestExchange extends AsyncDisposable {
  readonly url: string;
  readonly paper: PaperExchange;
  /** Opens an account directly, as a trader has one on Bitget. */
  openAccount(options?: {
    readonly authorities?: readonly string[];
    readonly ips?: string;
  }): PaperAccount;
}

/** Starts it with the clock standing still. */
export async function startExchange(
  options: Partial<PaperOptions> = {},
): Promise<TestExchange> {
  const paper = await startPaper({
    port: 0,
    prices: "synthetic:1",
    isPaused: true,
    limits: false,
    ...options,
  });
  const fetchReal = globalThis.fetch;
  globalThis.fetch = (input, init) =>
    typeof input === "string" && input.startsWith(`${BITGET}/`)
      ? fetchReal(paper.url + input.slice(BITGET.length), init)
      : fetchReal(input, init);
  return {
    url: paper.url,
    paper,
    openAccount: (account = {}) => paper.control.createAccount(account),
    async [Symbol.asyncDispose](): Promise<void> {
      globalThis.fetch = fetchReal;
      await paper.close();
    },
  };
}
