/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { mergeCandles } from "../../state/market_desk.ts";
import { movedCandles } from "./candle_move.ts";

function candle(minute: number, close = 1) {
  const openTimeMs = minute * 60_000;
  return { openTimeMs, open: 1, high: 1, low: 1, close, volume: 0 };
}

const BEFORE = [candle(0), candle(1), candle(2)];

Deno.test("movedCandles() brings the end of a candle with the one after it", () => {
  // Both came between two drawings: the third minute's last trade, the fourth.
  const ended = mergeCandles(BEFORE, [candle(2, 9)]);
  const after = mergeCandles(ended, [candle(3, 10)]);
  assert.deepEqual(
    movedCandles(BEFORE, after)?.map(({ close }) => close),
    [9, 10],
  );
});

Deno.test("movedCandles() brings the last candle alone while it moves", () => {
  const after = mergeCandles(BEFORE, [candle(2, 5)]);
  assert.deepEqual(movedCandles(BEFORE, after), [candle(2, 5)]);
});

Deno.test("movedCandles() has everything drawn anew where older candles changed", () => {
  const mended = mergeCandles(BEFORE, [candle(1, 4), candle(2, 5)]);
  assert.equal(movedCandles(BEFORE, mended), null);
  assert.equal(movedCandles(BEFORE, BEFORE.slice(1)), null);
  assert.equal(movedCandles([], BEFORE), null);
  const other = [...BEFORE.slice(0, 2), candle(7)];
  assert.equal(movedCandles(BEFORE, other), null);
});
