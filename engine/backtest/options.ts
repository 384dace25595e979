/** The command line of `deno task backtest`. @module */
import { parseArgs } from "node:util";
import { FILL_MODELS, type FillModel } from "@core/backtest/mod.ts";

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
  --csv DIR            writes equity-MODEL.csv and fills-MODEL.csv there
  --json               one JSON object on stdout instead of a table
`;

/** A command line that cannot be carried out; the text says why. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** The strategies there are. */
export const STRATEGIES = ["as_grid", "range_grid"] as const;

/** One of {@linkcode STRATEGIES}. */
export type Strategy = (typeof STRATEGIES)[number];

/** A parsed command line. Numbers are finite and in range. */
export interface BacktestOptions {
  readonly strategy: Strategy;
  readonly candles: string;
  readonly config: string;
  readonly models: readonly FillModel[];
  readonly cash: number;
  readonly maker: number;
  readonly taker: number;
  readonly tick: number;
  readonly lot: number;
  readonly maintenance: number;
  readonly funding: string | null;
  readonly repeat: number;
  readonly csv: string | null;
  readonly json: boolean;
}

const TEXT = { type: "string" } as const;
const FLAGS = {
  candles: TEXT,
  strategy: TEXT,
  config: TEXT,
  model: TEXT,
  cash: TEXT,
  maker: TEXT,
  taker: TEXT,
  tick: TEXT,
  lot: TEXT,
  maintenance: TEXT,
  funding: TEXT,
  repeat: TEXT,
  csv: TEXT,
  json: { type: "boolean" },
  help: { type: "boolean" },
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
  const flags = readFlags(args);
  if (flags.help === true) return "help";
  return {
    strategy: readStrategy(flags.strategy ?? "as_grid"),
    candles: required("candles", flags.candles),
    config: required("config", flags.config),
    models: readModels(flags.model ?? "all"),
    cash: number("cash", flags.cash ?? "1000", { above: 0 }),
    maker: number("maker", flags.maker ?? "0.0002", { above: -0.01, to: 0.1 }),
    taker: number("taker", flags.taker ?? "0.0006", { above: -0.01, to: 0.1 }),
    tick: number("tick", flags.tick ?? "0.01", { above: 0 }),
    lot: number("lot", flags.lot ?? "0.01", { above: 0 }),
    maintenance: number("maintenance", flags.maintenance ?? "0.005", {
      above: 0,
      to: 1,
    }),
    funding: flags.funding ?? null,
    repeat: Math.trunc(
      number("repeat", flags.repeat ?? "1", { above: 0.99, to: 1e6 }),
    ),
    csv: flags.csv ?? null,
    json: flags.json === true,
  };
}

function readFlags(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: FLAGS }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : `${error}`);
  }
}

function required(flag: string, value: string | undefined): string {
  if (value !== undefined && value !== "") return value;
  throw new UsageError(`Cannot run without --${flag}`);
}

function readStrategy(text: string): Strategy {
  const strategy = STRATEGIES.find((name) => name === text);
  if (strategy !== undefined) return strategy;
  throw new UsageError(
    `Cannot run --strategy ${text}: wanted ${STRATEGIES.join(" or ")}`,
  );
}

function readModels(text: string): readonly FillModel[] {
  if (text === "all") return FILL_MODELS;
  const model = FILL_MODELS.find((name) => name === text);
  if (model !== undefined) return [model];
  throw new UsageError(
    `Cannot run --model ${text}: wanted ${FILL_MODELS.join(", ")} or all`,
  );
}

function number(
  flag: string,
  text: string,
  range: { readonly above: number; readonly to?: number },
): number {
  const value = text.trim() === "" ? NaN : Number(text);
  const to = range.to ?? Number.MAX_VALUE;
  if (value > range.above && value <= to) return value;
  throw new UsageError(
    `Cannot run --${flag} ${text}: wanted a number above ${range.above}` +
      (range.to === undefined ? "" : `, at most ${range.to}`),
  );
}
