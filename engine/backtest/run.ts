import {
  type BacktestFill,
  type BacktestReport,
  type FillModel,
  runAsGrid,
} from "@core/backtest/mod.ts";
import type { BacktestInputs } from "./inputs.ts";
import type { BacktestOptions } from "./options.ts";

/** One model's run: its report, its speed, and what it drew. */
export interface ModelRun {
  readonly model: FillModel;
  readonly report: BacktestReport;
  readonly candlesPerSecond: number;
  /** Equity at each close. */
  readonly equity: Float64Array;
  readonly fills: readonly BacktestFill[];
}

/** Runs one model: once to draw, then `repeat` times for its speed. */
export function runModel(
  model: FillModel,
  inputs: BacktestInputs,
  options: BacktestOptions,
): ModelRun {
  const { candles, config, market, funding } = inputs;
  const plain = {
    config,
    market,
    cash: options.cash,
    model,
    ...(funding === null ? {} : { funding }),
  };
  const equity = new Float64Array(candles.length);
  const fills: BacktestFill[] = [];
  runAsGrid(candles, { ...plain, equity, onFill: (fill) => fills.push(fill) });
  const startedAtMs = performance.now();
  let report = runAsGrid(candles, plain);
  for (let i = 1; i < options.repeat; i++) report = runAsGrid(candles, plain);
  const seconds = (performance.now() - startedAtMs) / 1_000;
  const candlesPerSecond = Math.round(
    options.repeat * candles.length / Math.max(seconds, 1e-6),
  );
  return { model, report, candlesPerSecond, equity, fills };
}
