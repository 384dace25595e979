/** Reads what a backtest or a sweep is told to run on. @module */
import {
  type CandleColumns,
  ConfigError,
  type FundingRate,
  parseBot,
  type Strategy,
  type StrategyConfig,
} from "@core/backtest/mod.ts";
import type { Market } from "@core/mod.ts";
import { readCandleFile } from "./candle_file.ts";
import type { MarketOptions } from "./market_options.ts";
import { UsageError } from "./usage_error.ts";

/** Which files, and which market they are about. */
export interface InputOptions extends MarketOptions {
  readonly strategy: Strategy;
  readonly candles: string;
  /** Minutes in which nothing traded are candles too. */
  readonly quietMinutes: boolean;
  /** JSON, or the path of a file with it. */
  readonly config: string;
  readonly funding: string | null;
}

/** Candles, configuration as it was given, market, funding. */
export interface SweepInputs {
  readonly candles: CandleColumns;
  /** SHA-256 of the candle file, hexadecimal. */
  readonly dataHash: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly market: Market;
  /** Null: unknown. */
  readonly funding: readonly FundingRate[] | null;
}

/** Everything a run needs, parsed. */
export interface BacktestInputs extends SweepInputs {
  /** What runs, its defaults filled in. */
  readonly bot: StrategyConfig;
}

/**
 * Reads all but the configuration's meaning: a sweep changes it.
 *
 * @throws {UsageError} Naming the file, and the line and field within it.
 */
export async function readSweepInputs(
  options: InputOptions,
): Promise<SweepInputs> {
  const config = await readConfig(options.config);
  const { candles, dataHash } = await readCandleFile(options.candles, {
    refusesQuiet: !options.quietMinutes,
  });
  const [price = NaN] = candles.open;
  if (options.tick >= price) {
    throw new UsageError(
      `Cannot run --tick ${options.tick}: the first price is ${price}`,
    );
  }
  return {
    candles,
    dataHash,
    config,
    market: marketOf(options),
    funding: options.funding === null
      ? null
      : parseFunding(options.funding, await readText(options.funding)),
  };
}

/** @throws {UsageError} Naming the file, and the line and field within it. */
export async function readInputs(
  options: InputOptions,
): Promise<BacktestInputs> {
  // Before the candles: they take longer.
  botOf(options.strategy, await readConfig(options.config), null);
  const inputs = await readSweepInputs(options);
  const { config, market, candles } = inputs;
  const price = candles.open[0] ?? NaN;
  return { ...inputs, bot: botOf(options.strategy, config, { market, price }) };
}

function botOf(
  strategy: Strategy,
  config: unknown,
  at: Parameters<typeof parseBot>[2],
): StrategyConfig {
  try {
    return parseBot(strategy, config, at);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const words = at === null ? "Cannot read --config" : "Cannot run";
    throw new UsageError(`${words}: ${error.message}`);
  }
}

async function readText(path: string, flag = "funding"): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    const isMissing = error instanceof Deno.errors.NotFound;
    throw new UsageError(
      `Cannot read --${flag} ${path}: ${isMissing ? "no such file" : error}`,
    );
  }
}

async function readConfig(
  given: string,
): Promise<Readonly<Record<string, unknown>>> {
  const text = given.trimStart().startsWith("{")
    ? given
    : await readText(given, "config");
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`Cannot read --config: no JSON, ${error}`);
  }
  if (typeof json !== "object" || json === null || Array.isArray(json)) {
    throw new UsageError("Cannot read --config: wanted one JSON object");
  }
  return Object.fromEntries(Object.entries(json));
}

const FUNDING_HEADER = "at_ms,rate";

/**
 * Parses funding settlements, oldest first.
 *
 * @throws {UsageError} Naming line and field.
 */
export function parseFunding(path: string, text: string): FundingRate[] {
  const [header, ...rows] = text.trimEnd().split(/\r?\n/);
  const refuse = (line: number, problem: string): never => {
    throw new UsageError(
      `Cannot read funding: line ${line}${problem} (${path})`,
    );
  };
  if (header?.trim() !== FUNDING_HEADER) {
    refuse(1, `: the header is "${header}", wanted "${FUNDING_HEADER}"`);
  }
  let last = -Infinity;
  return rows.map((row, i) => {
    const cells = row.split(",");
    if (cells.length !== 2) {
      refuse(i + 2, `: ${cells.length} columns, wanted 2`);
    }
    const [atMs = NaN, rate = NaN] = cells.map((cell) =>
      cell.trim() === "" ? NaN : Number(cell)
    );
    if (!Number.isFinite(atMs)) {
      refuse(i + 2, `, field at_ms: "${cells[0]}" is no number`);
    }
    if (!(atMs > last)) {
      refuse(i + 2, ", field at_ms: not after the settlement before it");
    }
    if (!Number.isFinite(rate) || Math.abs(rate) >= 1) {
      refuse(i + 2, `, field rate: "${cells[1]}" is no rate`);
    }
    last = atMs;
    return { atMs, rate };
  });
}

/** A market as far as a backtest needs it: steps and rates from the flags. */
function marketOf(options: MarketOptions): Market {
  return {
    symbol: "BACKTEST",
    venueSymbol: "BACKTEST",
    base: "base",
    quote: "quote",
    tickSize: options.tick,
    lotSize: options.lot,
    minSize: options.lot,
    minNotional: 0,
    minLeverage: 1,
    maxLeverage: 500,
    makerFeeRate: options.maker,
    takerFeeRate: options.taker,
    maxOpenOrders: 200,
    maxOrderSize: null,
    maintenanceMarginRate: options.maintenance,
    fundingIntervalHours: 8,
  };
}
