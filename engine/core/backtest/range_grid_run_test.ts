/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Candle } from "../model/candle.ts";
import { BNB } from "../strategy/as_grid/testdata.ts";
import {
  type RangeGridConfigInput,
  RangeGridConfigSchema,
} from "../strategy/range_grid/config.ts";
import { parseCandles } from "./columns.ts";
import { type RangeGridFill, runRangeGrid } from "./range_grid_run.ts";
import { FILL_MODELS } from "./report.ts";
import { columnsOf, randomMinutes, rangeGrids } from "./testing.ts";

const JULY = `${import.meta.dirname}/../../../../shared/klines/` +
  "BNBUSDT-1m-2025-07.csv";
const july = await Deno.readTextFile(JULY).then(parseCandles, (error) => {
  if (error instanceof Deno.errors.NotFound) return null;
  throw error;
});

function near(value: number, expected: number, tolerance = 1e-6): void {
  assert.ok(Math.abs(value - expected) <= tolerance, `${value} ≠ ${expected}`);
}

const MONTH: RangeGridConfigInput = {
  lowerPrice: 640,
  upperPrice: 860,
  levels: 100,
  investment: 2_000,
  leverage: 5,
};

Deno.test("runRangeGrid() keeps its money in order where margin decides", () => {
  let liquidated = 0;
  fc.assert(
    fc.property(
      randomMinutes,
      rangeGrids,
      fc.constantFrom(...FILL_MODELS),
      fc.integer({ min: 30, max: 3_000 }),
      (candles, input, model, cash) => {
        const config = RangeGridConfigSchema.parse({ ...input, leverage: 20 });
        const fills: RangeGridFill[] = [];
        const report = runRangeGrid(columnsOf(candles), {
          config,
          market: BNB,
          cash,
          model,
          funding: candles.filter((_, i) => i % 7 === 3)
            .map(({ openTimeMs }) => ({ atMs: openTimeMs, rate: 0.0003 })),
          onFill: (fill) => fills.push(fill),
        });
        const { realized, fees, funding } = report;
        near(report.wallet, cash + realized - fees + (funding ?? NaN));
        near(
          report.finalEquity,
          cash + report.gridProfit + report.unpairedPnl,
        );
        assert.ok(report.gridProfit >= 0, "a closed pair never loses");
        assert.equal(report.fills, fills.length);
        const most = config.investment * config.leverage / config.lowerPrice;
        assert.ok(report.maxLongSize <= most && report.maxShortSize <= most);
        if (report.liquidated) {
          liquidated++;
          assert.deepEqual([report.longSize, report.shortSize], [0, 0]);
        }
      },
    ),
    // Fixed, because the count below is a property of the seed too.
    { numRuns: 500, seed: 7 },
  );
  assert.ok(liquidated > 5, `${liquidated} liquidated`);
});

/** As in the README; the plain walk comes to the same, fill by fill. */
const GOLDEN = [
  ["neutral", 2_117, 1_030, 253.55451680, -462.56391480, 4_790.99060200],
  ["long", 2_118, 1_087, 267.72154760, 1_033.76689416, 6_301.48844176],
  ["short", 2_118, 1_030, 253.55451680, -594.73147656, 4_658.82304024],
] as const;

Deno.test({
  name: "runRangeGrid() meets the golden month of the README",
  ignore: july === null,
  fn() {
    assert.ok(july !== null);
    for (const [direction, fills, pairs, profit, unpaired, equity] of GOLDEN) {
      const config = RangeGridConfigSchema.parse({ ...MONTH, direction });
      const options = { config, market: BNB, cash: 5_000 };
      const report = runRangeGrid(july, { ...options, model: "path" });
      assert.deepEqual([report.fills, report.gridPairs], [fills, pairs]);
      near(report.gridProfit, profit);
      near(report.unpairedPnl, unpaired);
      near(report.finalEquity, equity);
    }
  },
});

Deno.test("runRangeGrid() fills more the more generous the model", () => {
  if (july === null) return;
  const config = RangeGridConfigSchema.parse(MONTH);
  const [pessimistic = 0, path = 0, optimistic = 0] = FILL_MODELS.map((model) =>
    runRangeGrid(july, { config, market: BNB, cash: 5_000, model }).gridPairs
  );
  assert.ok(pessimistic < path && path <= optimistic);
});

Deno.test("runRangeGrid() liquidates an account that cannot carry its position", () => {
  const fall = Array.from({ length: 250 }, (_, i): Candle => ({
    openTimeMs: i * 60_000,
    open: 650 - i,
    high: 650 - i,
    low: 649 - i,
    close: 649 - i,
    volume: 1,
  }));
  const config = RangeGridConfigSchema.parse({
    lowerPrice: 400,
    upperPrice: 700,
    levels: 60,
    direction: "long",
    investment: 200,
    leverage: 20,
  });
  for (const model of FILL_MODELS) {
    const options = { config, market: BNB, cash: 200, model };
    const report = runRangeGrid(columnsOf(fall), options);
    assert.equal(report.liquidated, true, model);
    assert.deepEqual([report.longSize, report.shortSize], [0, 0]);
    near(report.finalEquity, report.wallet, 1e-12);
    near(report.wallet, 200 + report.realized - report.fees, 1e-9);
  }
});

Deno.test("runRangeGrid() settles funding on the position held then", () => {
  const still = Array.from({ length: 20 }, (_, i): Candle => ({
    openTimeMs: i * 60_000,
    open: 650,
    high: 650.5,
    low: 649.5,
    close: 650,
    volume: 1,
  }));
  const config = RangeGridConfigSchema.parse({
    lowerPrice: 640,
    upperPrice: 660,
    levels: 10,
    direction: "long",
    investment: 66,
  });
  const options = { config, market: BNB, cash: 1_000, model: "path" as const };
  const funding = [{ atMs: 10 * 60_000, rate: 0.0001 }];
  const report = runRangeGrid(columnsOf(still), { ...options, funding });
  near(report.funding ?? NaN, -0.25 * 650 * 0.0001, 1e-12);
  near(report.wallet, 1_000 - report.fees + (report.funding ?? NaN), 1e-9);
  assert.equal(runRangeGrid(columnsOf(still), options).funding, null);
});
