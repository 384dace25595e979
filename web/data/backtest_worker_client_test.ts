/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { FILL_MODELS } from "@core/backtest/report.ts";
import { CandleBuffer } from "@core/candles/buffer.ts";
import { BNB } from "../state/testing.ts";
import type { RunOrder } from "../workers/backtest_messages.ts";
import { BacktestWorker } from "./backtest_worker_client.ts";

/** Three hours in which the price swings by a percent each minute. */
function swinging() {
  const buffer = new CandleBuffer(180);
  for (let i = 0; i < 180; i++) {
    const [open, close] = i % 2 === 0 ? [650, 656.5] : [656.5, 650];
    buffer.push(
      Float64Array.of(i * 60_000, open, 657, 649, close),
    );
  }
  return buffer.columns();
}

const ORDER: RunOrder = {
  strategy: "range_grid",
  config: { lowerPrice: 600, upperPrice: 700, levels: 20, investment: 1_000 },
  market: BNB,
  cash: 1_000,
  models: FILL_MODELS,
  funding: null,
};

Deno.test("BacktestWorker runs every fill model and says which minutes they saw", async () => {
  const candles = swinging();
  using worker = new BacktestWorker(candles, new AbortController().signal);
  const models: string[] = [];
  const { bars, dataHash } = await worker.run(
    ORDER,
    ({ model, fills }) => models.push(`${model} ${fills.length > 0}`),
  );
  assert.deepEqual(models, FILL_MODELS.map((model) => `${model} true`));
  assert.match(dataHash, /^[0-9a-f]{64}$/);
  assert.equal(bars.openTimeMs[0], 0);
  // The page keeps its own: the worker had a copy.
  assert.equal(candles.open[0], 650);
});

Deno.test("BacktestWorker tells what is wrong with a configuration", async () => {
  using worker = new BacktestWorker(swinging(), new AbortController().signal);
  const config = {
    lowerPrice: 700,
    upperPrice: 600,
    levels: 20,
    investment: 1,
  };
  await assert.rejects(worker.run({ ...ORDER, config }, () => {}), {
    name: "BacktestError",
    code: "config",
  });
});

Deno.test("BacktestWorker ends with its signal, and begins nothing after it", async () => {
  const end = new AbortController();
  using worker = new BacktestWorker(swinging(), end.signal);
  const left = new Error("left");
  const running = worker.run(ORDER, () => {});
  end.abort(left);
  await assert.rejects(running, left);
  await assert.rejects(worker.run(ORDER, () => {}), left);
  await assert.rejects(worker.sweep([0]), left);
  assert.throws(() => new BacktestWorker(swinging(), end.signal), left);
});

Deno.test("BacktestWorker tells that its worker broke", async () => {
  using worker = new BacktestWorker(swinging(), new AbortController().signal);
  // Nothing was prepared: an error of ours, which must not be waited for. Deno
  // prints it all the same.
  await assert.rejects(worker.sweep([0]), {
    name: "BacktestError",
    code: "worker",
  });
});
