/**
 * Any strategy through candles: what the command line, the sweep and the
 * browser's worker call.
 *
 * @module
 */
import type { z } from "zod";
import type { CandleColumns } from "../candles/columns.ts";
import type { Market } from "../model/market.ts";
import {
  type AsGridConfig,
  AsGridConfigSchema,
} from "../strategy/as_grid/config.ts";
import { checkConfigAgainstMarket } from "../strategy/as_grid/market_check.ts";
import {
  type RangeGridConfig,
  RangeGridConfigSchema,
} from "../strategy/range_grid/config.ts";
import { checkRangeGridConfig } from "../strategy/range_grid/market_check.ts";
import { type FundingRate, runAsGrid } from "./as_grid_run.ts";
import {
  type RangeGridFill,
  type RangeGridReport,
  runRangeGrid,
} from "./range_grid_run.ts";
import type { BacktestFill, BacktestReport, FillModel } from "./report.ts";

/** The strategies there are. */
export const STRATEGIES = ["as_grid", "range_grid"] as const;

/** One of {@linkcode STRATEGIES}. */
export type Strategy = (typeof STRATEGIES)[number];

/** A strategy and its parsed configuration. */
export type StrategyConfig =
  & {
    /**
     * False: the margin guard takes no part, whatever its defaults in the
     * configuration. The walk of the specification has none, so that it takes
     * part only where a configuration names it.
     */
    readonly isGuarded?: boolean;
  }
  & (
    | { readonly strategy: "as_grid"; readonly config: AsGridConfig }
    | { readonly strategy: "range_grid"; readonly config: RangeGridConfig }
  );

/** A configuration that cannot run, and why. */
export class ConfigError extends RangeError {
  override readonly name = "ConfigError";
  /** @param field Path of the parameter, dots between its parts. */
  constructor(readonly field: string, problem: string) {
    super(`${field}: ${problem}`);
  }
}

/**
 * Parses a configuration and checks it against the market.
 *
 * @param at The market and the price the run begins at; null: not checked.
 * @throws {ConfigError} Naming the first parameter that is wrong.
 */
export function parseBot(
  strategy: Strategy,
  config: unknown,
  at: { readonly market: Market; readonly price: number } | null,
): StrategyConfig {
  const isGuarded = namesGuard(config);
  if (strategy === "as_grid") {
    const parsed = parseWith(AsGridConfigSchema, config);
    const issue = at === null ? undefined : sizeIssueOf(parsed, at);
    if (issue !== undefined) throw new ConfigError(issue.field, issue.message);
    return { strategy, config: parsed, isGuarded };
  }
  const parsed = parseWith(RangeGridConfigSchema, config);
  const issue = at === null
    ? undefined
    : checkRangeGridConfig(parsed, at.market, at.price)
      .find(({ level }) => level === "error");
  if (issue !== undefined) throw new ConfigError(issue.field, issue.message);
  return { strategy, config: parsed, isGuarded };
}

/** A spacing below its fees may be tried; a size that is no order may not. */
function sizeIssueOf(
  config: AsGridConfig,
  { market, price }: { readonly market: Market; readonly price: number },
) {
  return checkConfigAgainstMarket(config, market, price).find((issue) =>
    issue.level === "error" && issue.code !== "spacing_below_fees"
  );
}

/** Whether a configuration, not parsed yet, says anything of the margin guard. */
function namesGuard(config: unknown): boolean {
  const risk = fieldOf(config, "risk");
  return fieldOf(risk, "marginGuard") !== undefined;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}

function parseWith<Config>(
  schema: z.ZodType<Config>,
  config: unknown,
): Config {
  const parsed = schema.safeParse(config);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new ConfigError(
    issue?.path.join(".") || "configuration",
    issue?.message ?? "invalid",
  );
}

/** A fill of any strategy. */
export type AnyFill = BacktestFill | RangeGridFill;

/** A report of any strategy. */
export type AnyReport = BacktestReport | RangeGridReport;

/** What a run needs beside candles and configuration. */
export interface BotRunOptions {
  readonly market: Market;
  /** Starting balance, quote, > 0. */
  readonly cash: number;
  readonly model: FillModel;
  /** Oldest first; null: funding is reported as unknown. */
  readonly funding: readonly FundingRate[] | null;
  readonly onFill?: (fill: AnyFill) => void;
  /** Receives the equity at each close; as long as the candles. */
  readonly equity?: Float64Array;
}

/** Runs a bot through candles under one fill model. */
export function runBot(
  candles: CandleColumns,
  bot: StrategyConfig,
  { funding, ...options }: BotRunOptions,
): AnyReport {
  const plain = funding === null ? options : { ...options, funding };
  const guard = bot.isGuarded === false ? { marginGuard: null } : {};
  if (bot.strategy === "as_grid") {
    const { config } = bot;
    const risk = { ...config.risk, ...guard };
    return runAsGrid(candles, { ...plain, config: { ...config, risk } });
  }
  const { config } = bot;
  const risk = { ...config.risk, ...guard };
  return runRangeGrid(candles, { ...plain, config: { ...config, risk } });
}

/** Finished trades: take-profits of an AS grid, pairs of a range grid. */
export function tradesOf(report: AnyReport): number {
  return "gridPairs" in report ? report.gridPairs : report.takeProfits;
}
