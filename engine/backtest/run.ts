import {
  type AnyFill,
  type AnyReport,
  type FillModel,
  runBot,
} from "@core/backtest/mod.ts";
import type { FillLog } from "./fill_log.ts";
import type { BacktestInputs } from "./inputs.ts";

/** One model's run: its report and its speed. */
export interface ModelRun {
  readonly model: FillModel;
  readonly report: AnyReport;
  readonly candlesPerSecond: number;
  /** How many there were. */
  readonly candles: number;
}

/** What a run draws; a year's memory, so one serves all models. */
export interface Drawing {
  /** Receives the equity at each close. */
  readonly equity: Float64Array;
  /** Receives the fills; null: nobody wants them. */
  readonly fills: FillLog | null;
}

/** Runs one model: once to draw, then `repeat` times for its speed. */
export function runModel(
  model: FillModel,
  { candles, bot, market, funding }: BacktestInputs,
  { cash, repeat, drawing }: {
    readonly cash: number;
    readonly repeat: number;
    readonly drawing: Drawing;
  },
): ModelRun {
  const options = { market, cash, model, funding };
  const { equity, fills } = drawing;
  fills?.clear();
  runBot(candles, bot, {
    ...options,
    equity,
    ...(fills !== null && { onFill: (fill: AnyFill) => fills.push(fill) }),
  });
  const startedAtMs = performance.now();
  let report = runBot(candles, bot, options);
  for (let i = 1; i < repeat; i++) report = runBot(candles, bot, options);
  const seconds = (performance.now() - startedAtMs) / 1_000;
  const candlesPerSecond = Math.round(
    repeat * candles.length / Math.max(seconds, 1e-6),
  );
  return { model, report, candlesPerSecond, candles: candles.length };
}
