/** The command line of `deno task backtest`. @module */
import { FILL_MODELS, type FillModel, STRATEGIES } from "@core/backtest/mod.ts";
import { choiceOf, numberOf, readFlags, requiredOf, textOf } from "./flags.ts";
import type { InputOptions } from "./inputs.ts";
import { MARKET_FLAGS, readMarketOptions } from "./market_options.ts";

/** What `--help` prints. */
export const HELP =
  `Usage: deno task backtest --candles FILE --config JSON|FILE [options]

  --candles FILE       open_time_ms,open,high,low,close,volume; one minute each
  --strategy NAME      as_grid (default) or range_grid
  --config JSON|FILE   the bot's configuration, as in the web app
  --model NAME         pessimistic, path, optimistic or all (default all)
  --cash N             starting balance, quote (default 1000)
  --maker R            maker fee, fraction (default 0.0002)
  --taker R            taker fee, fraction (default 0.0006)
  --tick N             price step (default 0.01)
  --lot N              size step, also the smallest size (default 0.01)
  --maintenance R      maintenance margin, fraction (default 0.005)
  --funding FILE       at_ms,rate; without it funding is unknown
  --repeat N           runs a model N times, for its speed (default 1)
  --quiet-minutes      lets minutes through in which nothing traded
  --csv DIR            writes equity-MODEL.csv and fills-MODEL.csv there
  --json               one JSON object on stdout instead of a table
`;

/** A parsed command line. Numbers are finite and in range. */
export interface BacktestOptions extends InputOptions {
  readonly models: readonly FillModel[];
  readonly repeat: number;
  readonly csv: string | null;
  readonly json: boolean;
}

const TEXT = "text" as const;
const FLAGS = {
  candles: TEXT,
  strategy: TEXT,
  config: TEXT,
  model: TEXT,
  ...MARKET_FLAGS,
  funding: TEXT,
  repeat: TEXT,
  csv: TEXT,
  "quiet-minutes": "switch",
  json: "switch",
  help: "switch",
} as const;

/**
 * Parses the command line.
 *
 * @returns The options, or `"help"` when only that was asked for.
 * @throws {UsageError} Naming the flag, its value and what was wanted.
 */
export function parseOptions(
  args: readonly string[],
): BacktestOptions | "help" {
  const flags = readFlags(args, FLAGS);
  if (flags.help === true) return "help";
  const models = ["all", ...FILL_MODELS] as const;
  const model = choiceOf(flags, "model", models, "all");
  return {
    strategy: choiceOf(flags, "strategy", STRATEGIES, "as_grid"),
    candles: requiredOf(flags, "candles"),
    config: requiredOf(flags, "config"),
    models: model === "all" ? FILL_MODELS : [model],
    ...readMarketOptions(flags),
    funding: textOf(flags, "funding"),
    quietMinutes: flags["quiet-minutes"] === true,
    repeat: numberOf(flags, "repeat", {
      fallback: 1,
      above: 0,
      to: 1e6,
      isWhole: true,
    }),
    csv: textOf(flags, "csv"),
    json: flags.json === true,
  };
}
