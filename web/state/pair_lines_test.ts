/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { pairLinesOf } from "./pair_lines.ts";
import { aFill } from "./testing.ts";

const ENTRY = aFill({ id: "1", tradeId: "t1", filledAtMs: 1_000, fee: 0.006 });
const EXIT = aFill({
  id: "2",
  tradeId: "t2",
  orderSide: "sell",
  purpose: "take_profit",
  price: 642,
  fee: 0.007,
  pairProfit: 0.1,
  pairEntryPrice: 640,
  pairTradeIds: ["t1"],
  filledAtMs: 5_000,
});

Deno.test("pairLinesOf() joins an exit with its entry and takes both fees off", () => {
  const [line, ...others] = pairLinesOf([EXIT, ENTRY]);
  assert.deepEqual(others, []);
  assert.deepEqual({ ...line, net: line?.net?.toFixed(6) }, {
    entryAtMs: 1_000,
    entryPrice: 640,
    exitAtMs: 5_000,
    exitPrice: 642,
    net: "0.087000",
  });
});

Deno.test("pairLinesOf() takes the part of a fee that belongs to the part given back", () => {
  const half = { ...EXIT, size: ENTRY.size / 2, pairProfit: 0.05 };
  const [line] = pairLinesOf([half, ENTRY]);
  assert.equal(line?.net?.toFixed(6), (0.05 - 0.007 - 0.003).toFixed(6));
});

Deno.test("pairLinesOf() begins at the oldest of several entries", () => {
  const older = aFill({ id: "0", tradeId: "t0", filledAtMs: 500 });
  const both = { ...EXIT, pairTradeIds: ["t1", "t0"] };
  assert.equal(pairLinesOf([both, ENTRY, older])[0]?.entryAtMs, 500);
});

Deno.test("pairLinesOf() draws nothing it does not know", () => {
  assert.deepEqual(pairLinesOf([EXIT]), [], "the entry is not among them");
  assert.deepEqual(pairLinesOf([ENTRY, { ...EXIT, pairProfit: null }]), []);
  const [line] = pairLinesOf([EXIT, { ...ENTRY, fee: null }]);
  assert.equal(line?.net, null, "an unknown fee is unknown");
});

Deno.test("pairLinesOf() draws no pair of which an entry is not loaded", () => {
  const both = { ...EXIT, pairTradeIds: ["t1", "t0"] };
  assert.deepEqual(pairLinesOf([both, ENTRY]), []);
});
