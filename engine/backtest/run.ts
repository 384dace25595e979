import {
  type AnyFill,
  type AnyReport,
  type FillModel,
  runBot,
} from "@core/backtest/mod.ts";
import type { BacktestInputs } from "./inputs.ts";

/** One model's run: its report, its speed, and what it drew. */
export interface ModelRun {
  readonly model: FillModel;
  readonly report: AnyReport;
  readonly candlesPerSecond: number;
  /** Equity at each close. */
  readonly equity: Float64Array;
  readonly fills: readonly AnyFill[];
}

/** Runs one model: once to draw, then `repeat` times for its speed. */
export function runModel(
  model: FillModel,
  { candles, bot, market, funding }: BacktestInputs,
  { cash, repeat }: { readonly cash: number; readonly repeat: number },
): ModelRun {
  const options = { market, cash, model, funding };
  const equity = new Float64Array(candles.length);
  const fills: AnyFill[] = [];
  const onFill = (fill: AnyFill) => fills.push(fill);
  runBot(candles, bot, { ...options, equity, onFill });
  const startedAtMs = performance.now();
  let report = runBot(candles, bot, options);
  for (let i = 1; i < repeat; i++) report = runBot(candles, bot, options);
  const seconds = (performance.now() - startedAtMs) / 1_000;
  const candlesPerSecond = Math.round(
    repeat * candles.length / Math.max(seconds, 1e-6),
  );
  return { model, report, candlesPerSecond, equity, fills };
}
