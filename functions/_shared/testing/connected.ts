import type { PaperExchange } from "@engine/paper/mod.ts";
import assert from "node:assert/strict";
import { startExchange, type TestExchange } from "./exchange.ts";
import { Harness, type Trader } from "./harness.ts";

/** A trader with a paper account on the real stack and paper exchange. */
export interface Connected extends AsyncDisposable {
  readonly exchange: TestExchange;
  readonly paper: PaperExchange;
  readonly harness: Harness;
  readonly trader: Trader;
}

/** Starts an exchange and a stack that knows it, and signs a trader up. */
export async function startConnected(): Promise<Connected> {
  const exchange = await startExchange();
  const harness = await Harness.start({ paperUrl: exchange.url });
  return {
    exchange,
    paper: exchange.paper,
    harness,
    trader: await harness.signUp(),
    async [Symbol.asyncDispose](): Promise<void> {
      await harness[Symbol.asyncDispose]();
      await exchange[Symbol.asyncDispose]();
    },
  };
}

/** Opens a paper account as its user does; returns the key's id. */
export async function openPaperKey(
  harness: Harness,
  trader: Trader,
): Promise<string> {
  const reply = await harness.call({ path: "/keys/paper", as: trader });
  assert.equal(reply.status, 201, JSON.stringify(reply.body));
  return reply.body.id;
}
