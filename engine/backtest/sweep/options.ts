/** The command line of `deno task sweep`. @module */
import { FILL_MODELS, type FillModel, STRATEGIES } from "@core/backtest/mod.ts";
import {
  spreadValues,
  SWEEP_GOALS,
  SweepError,
  type SweepGoal,
  type SweepParameter,
} from "@core/sweep/mod.ts";
import {
  choiceOf,
  numberOf,
  readFlags,
  requiredOf,
  textOf,
  textsOf,
} from "../flags.ts";
import type { InputOptions } from "../inputs.ts";
import { MARKET_FLAGS, readMarketOptions } from "../market_options.ts";
import { UsageError } from "../usage_error.ts";

/** What `--help` prints. */
export const HELP =
  `Usage: deno task sweep --candles FILE --config JSON|FILE --param NAME=FROM:TO:STEP [--param …] [options]

Tries every combination, or --samples of them drawn at random, on all cores.
With --folds each is tried on train windows and on the test windows after them,
and ranked by the test windows: out of sample.

  --candles FILE       open_time_ms,open,high,low,close,volume; one minute each
  --strategy NAME      as_grid (default) or range_grid
  --config JSON|FILE   the parameters that stay
  --param NAME=VALUES  FROM:TO:STEP or A,B,C; dots for inner ones,
                       risk.marginGuard.entryLimit=0.3:0.7:0.1
  --samples N          this many at random instead of all
  --seed N             of the random ones (default 1)
  --model NAME         pessimistic (default), path or optimistic
  --folds N            windows of the walk forward (default 4; 0: no split)
  --train SHARE        train ÷ (train + test) of a fold (default 0.7)
  --by NAME            return (default), sharpe or return_over_drawdown
  --min-trades N       fewer finished trades in any window never win (default 10)
  --workers N          threads (default: one a core)
  --out DIR            journal.jsonl, results.csv and heat-map.html go there;
                       run again it goes on where it stopped
  --top N              rows shown (default 10)
  --cash --maker --taker --tick --lot --maintenance --funding   as in backtest
  --quiet-minutes      as in backtest
  --json               one JSON object on stdout instead of the report
`;

/** More threads than this only cost. */
const WORKERS_MAX = 64;
const SAMPLES_MAX = 1_000_000;

/** A parsed command line. */
export interface SweepOptions extends InputOptions {
  readonly parameters: readonly SweepParameter[];
  /** Null: all combinations. */
  readonly samples: number | null;
  readonly seed: number;
  readonly model: FillModel;
  readonly folds: number;
  readonly train: number;
  readonly goal: SweepGoal;
  readonly minTrades: number;
  readonly workers: number;
  readonly out: string | null;
  readonly top: number;
  readonly json: boolean;
}

const TEXT = "text" as const;
const FLAGS = {
  candles: TEXT,
  strategy: TEXT,
  config: TEXT,
  param: "texts",
  samples: TEXT,
  seed: TEXT,
  model: TEXT,
  folds: TEXT,
  train: TEXT,
  by: TEXT,
  "min-trades": TEXT,
  workers: TEXT,
  out: TEXT,
  top: TEXT,
  ...MARKET_FLAGS,
  funding: TEXT,
  "quiet-minutes": "switch",
  json: "switch",
  help: "switch",
} as const;

/** @throws {UsageError} Naming the flag, its value and what was wanted. */
export function parseSweepOptions(
  args: readonly string[],
): SweepOptions | "help" {
  const flags = readFlags(args, FLAGS);
  if (flags.help === true) return "help";
  const whole = { isWhole: true, to: SAMPLES_MAX } as const;
  const cores = navigator.hardwareConcurrency;
  return {
    strategy: choiceOf(flags, "strategy", STRATEGIES, "as_grid"),
    candles: requiredOf(flags, "candles"),
    config: requiredOf(flags, "config"),
    parameters: parseParameters(textsOf(flags, "param")),
    samples: textOf(flags, "samples") === null
      ? null
      : numberOf(flags, "samples", { fallback: 0, above: 0, ...whole }),
    seed: numberOf(flags, "seed", { fallback: 1, above: -1, ...whole }),
    model: choiceOf(flags, "model", FILL_MODELS, "pessimistic"),
    folds: numberOf(flags, "folds", {
      ...whole,
      fallback: 4,
      above: -1,
      to: 50,
    }),
    train: numberOf(flags, "train", { fallback: 0.7, above: 0, to: 0.99 }),
    goal: choiceOf(flags, "by", SWEEP_GOALS, "return"),
    minTrades: numberOf(flags, "min-trades", {
      ...whole,
      fallback: 10,
      above: -1,
    }),
    workers: numberOf(flags, "workers", {
      ...whole,
      fallback: cores,
      above: 0,
      to: WORKERS_MAX,
    }),
    out: textOf(flags, "out"),
    top: numberOf(flags, "top", { ...whole, fallback: 10, above: 0 }),
    ...readMarketOptions(flags),
    funding: textOf(flags, "funding"),
    quietMinutes: flags["quiet-minutes"] === true,
    json: flags.json === true,
  };
}

function parseParameters(texts: readonly string[]): SweepParameter[] {
  if (texts.length === 0) throw new UsageError("Cannot run without --param");
  const parameters = texts.map(parseParameter);
  const paths = parameters.map(({ path }) => path);
  const twice = paths.find((path, i) => paths.indexOf(path) !== i);
  if (twice === undefined) return parameters;
  throw new UsageError(`Cannot run --param ${twice}: given twice`);
}

/** @throws {UsageError} Where it is neither a range nor a list. */
export function parseParameter(text: string): SweepParameter {
  const [, path = "", given = ""] = /^([\w.]+)=(.+)$/.exec(text) ?? [];
  const refuse = (problem: string): never => {
    throw new UsageError(`Cannot run --param ${text}: ${problem}`);
  };
  if (path === "") refuse("wanted NAME=FROM:TO:STEP or NAME=A,B,C");
  const isRange = given.includes(":");
  const numbers = given.split(isRange ? ":" : ",").map((part) =>
    part.trim() === "" ? NaN : Number(part)
  );
  if (!numbers.every(Number.isFinite)) refuse(`${given} has what is no number`);
  if (!isRange) return { path, values: [...new Set(numbers)] };
  const [from = NaN, to = NaN, step = NaN] = numbers;
  if (numbers.length !== 3) refuse("a range is FROM:TO:STEP");
  try {
    return { path, values: spreadValues({ from, to, step }) };
  } catch (error) {
    if (!(error instanceof SweepError)) throw error;
    return refuse(error.message);
  }
}
