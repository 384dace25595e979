/**
 * Presets: spacings and ranges that fit how much a market moves. Pure. They are
 * starting points, told with the figures they come from.
 *
 * @module
 */
import type { Candle } from "@core/model/candle.ts";
import { type Market, smallestSize } from "@core/model/market.ts";
import type { BotForm } from "./bot_form.ts";
import { clean, parseNumber, percentText } from "./bot_form_fields.ts";

/** From the widest steps to the narrowest. */
export const PRESETS = ["conservative", "balanced", "active"] as const;
/** One of {@linkcode PRESETS}. */
export type Preset = (typeof PRESETS)[number];

const DAY_MS = 86_400_000;
/** A week of hourly closes. */
export const VOLATILITY_CANDLES = 168;
/** With fewer returns nothing is said. */
const RETURNS_MIN = 24;
/** What the first range is made of where a market's movement is not known. */
export const VOLATILITY_TYPICAL = 0.03;

/**
 * Returns the volatility of a day as a fraction: the standard deviation of the
 * log returns, scaled to a day. Null where there are too few candles.
 *
 * @param candles Oldest first, gap-free, of this length.
 */
export function dailyVolatilityOf(
  candles: readonly Candle[],
  intervalMs: number,
): number | null {
  const returns: number[] = [];
  for (const [i, candle] of candles.entries()) {
    const before = candles[i - 1];
    if (before !== undefined) {
      returns.push(Math.log(candle.close / before.close));
    }
  }
  if (returns.length < RETURNS_MIN) return null;
  const mean = returns.reduce((sum, one) => sum + one, 0) / returns.length;
  const variance = returns.reduce((sum, one) => sum + (one - mean) ** 2, 0) /
    (returns.length - 1);
  const daily = Math.sqrt(variance * DAY_MS / intervalMs);
  return daily > 0 ? daily : null;
}

interface Terms {
  /** Parts of a day's volatility. */
  readonly entry: number;
  readonly takeProfit: number;
  /** Half the range, in volatilities of a week. */
  readonly halfRange: number;
  /** One step of the range, part of a day's volatility. */
  readonly step: number;
  readonly asLeverage: number;
  readonly rangeLeverage: number;
  readonly maxEntryMultiplier: number;
}

const TERMS: Readonly<Record<Preset, Terms>> = {
  conservative: {
    entry: 0.3,
    takeProfit: 0.2,
    halfRange: 2,
    step: 0.3,
    asLeverage: 5,
    rangeLeverage: 2,
    maxEntryMultiplier: 10,
  },
  balanced: {
    entry: 0.18,
    takeProfit: 0.12,
    halfRange: 1.25,
    step: 0.18,
    asLeverage: 10,
    rangeLeverage: 3,
    maxEntryMultiplier: 20,
  },
  active: {
    entry: 0.1,
    takeProfit: 0.07,
    halfRange: 0.75,
    step: 0.1,
    asLeverage: 10,
    rangeLeverage: 5,
    maxEntryMultiplier: 20,
  },
};

/** A pair must earn at least so many round trips of fees. */
const ROUND_TRIPS_MIN = 3;
const LEVELS_MAX = 150;
const HALF_RANGE_MAX = 0.6;

/** What a preset sets. Fractions; prices quote per base. */
export interface PresetValues {
  readonly takeProfitSpacing: number;
  readonly gridSpacing: number;
  readonly maxEntryMultiplier: number;
  readonly asLeverage: number;
  readonly lower: number;
  readonly upper: number;
  readonly levels: number;
  readonly rangeLeverage: number;
  /** One step of the range. */
  readonly step: number;
  readonly halfRange: number;
}

/** What presets are derived from. */
export interface PresetInput {
  readonly dailyVolatility: number;
  /** Quote per base, > 0. */
  readonly price: number;
  readonly market: Market;
  /** Quote: more steps than it can pay for are not proposed. */
  readonly investment: number;
}

/** Two places of a percentage: 0.00437 → 0.0044. */
function tidy(fraction: number): number {
  return clean(Math.round(fraction * 1e4) / 1e4);
}

/** Returns what a preset means on a market that moves this much. */
export function presetOf(preset: Preset, input: PresetInput): PresetValues {
  const { dailyVolatility, price, market, investment } = input;
  const terms = TERMS[preset];
  const least = ROUND_TRIPS_MIN * 2 * market.makerFeeRate;
  const spacing = (part: number) =>
    tidy(Math.min(0.09, Math.max(least, part * dailyVolatility)));
  const halfRange = tidy(
    Math.min(
      HALF_RANGE_MAX,
      Math.max(4 * least, terms.halfRange * dailyVolatility * Math.sqrt(7)),
    ),
  );
  const rangeLeverage = within(terms.rangeLeverage, market);
  // As the grid counts: every interval bought at its upper line.
  const smallest = smallestSize(market, price * (1 - halfRange));
  const affordable = Math.floor(
    investment * rangeLeverage / (smallest * price * (1 + halfRange)),
  );
  // A step of equal amounts is the smallest fraction at the top.
  const step = Math.max(spacing(terms.step), least * (1 + halfRange));
  const levels = Math.max(
    2,
    Math.min(
      LEVELS_MAX,
      affordable,
      Math.floor(2 * halfRange / step),
    ),
  );
  return {
    takeProfitSpacing: spacing(terms.takeProfit),
    gridSpacing: spacing(terms.entry),
    maxEntryMultiplier: terms.maxEntryMultiplier,
    asLeverage: within(terms.asLeverage, market),
    lower: price * (1 - halfRange),
    upper: price * (1 + halfRange),
    levels,
    rangeLeverage,
    step: tidy(2 * halfRange / levels),
    halfRange,
  };
}

function within(leverage: number, market: Market): number {
  return Math.max(market.minLeverage, Math.min(market.maxLeverage, leverage));
}

/** Puts a preset into the form; what it does not set stays. */
export function applyPreset(form: BotForm, values: PresetValues): void {
  const { texts } = form;
  if (form.strategy.value === "as_grid") {
    texts.takeProfitSpacing.value = percentText(values.takeProfitSpacing);
    texts.gridSpacing.value = percentText(values.gridSpacing);
    texts.leverage.value = String(values.asLeverage);
    texts.maxEntryMultiplier.value = String(values.maxEntryMultiplier);
    return;
  }
  form.setRange({ lower: values.lower, upper: values.upper });
  texts.levels.value = String(values.levels);
  texts.leverage.value = String(values.rangeLeverage);
}

/** Returns what the form's investment is; the default while it is no number. */
export function investmentOf(form: BotForm): number {
  const typed = parseNumber(form.texts.investment.value);
  return typed > 0 ? typed : 100;
}
