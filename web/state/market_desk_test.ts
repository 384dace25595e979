/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import fc from "fast-check";
import { mergeCandles } from "./market_desk.ts";

function candle(openTimeMs: number, close = 1) {
  return { openTimeMs, open: 1, high: 1, low: 1, close, volume: 0 };
}

Deno.test("mergeCandles() moves the last candle and appends the next", () => {
  const known = [candle(0), candle(60), candle(120)];
  const moved = mergeCandles(known, [candle(120, 2)]);
  assert.deepEqual(moved.map(({ close }) => close), [1, 1, 2]);
  assert.equal(moved[0], known[0]);
  assert.equal(mergeCandles(moved, [candle(180)]).length, 4);
});

Deno.test("mergeCandles() is ordered and has each time once, whatever comes", () => {
  const times = fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 30 });
  fc.assert(fc.property(fc.array(times, { maxLength: 6 }), (batches) => {
    const all = batches.reduce(
      (known, batch) => mergeCandles(known, batch.map((at) => candle(at))),
      mergeCandles([], []),
    );
    const seen = all.map(({ openTimeMs }) => openTimeMs);
    assert.deepEqual(seen, [...new Set(batches.flat())].sort((a, b) => a - b));
  }));
});
