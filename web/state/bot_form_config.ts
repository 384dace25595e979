/**
 * Between a bot's configuration and the texts of its form, and what is wrong
 * with them in words. Pure.
 *
 * @module
 */
import {
  AS_GRID_LEGS,
  type AsGridConfig,
  AsGridConfigSchema,
} from "@core/strategy/as_grid/config.ts";
import type { ConfigIssue } from "@core/strategy/as_grid/market_check.ts";
import { isRow, type OutsideRow } from "../data/row_reader.ts";
import { t } from "../i18n/mod.ts";
import { issueWords } from "./bot_form_words.ts";

/** In what the size of one order is given. */
export type SizeUnit = "quote" | "base";

/** The typed texts. Spacings and margin limits are percentages here. */
export interface BotFormTexts {
  readonly name: string;
  readonly takeProfitSpacing: string;
  readonly gridSpacing: string;
  readonly size: string;
  readonly leverage: string;
  readonly takeProfitBoostMultiplier: string;
  readonly maxEntryMultiplier: string;
  readonly openRequoteSeconds: string;
  readonly staleDataSeconds: string;
  readonly entryLimit: string;
  readonly reduceLimit: string;
}
/** A typed field. */
export type BotFormField = keyof BotFormTexts;
/** Which legs run. */
export type Legs = (typeof AS_GRID_LEGS)[number];
/** Everything the form holds. */
export interface BotFormValues {
  readonly texts: BotFormTexts;
  readonly sizeUnit: SizeUnit;
  readonly legs: Legs;
  readonly isGuarded: boolean;
}
/** The schema's answer. */
export type ParsedConfig = ReturnType<typeof AsGridConfigSchema.safeParse>;
/** What is wrong, by field, in words. */
export type Problems = Readonly<Partial<Record<BotFormField, string>>>;

/** What the form starts with. */
export interface BotFormStart {
  readonly name: string;
  readonly config: OutsideRow;
}

const SIZE_DEFAULT_QUOTE = 50;

/** 0.1 + 0.2 noise away: at most ten places. */
function clean(value: number): number {
  return Number(value.toFixed(10));
}

/** Reads a typed number; a decimal comma is fine. NaN where it is none. */
export function parseNumber(text: string): number {
  const typed = text.trim().replace(",", ".");
  return typed === "" ? NaN : Number(typed);
}

function percentOf(text: string): number {
  return clean(parseNumber(text) / 100);
}

/** Returns the form a configuration shows as; defaults where it says nothing. */
export function valuesOf(start: BotFormStart): BotFormValues {
  return {
    texts: textsOf(start),
    sizeUnit: start.config.baseSize === undefined ? "quote" : "base",
    legs: legsOf(start.config),
    isGuarded: hasGuard(start.config),
  };
}

function textsOf({ name, config }: BotFormStart): BotFormTexts {
  const parsed = AsGridConfigSchema.safeParse(config);
  const full: AsGridConfig = parsed.success
    ? parsed.data
    : AsGridConfigSchema.parse({ baseNotional: SIZE_DEFAULT_QUOTE });
  const guard = full.risk.marginGuard ??
    AsGridConfigSchema.parse({ baseNotional: 1 }).risk.marginGuard;
  const percent = (fraction: number) => String(clean(fraction * 100));
  return {
    name,
    takeProfitSpacing: percent(full.takeProfitSpacing),
    gridSpacing: percent(full.gridSpacing),
    size: String(full.baseSize ?? full.baseNotional ?? ""),
    leverage: String(full.leverage),
    takeProfitBoostMultiplier: String(full.takeProfitBoostMultiplier),
    maxEntryMultiplier: String(full.maxEntryMultiplier),
    openRequoteSeconds: String(full.openRequoteSeconds),
    staleDataSeconds: String(full.risk.staleDataSeconds),
    entryLimit: guard === null ? "" : percent(guard.entryLimit),
    reduceLimit: guard === null ? "" : percent(guard.reduceLimit),
  };
}

function legsOf(config: OutsideRow): Legs {
  return AS_GRID_LEGS.find((legs) => legs === config.legs) ?? "both";
}

function hasGuard(config: OutsideRow): boolean {
  return !isRow(config.risk) || config.risk.marginGuard !== null;
}

/** Returns the configuration the form says, and what the schema thinks of it. */
export function parseConfig(
  { texts, sizeUnit, legs, isGuarded }: BotFormValues,
): ParsedConfig {
  const size = parseNumber(texts.size);
  return AsGridConfigSchema.safeParse({
    takeProfitSpacing: percentOf(texts.takeProfitSpacing),
    gridSpacing: percentOf(texts.gridSpacing),
    ...(sizeUnit === "base" ? { baseSize: size } : { baseNotional: size }),
    leverage: parseNumber(texts.leverage),
    takeProfitBoostMultiplier: parseNumber(texts.takeProfitBoostMultiplier),
    maxEntryMultiplier: parseNumber(texts.maxEntryMultiplier),
    legs,
    openRequoteSeconds: parseNumber(texts.openRequoteSeconds),
    risk: {
      staleDataSeconds: parseNumber(texts.staleDataSeconds),
      marginGuard: isGuarded
        ? {
          entryLimit: percentOf(texts.entryLimit),
          reduceLimit: percentOf(texts.reduceLimit),
        }
        : null,
    },
  });
}

/** The form's field of a configuration's path. */
function fieldOf(path: readonly PropertyKey[]): BotFormField {
  const last = String(path.at(-1));
  return last === "baseSize" || last === "baseNotional"
    ? "size"
    : last as BotFormField;
}

/** Returns the market's issues by field, in words. */
export function wordsOf(issues: readonly ConfigIssue[]): Problems {
  const words: Partial<Record<BotFormField, string>> = {};
  for (const issue of issues) {
    words[fieldOf([issue.field])] ??= `${issue.message}.`;
  }
  return words;
}

/** Returns everything that refuses the form, by field, in words. */
export function problemsOf(
  { name, parsed, issues }: {
    readonly name: string;
    readonly parsed: ParsedConfig;
    readonly issues: readonly ConfigIssue[];
  },
): Problems {
  const words: Partial<Record<BotFormField, string>> = { ...wordsOf(issues) };
  for (const issue of parsed.error?.issues ?? []) {
    const field = fieldOf(issue.path);
    words[field] ??= issueWords(field, issue);
  }
  if (name.trim() === "") words.name = t.form.nameMissing;
  return words;
}
