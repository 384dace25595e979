import {
  type BacktestFill,
  type BacktestReport,
  type FillModel,
  type RangeGridFill,
  type RangeGridReport,
  runAsGrid,
  runRangeGrid,
} from "@core/backtest/mod.ts";
import type { BacktestInputs } from "./inputs.ts";
import type { BacktestOptions } from "./options.ts";

/** One model's run: its report, its speed, and what it drew. */
export interface ModelRun {
  readonly model: FillModel;
  readonly report: BacktestReport | RangeGridReport;
  readonly candlesPerSecond: number;
  /** Equity at each close. */
  readonly equity: Float64Array;
  readonly fills: readonly (BacktestFill | RangeGridFill)[];
}

/** What a run may hand out besides its report. */
interface Recording {
  readonly equity?: Float64Array;
  readonly onFill?: (fill: BacktestFill | RangeGridFill) => void;
}

/** Runs one model: once to draw, then `repeat` times for its speed. */
export function runModel(
  model: FillModel,
  inputs: BacktestInputs,
  options: BacktestOptions,
): ModelRun {
  const { candles } = inputs;
  const run = runOf(model, inputs, options);
  const equity = new Float64Array(candles.length);
  const fills: (BacktestFill | RangeGridFill)[] = [];
  run({ equity, onFill: (fill) => fills.push(fill) });
  const startedAtMs = performance.now();
  let report = run({});
  for (let i = 1; i < options.repeat; i++) report = run({});
  const seconds = (performance.now() - startedAtMs) / 1_000;
  const candlesPerSecond = Math.round(
    options.repeat * candles.length / Math.max(seconds, 1e-6),
  );
  return { model, report, candlesPerSecond, equity, fills };
}

function runOf(
  model: FillModel,
  { candles, bot, market, funding }: BacktestInputs,
  { cash }: BacktestOptions,
): (recording: Recording) => BacktestReport | RangeGridReport {
  const plain = {
    market,
    cash,
    model,
    ...(funding === null ? {} : { funding }),
  };
  return (recording) =>
    bot.strategy === "as_grid"
      ? runAsGrid(candles, { ...plain, config: bot.config, ...recording })
      : runRangeGrid(candles, { ...plain, config: bot.config, ...recording });
}
