/**
 * A bot's configuration against the strategy's schema and the market's limits.
 *
 * @module
 */
import {
  type AsGridConfig,
  AsGridConfigSchema,
} from "@core/strategy/as_grid/config.ts";
import { checkConfigAgainstMarket } from "@core/strategy/as_grid/market_check.ts";
import {
  type AsGridPreview,
  previewAsGrid,
} from "@core/strategy/as_grid/preview.ts";
import {
  type RangeGridConfig,
  RangeGridConfigSchema,
} from "@core/strategy/range_grid/config.ts";
import { checkRangeGridConfig } from "@core/strategy/range_grid/market_check.ts";
import {
  previewRangeGrid,
  type RangeGridPreview,
} from "@core/strategy/range_grid/preview.ts";
import { z } from "zod";
import { type Venue, VenueClient } from "../_shared/bitget.ts";
import { parse } from "../_shared/body.ts";
import type { Environment } from "../_shared/env.ts";
import { ApiError, type ErrorCode, isErrorCode } from "../_shared/errors.ts";
import { fetchMarket, fetchPrice } from "./market.ts";

/** What a bot trades, where and how; `config` unparsed. */
export interface BotConfig {
  readonly venue: Venue;
  readonly symbol: string;
  readonly strategy: string;
  readonly config: unknown;
}

/** The fields of a request that carries a configuration. */
export const configFields = {
  symbol: z.string().regex(
    /^[A-Z0-9]{1,20}\/[A-Z0-9]{1,20}:[A-Z0-9]{1,20}$/,
  ),
  strategy: z.enum(
    ["as_grid", "range_grid"],
    "This strategy is not offered",
  ),
  config: z.looseObject({}),
} as const;

/** Numbers outside of what any market offers have the market's codes. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  "symbol": "symbol_unknown",
  "config.takeProfitSpacing too_small": "spacing_below_fees",
  "config.gridSpacing too_small": "spacing_below_fees",
  "config.baseSize too_small": "size_below_minimum",
  "config.baseNotional too_small": "size_below_minimum",
  "config.investment too_small": "size_below_minimum",
  "config.leverage too_small": "leverage_out_of_range",
  "config.leverage too_big": "leverage_out_of_range",
};

/** Returns the API's code for a schema's issue. */
export function issueCode(issue: z.core.$ZodIssue): ErrorCode {
  const path = issue.path.join(".");
  return CODES[path] ?? CODES[`${path} ${issue.code}`] ?? "validation_failed";
}

/**
 * Returns the configuration with its defaults filled in, provided the market
 * takes it.
 *
 * @throws {ApiError} `validation_failed`, `symbol_unknown`,
 * `spacing_below_fees`, `size_below_minimum`, `size_above_maximum`,
 * `leverage_out_of_range`, or that the exchange is unavailable.
 */
export async function checkConfig(
  env: Environment,
  bot: BotConfig,
): Promise<AsGridConfig | RangeGridConfig> {
  if (bot.strategy === "range_grid") {
    const config = parseConfig(bot, RangeGridConfigSchema);
    const { market, price } = await ask(env, bot);
    refuseErrors(checkRangeGridConfig(config, market, price));
    return config;
  }
  const config = parseConfig(bot, AsGridConfigSchema);
  const { market, price } = await ask(env, bot);
  refuseErrors(checkConfigAgainstMarket(config, market, price));
  return config;
}

function refuseErrors(
  issues: readonly {
    readonly level: "error" | "warning";
    readonly code: string;
    readonly field: string;
    readonly message: string;
  }[],
): void {
  const issue = issues.find(({ level }) => level === "error");
  if (issue === undefined) return;
  throw new ApiError(
    isErrorCode(issue.code) ? issue.code : "validation_failed",
    {
      message: `${issue.message}.`,
      field: `config.${issue.field}`,
    },
  );
}

/**
 * Returns what the configuration would do at the venue's price of now. What
 * the market has against it is part of the answer, not a refusal.
 *
 * @throws {ApiError} `validation_failed`, `symbol_unknown`, or that the
 * exchange is unavailable.
 */
export async function previewConfig(
  env: Environment,
  bot: BotConfig & { readonly equity?: number | undefined },
): Promise<AsGridPreview | RangeGridPreview> {
  const equity = bot.equity ?? null;
  if (bot.strategy === "range_grid") {
    const config = parseConfig(bot, RangeGridConfigSchema);
    const { market, price: referencePrice } = await ask(env, bot);
    return previewRangeGrid({ config, market, referencePrice, equity });
  }
  const config = parseConfig(bot, AsGridConfigSchema);
  const { market, price: referencePrice } = await ask(env, bot);
  return previewAsGrid({ config, market, referencePrice, equity });
}

function parseConfig<Config>(
  bot: BotConfig,
  config: z.ZodType<Config>,
): Config {
  return parse({ config: bot.config }, z.object({ config }), issueCode).config;
}

async function ask(
  env: Environment,
  bot: BotConfig,
): Promise<{ market: Awaited<ReturnType<typeof fetchMarket>>; price: number }> {
  const client = new VenueClient(bot.venue, env);
  const market = await fetchMarket(client, bot.symbol);
  return { market, price: await fetchPrice(client, market) };
}
