/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import type { Candle } from "../../model/candle.ts";
import { walkCandles } from "./candle_walk.ts";
import { AsGridConfigSchema } from "./config.ts";
import { BNB } from "./testdata.ts";

const JULY = `${import.meta.dirname}/../../../../../shared/klines/` +
  "BNBUSDT-1m-2025-07.csv";

function readCandles(): Candle[] | null {
  try {
    return Deno.readTextFileSync(JULY).trim().split("\n").slice(1)
      .map((line) => {
        const [
          openTimeMs = NaN,
          open = NaN,
          high = NaN,
          low = NaN,
          close = NaN,
          volume = NaN,
        ] = line.split(",").map(Number);
        return { openTimeMs, open, high, low, close, volume };
      });
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}

const candles = readCandles();

Deno.test({
  name: "planAsGrid() reproduces the golden month of backtest.md",
  ignore: candles === null,
  fn() {
    assert.ok(candles !== null);
    const report = walkCandles(candles, {
      config: AsGridConfigSchema.parse({ baseSize: 0.05, leverage: 20 }),
      market: BNB,
      cash: 1_000,
    });
    assert.deepEqual(report.fills, {
      open: 326,
      entry: 615,
      "take_profit": 890,
    });
    assert.deepEqual(report.sizes, { long: 0.25, short: 0.05 });
    const near = (value: number, expected: number, digits: number) =>
      assert.ok(
        Math.abs(value - expected) < 10 ** -digits,
        `${value} is not ${expected}`,
      );
    near(report.finalEquity, 965.6100148, 7);
    near(report.wallet, 967.8186866750, 10);
    near(report.fees, 14.2479852, 7);
    near(report.maxDrawdown, 0.0382095666, 10);
  },
});
