import {
  type BotRunOptions,
  ConfigError,
  parseBot,
  runBot,
  type Strategy,
  tradesOf,
} from "../backtest/run_bot.ts";
import { type CandleColumns, sliceCandles } from "../candles/columns.ts";
import { configAt, type ConfigRow, type SweepParameter } from "./parameters.ts";
import type { CandleRange, SweepWindow } from "./windows.ts";

/** What one window came to. */
export interface WindowFigures {
  /** Fraction of the starting cash. */
  readonly return: number;
  readonly maxDrawdown: number;
  readonly sharpe: number | null;
  readonly fees: number;
  /** Finished trades. */
  readonly trades: number;
  readonly liquidated: boolean;
}

/** A combination, tried on every window. */
export interface SweepResult {
  /** Number of the combination. */
  readonly index: number;
  /** What is wrong with it; then it has no figures. */
  readonly refused: string | null;
  readonly train: readonly WindowFigures[];
  /** As long as `train`; empty without a split. */
  readonly test: readonly WindowFigures[];
}

/** Everything the combinations of a sweep share. */
export interface SweepSetting extends Omit<BotRunOptions, "onFill" | "equity"> {
  readonly strategy: Strategy;
  /** The parameters that stay. */
  readonly config: ConfigRow;
  readonly parameters: readonly SweepParameter[];
  readonly windows: readonly SweepWindow[];
}

/** Tries one combination on every window. */
export function evaluate(
  candles: CandleColumns,
  setting: SweepSetting,
  index: number,
): SweepResult {
  const config = configAt(setting.config, setting.parameters, index);
  try {
    const run = (range: CandleRange) =>
      runWindow(candles, { setting, config, range });
    return {
      index,
      refused: null,
      train: setting.windows.map(({ train }) => run(train)),
      test: setting.windows.flatMap(({ test }) =>
        test === null ? [] : [run(test)]
      ),
    };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { index, refused: error.message, train: [], test: [] };
  }
}

function runWindow(
  candles: CandleColumns,
  { setting, config, range }: {
    readonly setting: SweepSetting;
    readonly config: ConfigRow;
    readonly range: CandleRange;
  },
): WindowFigures {
  const { strategy, market, cash, model, funding } = setting;
  const part = sliceCandles(candles, range.from, range.to);
  const at = { market, price: part.open[0] ?? NaN };
  const bot = parseBot(strategy, config, at);
  const report = runBot(part, bot, { market, cash, model, funding });
  const { maxDrawdown, sharpe, fees, liquidated } = report;
  const trades = tradesOf(report);
  return {
    return: report.return,
    maxDrawdown,
    sharpe,
    fees,
    trades,
    liquidated,
  };
}
