/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { guardMargin } from "./margin_guard.ts";
import { checkData } from "./stale_data.ts";

const QUOTE = {
  symbol: "BNB/USDT:USDT",
  bestBid: 650,
  bestAsk: 650.01,
  lastPrice: 650,
  markPrice: 650,
  fundingRate: null,
  receivedAtMs: 100_000,
};

Deno.test("checkData() accepts a price up to the limit and no older", () => {
  const at = (nowMs: number) =>
    checkData({ quote: QUOTE, connected: true, staleDataSeconds: 5, nowMs });
  assert.equal(at(105_000), null);
  assert.equal(at(105_001)?.code, "price_stale");
});

Deno.test("checkData() refuses a dead private socket and a missing price", () => {
  const input = { connected: true, staleDataSeconds: 5, nowMs: 100_000 };
  assert.equal(checkData({ ...input, quote: null })?.code, "no_price");
  assert.equal(
    checkData({ ...input, quote: QUOTE, connected: false })?.code,
    "private_socket_down",
  );
});

Deno.test("guardMargin() has two limits, a release below the first, and fails closed", () => {
  const limits = { entryLimit: 0.5, reduceLimit: 0.8 };
  const guard = (ratio: number | null, entriesOff = false) =>
    guardMargin(limits, { ratio, entriesOff });
  assert.equal(guard(0.5), "normal");
  assert.equal(guard(0.51), "no_entries");
  assert.equal(guard(0.81), "reduce");
  assert.equal(guard(0.46, true), "no_entries");
  assert.equal(guard(0.45, true), "normal");
  assert.equal(guard(null), "no_entries");
  assert.equal(guardMargin(null, { ratio: 0.9, entriesOff: false }), "normal");
});
