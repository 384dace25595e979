/// <reference lib="deno.ns" />
/** Nothing that a run does depends on what comes later (field failure 29). */
import assert from "node:assert/strict";
import fc from "fast-check";
import { AsGridConfigSchema } from "../strategy/as_grid/config.ts";
import { BNB } from "../strategy/as_grid/testdata.ts";
import { runAsGrid } from "./as_grid_run.ts";
import { type BacktestFill, FILL_MODELS, type FillModel } from "./report.ts";
import { columnsOf, randomMinutes } from "./testing.ts";

const CONFIG = AsGridConfigSchema.parse({ baseSize: 0.05, leverage: 20 });
type Candles = Parameters<typeof columnsOf>[0];

function fillsOf(candles: Candles, model: FillModel): readonly BacktestFill[] {
  const fills: BacktestFill[] = [];
  runAsGrid(columnsOf(candles), {
    config: CONFIG,
    market: BNB,
    cash: 1_000,
    model,
    onFill: (fill) => fills.push(fill),
  });
  return fills;
}

Deno.test("runAsGrid() fills in a beginning of the candles what it fills in all of them: it sees nothing ahead", () => {
  let seen = 0;
  fc.assert(fc.property(
    randomMinutes,
    fc.constantFrom(...FILL_MODELS),
    fc.double({ min: 0.1, max: 0.9, noNaN: true }),
    (candles, model, share) => {
      const beginning = candles.slice(0, Math.ceil(candles.length * share));
      const short = fillsOf(beginning, model);
      seen += short.length;
      assert.deepEqual(
        short,
        fillsOf(candles, model).slice(0, short.length),
      );
    },
  ));
  assert.ok(seen > 0, "nothing was ever filled");
});
