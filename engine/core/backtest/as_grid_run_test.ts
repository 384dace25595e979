/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Candle } from "../model/candle.ts";
import { AsGridConfigSchema } from "../strategy/as_grid/config.ts";
import { BNB } from "../strategy/as_grid/testdata.ts";
import { runAsGrid } from "./as_grid_run.ts";
import { parseCandles } from "./columns.ts";
import { type BacktestFill, FILL_MODELS } from "./report.ts";
import { columnsOf, randomMinutes } from "./testing.ts";

const JULY = `${import.meta.dirname}/../../../../shared/klines/` +
  "BNBUSDT-1m-2025-07.csv";
const july = await Deno.readTextFile(JULY).then(parseCandles, (error) => {
  if (error instanceof Deno.errors.NotFound) return null;
  throw error;
});
const CONFIG = AsGridConfigSchema.parse({ baseSize: 0.05, leverage: 20 });
const OPTIONS = { config: CONFIG, market: BNB, cash: 1_000 };

function near(value: number, expected: number, tolerance = 1e-6): void {
  assert.ok(Math.abs(value - expected) <= tolerance, `${value} ≠ ${expected}`);
}

Deno.test({
  name: "runAsGrid() meets the golden case of backtest.md",
  ignore: july === null,
  fn() {
    assert.ok(july !== null);
    const report = runAsGrid(july, { ...OPTIONS, model: "path" });
    assert.deepEqual(
      [report.fills, report.openings, report.entries, report.takeProfits],
      [1831, 326, 615, 890],
    );
    near(report.finalEquity, 965.6100148);
    near(report.wallet, 967.8186866750);
    near(report.fees, 14.2479852);
    near(report.maxDrawdown, 0.0382095666);
    assert.deepEqual([report.longSize, report.shortSize], [0.25, 0.05]);
  },
});

Deno.test("runAsGrid() keeps its money in order under every model", () => {
  fc.assert(fc.property(
    randomMinutes,
    fc.constantFrom(...FILL_MODELS),
    fc.integer({ min: 20, max: 2_000 }),
    (candles, model, cash) => {
      const fills: BacktestFill[] = [];
      const report = runAsGrid(columnsOf(candles), {
        ...OPTIONS,
        cash,
        model,
        onFill: (fill) => fills.push(fill),
      });
      near(report.wallet, cash + report.realized - report.fees, 1e-9 * cash);
      assert.equal(report.fills, fills.length);
      assert.ok(report.longSize >= 0 && report.shortSize >= 0);
      const limit = 0.05 * CONFIG.maxEntryMultiplier + 0.05 + 1e-9;
      assert.ok(report.maxLongSize <= limit && report.maxShortSize <= limit);
      if (report.liquidated) {
        assert.deepEqual([report.longSize, report.shortSize], [0, 0]);
      }
    },
  ));
});

Deno.test("runAsGrid() liquidates an account that cannot carry its position", () => {
  const fall = Array.from({ length: 400 }, (_, i): Candle => ({
    openTimeMs: i * 60_000,
    open: 650 - i,
    high: 650 - i,
    low: 649 - i,
    close: 649 - i,
    volume: 1,
  }));
  const config = AsGridConfigSchema.parse({
    baseSize: 0.05,
    leverage: 75,
    legs: "long",
  });
  for (const model of FILL_MODELS) {
    const options = { config, market: BNB, cash: 40, model };
    const report = runAsGrid(columnsOf(fall), options);
    assert.equal(report.liquidated, true, model);
    assert.equal(report.longSize, 0);
    near(report.finalEquity, report.wallet, 1e-12);
  }
});

Deno.test("runAsGrid() settles funding on the position held then", () => {
  const flat = Array.from({ length: 20 }, (_, i): Candle => ({
    openTimeMs: i * 60_000,
    open: 650,
    high: 650.5,
    low: 649.5,
    close: 650,
    volume: 1,
  }));
  const config = AsGridConfigSchema.parse({ baseSize: 1, legs: "long" });
  const options = {
    config,
    market: BNB,
    cash: 10_000,
    model: "path" as const,
  };
  const funding = [{ atMs: 10 * 60_000, rate: 0.0001 }];
  const report = runAsGrid(columnsOf(flat), { ...options, funding });
  near(report.funding ?? NaN, -0.065, 1e-12);
  assert.equal(runAsGrid(columnsOf(flat), options).funding, null);
});

Deno.test("runAsGrid() pessimistically wants a whole tick beyond the price", () => {
  const candle = (i: number, low: number): Candle => ({
    openTimeMs: i * 60_000,
    open: 650,
    high: 650,
    low,
    close: 650,
    volume: 1,
  });
  const config = AsGridConfigSchema.parse({ baseSize: 1, legs: "long" });
  const run = (model: (typeof FILL_MODELS)[number], low: number) =>
    runAsGrid(columnsOf([candle(0, low)]), {
      config,
      market: BNB,
      cash: 10_000,
      model,
    }).openings;
  assert.deepEqual(
    FILL_MODELS.map((model) => [model, run(model, 649.99), run(model, 650)]),
    [["pessimistic", 1, 0], ["path", 1, 0], ["optimistic", 1, 0]],
  );
  assert.equal(run("path", 649.995), 1);
  assert.equal(run("pessimistic", 649.995), 0);
});

Deno.test("runAsGrid() opens with a balance that just suffices, whatever the binary noise", () => {
  // 0.07 · 12330 is 863.1, and 863.1000000000001 as a double.
  const candles = columnsOf([0, 1].map((i) => ({
    openTimeMs: i * 60_000,
    open: 12_330,
    high: 12_330,
    low: 12_300,
    close: 12_300,
    volume: 1,
  })));
  const report = runAsGrid(candles, {
    config: AsGridConfigSchema.parse({
      baseSize: 0.07,
      leverage: 1,
      legs: "long",
    }),
    market: BNB,
    cash: 863.1,
    model: "path",
  });
  assert.equal(report.openings, 1);
});
