/**
 * Between a bot's configuration and the texts of its form, and what is wrong
 * with them in words. Pure. The rules are the strategies' own schemas.
 *
 * @module
 */
import {
  AS_GRID_LEGS,
  type AsGridConfig,
  AsGridConfigSchema,
} from "@core/strategy/as_grid/config.ts";
import { checkConfigAgainstMarket } from "@core/strategy/as_grid/market_check.ts";
import {
  RANGE_GRID_DIRECTIONS,
  RANGE_GRID_SPACINGS,
  type RangeGridConfig,
  RangeGridConfigSchema,
} from "@core/strategy/range_grid/config.ts";
import { checkRangeGridConfig } from "@core/strategy/range_grid/market_check.ts";
import type { Market } from "@core/model/market.ts";
import { t } from "../i18n/mod.ts";
import {
  type BotFormField,
  type BotFormStart,
  type BotFormTexts,
  type BotFormValues,
  clean,
  parseNumber,
  parsePercent,
  percentText,
  type Problems,
  type Strategy,
} from "./bot_form_fields.ts";
import { ambiguousWords, issueWords } from "./bot_form_words.ts";
import { riskConfigOf, riskValuesOf } from "./risk_form.ts";

export { parseNumber } from "./bot_form_fields.ts";
export type {
  BotFormField,
  BotFormStart,
  BotFormTexts,
  BotFormValues,
  Legs,
  Problems,
  SizeUnit,
} from "./bot_form_fields.ts";

/** The schema's answer, and for which strategy. */
export type ParsedConfig =
  | {
    readonly strategy: "as_grid";
    readonly result: ReturnType<typeof AsGridConfigSchema.safeParse>;
  }
  | {
    readonly strategy: "range_grid";
    readonly result: ReturnType<typeof RangeGridConfigSchema.safeParse>;
  };

/** What a market has against a configuration, of either strategy. */
export interface MarketIssue {
  readonly level: "error" | "warning";
  readonly code: string;
  readonly field: string;
  readonly message: string;
}

const SIZE_DEFAULT_QUOTE = 50;
const RANGE_DEFAULTS = { levels: 20, investment: 100 };
/** Any range: only the defaults of the rest are read from it. */
const RANGE_SAMPLE = { ...RANGE_DEFAULTS, lowerPrice: 1, upperPrice: 2 };

/** The leverage a strategy begins with. */
export function leverageDefaultOf(strategy: Strategy): number {
  return strategy === "as_grid"
    ? AsGridConfigSchema.parse({ baseNotional: 1 }).leverage
    : RangeGridConfigSchema.parse(RANGE_SAMPLE).leverage;
}

/** Returns the form a configuration shows as; defaults where it says nothing. */
export function valuesOf(start: BotFormStart): BotFormValues {
  const strategy = start.strategy ?? "as_grid";
  const { config } = start;
  const asGrid = strategy === "as_grid"
    ? AsGridConfigSchema.safeParse(config)
    : null;
  const range = strategy === "range_grid"
    ? RangeGridConfigSchema.safeParse(config)
    : null;
  const asConfig: AsGridConfig = asGrid?.data ??
    AsGridConfigSchema.parse({ baseNotional: SIZE_DEFAULT_QUOTE });
  const own = asGrid?.data ?? range?.data;
  return {
    texts: {
      name: start.name,
      leverage: String(own?.leverage ?? leverageDefaultOf(strategy)),
      openRequoteSeconds: String(
        own?.openRequoteSeconds ?? asConfig.openRequoteSeconds,
      ),
      ...asGridTexts(asConfig),
      ...rangeTexts(range?.data ?? null),
    },
    choices: {
      strategy,
      sizeUnit: asConfig.baseSize === undefined ? "quote" : "base",
      legs: AS_GRID_LEGS.find((legs) => legs === config.legs) ?? "both",
      direction: range?.data?.direction ?? RANGE_GRID_DIRECTIONS[0],
      spacing: range?.data?.spacing ?? RANGE_GRID_SPACINGS[0],
      openingPosition: range?.data?.openingPosition ?? true,
    },
    risk: riskValuesOf(own?.risk),
  };
}

type AsGridTexts = Pick<
  BotFormTexts,
  | "takeProfitSpacing"
  | "gridSpacing"
  | "size"
  | "takeProfitBoostMultiplier"
  | "maxEntryMultiplier"
>;

function asGridTexts(config: AsGridConfig): AsGridTexts {
  return {
    takeProfitSpacing: percentText(config.takeProfitSpacing),
    gridSpacing: percentText(config.gridSpacing),
    size: String(config.baseSize ?? config.baseNotional ?? ""),
    takeProfitBoostMultiplier: String(config.takeProfitBoostMultiplier),
    maxEntryMultiplier: String(config.maxEntryMultiplier),
  };
}

/** A new range has no ends yet: they follow from the market's price. */
function rangeTexts(config: RangeGridConfig | null) {
  const optional = (price: number | null | undefined) =>
    price === null || price === undefined ? "" : String(price);
  return {
    lowerPrice: optional(config?.lowerPrice),
    upperPrice: optional(config?.upperPrice),
    levels: String(config?.levels ?? RANGE_DEFAULTS.levels),
    investment: String(config?.investment ?? RANGE_DEFAULTS.investment),
    triggerPrice: optional(config?.triggerPrice),
    stopLossPrice: optional(config?.stopLossPrice),
    takeProfitPrice: optional(config?.takeProfitPrice),
    trailingUpTo: optional(config?.trailingUpTo),
    trailingDownTo: optional(config?.trailingDownTo),
  };
}

/** Returns the configuration the form says, and what the schema thinks of it. */
export function parseConfig(values: BotFormValues): ParsedConfig {
  const { strategy } = values.choices;
  return strategy === "as_grid"
    ? { strategy, result: AsGridConfigSchema.safeParse(asGridInput(values)) }
    : {
      strategy,
      result: RangeGridConfigSchema.safeParse(rangeInput(values)),
    };
}

function asGridInput({ texts, choices, risk }: BotFormValues): unknown {
  const size = parseNumber(texts.size);
  return {
    takeProfitSpacing: parsePercent(texts.takeProfitSpacing),
    gridSpacing: parsePercent(texts.gridSpacing),
    ...(choices.sizeUnit === "base"
      ? { baseSize: size }
      : { baseNotional: size }),
    leverage: parseNumber(texts.leverage),
    takeProfitBoostMultiplier: parseNumber(texts.takeProfitBoostMultiplier),
    maxEntryMultiplier: parseNumber(texts.maxEntryMultiplier),
    legs: choices.legs,
    openRequoteSeconds: parseNumber(texts.openRequoteSeconds),
    risk: riskConfigOf("as_grid", risk),
  };
}

function rangeInput({ texts, choices, risk }: BotFormValues): unknown {
  const optional = (text: string) =>
    text.trim() === "" ? null : parseNumber(text);
  return {
    lowerPrice: parseNumber(texts.lowerPrice),
    upperPrice: parseNumber(texts.upperPrice),
    levels: parseNumber(texts.levels),
    spacing: choices.spacing,
    direction: choices.direction,
    investment: parseNumber(texts.investment),
    leverage: parseNumber(texts.leverage),
    openingPosition: choices.openingPosition,
    triggerPrice: optional(texts.triggerPrice),
    stopLossPrice: optional(texts.stopLossPrice),
    takeProfitPrice: optional(texts.takeProfitPrice),
    trailingUpTo: optional(texts.trailingUpTo),
    trailingDownTo: optional(texts.trailingDownTo),
    openRequoteSeconds: parseNumber(texts.openRequoteSeconds),
    risk: riskConfigOf("range_grid", risk),
  };
}

/** Returns what a market has against a configuration; none while it is wrong. */
export function marketIssuesOf(
  parsed: ParsedConfig,
  market: Market,
  price: number,
): readonly MarketIssue[] {
  if (parsed.strategy === "as_grid") {
    const { data } = parsed.result;
    return data === undefined
      ? []
      : checkConfigAgainstMarket(data, market, price);
  }
  const { data } = parsed.result;
  return data === undefined ? [] : checkRangeGridConfig(data, market, price);
}

/** The form's field of a configuration's path. */
function fieldOf(path: readonly PropertyKey[]): string {
  if (path[0] === "risk") return path.map(String).join(".");
  const last = String(path.at(-1));
  return last === "baseSize" || last === "baseNotional" ? "size" : last;
}

/** Returns the market's issues by field, in words. */
export function wordsOf(issues: readonly MarketIssue[]): Problems {
  const words: Record<string, string> = {};
  for (const issue of issues) {
    words[fieldOf([issue.field])] ??= t.form.marketIssue(
      issue.code,
      `${issue.message}.`,
    );
  }
  return words;
}

/** What is typed into a field, or into a setting of the risk section. */
function textOf({ texts, risk }: BotFormValues, field: string): string {
  const all: Readonly<Record<string, string>> = { ...risk.texts, ...texts };
  return all[field] ?? "";
}

/** Returns everything that refuses the form, by field, in words. */
export function problemsOf(
  { values, parsed, issues }: {
    readonly values: BotFormValues;
    readonly parsed: ParsedConfig;
    readonly issues: readonly MarketIssue[];
  },
): Problems {
  const words: Record<string, string | undefined> = { ...wordsOf(issues) };
  for (const issue of parsed.result.error?.issues ?? []) {
    const field = fieldOf(issue.path);
    words[field] ??= ambiguousWords(textOf(values, field)) ??
      issueWords(field, issue, values.choices);
  }
  if (values.texts.name.trim() === "") words.name = t.form.nameMissing;
  return words;
}

/** Writes a price for a field: on the tick, without needless zeros. */
export function priceText(price: number, market: Market | null): string {
  if (market === null) return String(Number(price.toPrecision(6)));
  const steps = Math.round(price / market.tickSize);
  return String(clean(steps * market.tickSize));
}

/** Tells whether a field belongs to a strategy's form. */
export function isFieldOf(strategy: Strategy, field: BotFormField): boolean {
  if (field === "name" || field === "leverage") return true;
  const isRange = field in rangeTexts(null);
  return strategy === "range_grid" ? isRange : !isRange;
}
