/**
 * What the bot form holds, whichever strategy it is for: typed texts, choices,
 * and the switches and numbers of the risk section.
 *
 * @module
 */
import type { AS_GRID_LEGS } from "@core/strategy/as_grid/config.ts";
import type {
  RANGE_GRID_DIRECTIONS,
  RANGE_GRID_SPACINGS,
} from "@core/strategy/range_grid/config.ts";
import type { OutsideRow } from "../data/row_reader.ts";
import type { RiskValues } from "./risk_form.ts";

/** The strategies a bot can have. */
export const STRATEGIES = ["as_grid", "range_grid"] as const;
/** One of {@linkcode STRATEGIES}. */
export type Strategy = (typeof STRATEGIES)[number];

/** In what the size of one order is given. */
export type SizeUnit = "quote" | "base";
/** Which legs an AS grid runs. */
export type Legs = (typeof AS_GRID_LEGS)[number];
/** What a range grid bets on. */
export type Direction = (typeof RANGE_GRID_DIRECTIONS)[number];
/** How the lines of a range grid lie. */
export type Spacing = (typeof RANGE_GRID_SPACINGS)[number];

/** The typed texts. Spacings are percentages here; prices as they are. */
export interface BotFormTexts {
  readonly name: string;
  readonly leverage: string;
  readonly openRequoteSeconds: string;
  /** AS grid. */
  readonly takeProfitSpacing: string;
  readonly gridSpacing: string;
  readonly size: string;
  readonly takeProfitBoostMultiplier: string;
  readonly maxEntryMultiplier: string;
  /** Range grid. Those that may be left out are empty then. */
  readonly lowerPrice: string;
  readonly upperPrice: string;
  readonly levels: string;
  readonly investment: string;
  readonly triggerPrice: string;
  readonly stopLossPrice: string;
  readonly takeProfitPrice: string;
  readonly trailingUpTo: string;
  readonly trailingDownTo: string;
}
/** A typed field. */
export type BotFormField = keyof BotFormTexts;

/** What is chosen rather than typed. */
export interface BotFormChoices {
  readonly strategy: Strategy;
  readonly sizeUnit: SizeUnit;
  readonly legs: Legs;
  readonly direction: Direction;
  readonly spacing: Spacing;
  readonly openingPosition: boolean;
}

/** Everything the form holds. */
export interface BotFormValues {
  readonly texts: BotFormTexts;
  readonly choices: BotFormChoices;
  readonly risk: RiskValues;
}

/** What the form starts with. */
export interface BotFormStart {
  readonly name: string;
  readonly config: OutsideRow;
  /** `as_grid` where it is left out. */
  readonly strategy?: Strategy;
}

/** What is wrong, by field or by the path of a risk number, in words. */
export type Problems = Readonly<Record<string, string | undefined>>;

/** Returns a record with one entry a typed field. */
export function eachField<T>(
  make: (field: BotFormField) => T,
): Readonly<Record<BotFormField, T>> {
  return {
    name: make("name"),
    leverage: make("leverage"),
    openRequoteSeconds: make("openRequoteSeconds"),
    takeProfitSpacing: make("takeProfitSpacing"),
    gridSpacing: make("gridSpacing"),
    size: make("size"),
    takeProfitBoostMultiplier: make("takeProfitBoostMultiplier"),
    maxEntryMultiplier: make("maxEntryMultiplier"),
    lowerPrice: make("lowerPrice"),
    upperPrice: make("upperPrice"),
    levels: make("levels"),
    investment: make("investment"),
    triggerPrice: make("triggerPrice"),
    stopLossPrice: make("stopLossPrice"),
    takeProfitPrice: make("takeProfitPrice"),
    trailingUpTo: make("trailingUpTo"),
    trailingDownTo: make("trailingDownTo"),
  };
}

/** Returns the strategy of a row, or null where we do not know it. */
export function strategyOf(text: unknown): Strategy | null {
  return STRATEGIES.find((one) => one === text) ?? null;
}

/** 0.1 + 0.2 noise away: at most ten places. */
export function clean(value: number): number {
  return Number(value.toFixed(10));
}

const THOUSANDS = /^[+-]?\d{1,3}(,\d{3})+\.\d*$|^[+-]?\d{1,3}(,\d{3}){2,}$/;
const THOUSANDS_BY_DOT =
  /^[+-]?\d{1,3}(\.\d{3})+,\d*$|^[+-]?\d{1,3}(\.\d{3}){2,}$/;
const AMBIGUOUS = /^[+-]?[1-9]\d{0,2},\d{3}$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** As an input method or another page writes it: full width, blanks, a minus. */
function plain(text: string): string {
  return text.normalize("NFKC").trim()
    .replaceAll("\u2212", "-").replaceAll("。", ".")
    .replaceAll(/(?<=\d)[\s'’](?=\d{3}(?!\d))/g, "");
}

/** Tells whether a comma could be a decimal one or part thousands: `1,234`. */
export function isAmbiguousNumber(text: string): boolean {
  return AMBIGUOUS.test(plain(text));
}

/**
 * Reads a typed or pasted number: `1,234.5`, `1.234,5`, `0,5`, `１２．５`.
 *
 * @returns NaN where it is none, or where nobody can tell which one.
 */
export function parseNumber(text: string): number {
  const typed = plain(text);
  if (AMBIGUOUS.test(typed)) return NaN;
  const written = THOUSANDS.test(typed)
    ? typed.replaceAll(",", "")
    : THOUSANDS_BY_DOT.test(typed)
    ? typed.replaceAll(".", "").replace(",", ".")
    : typed.replace(",", ".");
  return NUMBER.test(written) ? Number(written) : NaN;
}

/** Reads a typed percentage as a fraction. */
export function parsePercent(text: string): number {
  return clean(parseNumber(text) / 100);
}

/** Writes a fraction as a percentage. */
export function percentText(fraction: number): string {
  return String(clean(fraction * 100));
}
