/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import fc from "fast-check";
import { joinBars, thinEquity } from "./curve.ts";

function candlesOf(prices: readonly number[], startMs = 0) {
  const column = (value: (i: number) => number) =>
    Float64Array.from(prices, (_, i) => value(i));
  return {
    length: prices.length,
    openTimeMs: column((i) => startMs + i * 60_000),
    open: column((i) => prices[i - 1] ?? prices[0] ?? NaN),
    high: column((i) => (prices[i] ?? NaN) + 1),
    low: column((i) => (prices[i] ?? NaN) - 1),
    close: column((i) => prices[i] ?? NaN),
  };
}

const prices = fc.array(fc.integer({ min: 10, max: 99 }), {
  minLength: 1,
  maxLength: 400,
});

Deno.test("thinEquity() ends where the run ends and loses no drawdown", () => {
  fc.assert(fc.property(prices, fc.integer({ min: 1, max: 50 }), (all, n) => {
    const equity = Float64Array.from(all);
    const curve = thinEquity(candlesOf(all), equity, {
      cash: 50,
      pointsMax: n,
    });
    assert.equal(curve.equity.at(-1), all.at(-1));
    assert.equal(curve.atMs.at(-1), (all.length - 1) * 60_000);
    let peak = 50;
    const worst = Math.max(...all.map((value) => {
      peak = Math.max(peak, value);
      return (peak - value) / peak;
    }));
    assert.equal(Math.max(...curve.drawdown), worst);
    assert.equal(curve.equity.length, Math.min(n, all.length));
  }));
});

Deno.test("joinBars() keeps open, close and both extremes", () => {
  fc.assert(
    fc.property(prices, fc.integer({ min: 5, max: 60 }), (all, most) => {
      const candles = candlesOf(all, 1_749_999_960_000);
      const bars = joinBars(candles, most);
      assert.equal(bars.open[0], candles.open[0]);
      assert.equal(bars.close.at(-1), candles.close.at(-1));
      assert.equal(Math.max(...bars.high), Math.max(...candles.high));
      assert.equal(Math.min(...bars.low), Math.min(...candles.low));
      // One more where the first bar is cut by the clock.
      assert.ok(bars.length <= most + 1);
      for (const at of bars.openTimeMs) assert.equal(at % bars.intervalMs, 0);
    }),
  );
});
