/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Candle } from "../model/candle.ts";
import { walkCandles } from "../strategy/as_grid/candle_walk.ts";
import { AsGridConfigSchema } from "../strategy/as_grid/config.ts";
import { BNB } from "../strategy/as_grid/testdata.ts";
import { runAsGrid } from "./as_grid_run.ts";
import { type CandleColumns, parseCandles } from "./columns.ts";
import { type BacktestFill, FILL_MODELS } from "./report.ts";

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

function columnsOf(candles: readonly Candle[]): CandleColumns {
  const column = (key: "openTimeMs" | "open" | "high" | "low" | "close") =>
    Float64Array.from(candles, (candle) => candle[key]);
  return {
    length: candles.length,
    openTimeMs: column("openTimeMs"),
    open: column("open"),
    high: column("high"),
    low: column("low"),
    close: column("close"),
  };
}

/** Random minutes on the tick, with gaps between close and open now and then. */
const walk = fc.array(
  fc.record({
    gap: fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, {
      weight: 1,
      arbitrary: fc.integer({ min: -300, max: 300 }),
    }),
    body: fc.integer({ min: -400, max: 400 }),
    above: fc.nat(300),
    below: fc.nat(300),
  }),
  { minLength: 1, maxLength: 150 },
).map((steps) => {
  let last = 65_000;
  return steps.map(({ gap, body, above, below }, i): Candle => {
    const open = Math.max(20_000, last + gap);
    const close = Math.max(20_000, open + body);
    last = close;
    return {
      openTimeMs: i * 60_000,
      open: open / 100,
      high: (Math.max(open, close) + above) / 100,
      low: (Math.min(open, close) - below) / 100,
      close: close / 100,
      volume: 1,
    };
  });
});

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

Deno.test("runAsGrid() agrees with the plain strategy on random walks", () => {
  fc.assert(
    fc.property(
      walk,
      fc.constantFrom("both", "long", "short"),
      fc.integer({ min: 2, max: 6 }),
      (candles, legs, maxEntryMultiplier) => {
        const config = AsGridConfigSchema.parse({
          baseSize: 0.05,
          leverage: 20,
          legs,
          takeProfitBoostMultiplier: 1,
          maxEntryMultiplier,
        });
        // Enough cash that margin never decides: the plain walk has no margin.
        const options = { config, market: BNB, cash: 100_000 };
        const slow = walkCandles(candles, options);
        const fast = runAsGrid(columnsOf(candles), {
          ...options,
          model: "path",
        });
        assert.deepEqual(
          [fast.openings, fast.entries, fast.takeProfits],
          [slow.fills.open, slow.fills.entry, slow.fills.take_profit],
        );
        near(fast.wallet, slow.wallet);
        near(fast.finalEquity, slow.finalEquity);
        near(fast.maxDrawdown, slow.maxDrawdown, 1e-9);
        assert.deepEqual(
          [fast.longSize, fast.shortSize],
          [slow.sizes.long, slow.sizes.short],
        );
      },
    ),
    { numRuns: 1_000 },
  );
});

Deno.test("runAsGrid() keeps its money in order under every model", () => {
  fc.assert(fc.property(
    walk,
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
