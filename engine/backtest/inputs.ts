/** Reads what a backtest is told to run on. @module */
import {
  type AsGridConfig,
  AsGridConfigSchema,
} from "@core/strategy/as_grid/config.ts";
import {
  type RangeGridConfig,
  RangeGridConfigSchema,
} from "@core/strategy/range_grid/config.ts";
import { checkRangeGridConfig } from "@core/strategy/range_grid/market_check.ts";
import {
  type CandleColumns,
  CandleError,
  type FundingRate,
  parseCandles,
} from "@core/backtest/mod.ts";
import type { Market } from "@core/mod.ts";
import type { z } from "zod";
import { type BacktestOptions, UsageError } from "./options.ts";

/** A strategy and its parsed configuration. */
export type StrategyConfig =
  | { readonly strategy: "as_grid"; readonly config: AsGridConfig }
  | { readonly strategy: "range_grid"; readonly config: RangeGridConfig };

/** Everything a run needs, parsed. */
export interface BacktestInputs {
  readonly candles: CandleColumns;
  /** SHA-256 of the candle file, hexadecimal. */
  readonly dataHash: string;
  /** What runs; {@linkcode BacktestInputs.config} is its configuration. */
  readonly bot: StrategyConfig;
  readonly config: AsGridConfig | RangeGridConfig;
  readonly market: Market;
  readonly funding: readonly FundingRate[] | null;
}

/** @throws {UsageError} Naming the file, and the line and field within it. */
export async function readInputs(
  options: BacktestOptions,
): Promise<BacktestInputs> {
  const bytes = await readFile("candles", options.candles);
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  const bot = await readBot(options);
  const candles = parseFile(options.candles, bytes);
  const market = marketOf(options);
  checkMarket(bot, market, candles);
  return {
    candles,
    dataHash: [...new Uint8Array(digest)]
      .map((byte) => byte.toString(16).padStart(2, "0")).join(""),
    bot,
    config: bot.config,
    market,
    funding: options.funding === null ? null : parseFunding(
      options.funding,
      await readFile("funding", options.funding),
    ),
  };
}

async function readFile(
  flag: string,
  path: string,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) {
      throw new UsageError(`Cannot read --${flag} ${path}: no such file`);
    }
    throw new UsageError(`Cannot read --${flag} ${path}: ${error}`);
  }
}

function parseFile(path: string, bytes: Uint8Array): CandleColumns {
  try {
    return parseCandles(new TextDecoder().decode(bytes));
  } catch (error) {
    if (!(error instanceof CandleError)) throw error;
    throw new UsageError(`${error.message} (${path})`);
  }
}

async function readBot(options: BacktestOptions): Promise<StrategyConfig> {
  const json = await readJson(options.config);
  const { strategy } = options;
  return strategy === "as_grid"
    ? { strategy, config: parseConfig(json, AsGridConfigSchema) }
    : { strategy, config: parseConfig(json, RangeGridConfigSchema) };
}

async function readJson(given: string): Promise<unknown> {
  const text = given.trimStart().startsWith("{")
    ? given
    : new TextDecoder().decode(await readFile("config", given));
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UsageError(`Cannot read --config: no JSON, ${error}`);
  }
}

function parseConfig<Config>(
  json: unknown,
  schema: z.ZodType<Config>,
): Config {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new UsageError(
    `Cannot read --config: ${issue?.path.join(".") || "configuration"}: ${
      issue?.message ?? "invalid"
    }`,
  );
}

/** A range grid that no exchange would take is refused here as well. */
function checkMarket(
  bot: StrategyConfig,
  market: Market,
  candles: CandleColumns,
): void {
  if (bot.strategy === "as_grid") return;
  const issue = checkRangeGridConfig(bot.config, market, candles.open[0] ?? 0)
    .find(({ level }) => level === "error");
  if (issue === undefined) return;
  throw new UsageError(`Cannot run: ${issue.field}: ${issue.message}`);
}

function parseFunding(path: string, bytes: Uint8Array): FundingRate[] {
  const rows = new TextDecoder().decode(bytes).trim().split(/\r?\n/);
  if (rows.shift()?.trim() !== "at_ms,rate") {
    throw new UsageError(
      `Cannot read funding: line 1: wanted the header at_ms,rate (${path})`,
    );
  }
  let last = -Infinity;
  return rows.map((row, i) => {
    const [atMs = NaN, rate = NaN] = row.split(",").map(Number);
    const field = !(atMs > last)
      ? "at_ms"
      : !Number.isFinite(rate)
      ? "rate"
      : null;
    if (field !== null) {
      throw new UsageError(
        `Cannot read funding: line ${
          i + 2
        }, field ${field}: "${row}" (${path})`,
      );
    }
    last = atMs;
    return { atMs, rate };
  });
}

/** A market as far as a backtest needs it: steps and rates from the flags. */
function marketOf(options: BacktestOptions): Market {
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
