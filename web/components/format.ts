/**
 * Numbers and times for people: the only module that formats them. Null is
 * unknown and becomes a dash, never a zero. Minus is U+2212, as wide as plus.
 *
 * @module
 */
import { t } from "../i18n/mod.ts";

/** What stands for an unknown figure. */
export const UNKNOWN = "—";
const MINUS = "\u2212";
const FRACTION_DIGITS_MAX = 12;

function digits(
  value: number,
  min: number,
  max: number = min,
): string {
  const text = numberFormat(min, Math.max(min, max)).format(Math.abs(value));
  const isZero = !/[1-9]/.test(text);
  return value < 0 && !isZero ? MINUS + text : text;
}

/** Decimal places of a step: 0.01 → 2, 0.5 → 1, 5 → 0. */
export function decimalsOf(step: number): number {
  for (let places = 0; places < FRACTION_DIGITS_MAX; places++) {
    const scaled = step * 10 ** places;
    if (Math.abs(scaled - Math.round(scaled)) < 1e-9 * scaled) return places;
  }
  return FRACTION_DIGITS_MAX;
}

/**
 * Formats a price.
 *
 * @param decimals Of the market's tick; unknown: as many as the value has, ≤ 8.
 */
export function formatPrice(value: number | null, decimals?: number): string {
  if (value === null) return UNKNOWN;
  return decimals === undefined ? digits(value, 0, 8) : digits(value, decimals);
}

/** Formats a number of things. */
export function formatCount(value: number): string {
  return digits(value, 0);
}

/** Formats an average of prices: it has no tick of its own, so six digits. */
export function formatAverage(value: number | null): string {
  if (value === null) return UNKNOWN;
  const places = value === 0 ? 0 : 5 - Math.floor(Math.log10(Math.abs(value)));
  return digits(value, 0, Math.max(0, Math.min(FRACTION_DIGITS_MAX, places)));
}

/** Formats a size in base coin: no more places than it has, at most 8. */
export function formatSize(value: number | null): string {
  return value === null ? UNKNOWN : digits(value, 0, 8);
}

/** How small an amount is shown: totals to the cent, single fees finer. */
const PLACES = { total: 2, fine: 4 } as const;

/**
 * Formats an amount of quote coin.
 *
 * @param grain `fine` shows up to four places: fees and PnL of single fills.
 */
export function formatMoney(
  value: number | null,
  grain: keyof typeof PLACES = "total",
): string {
  return value === null
    ? UNKNOWN
    : digits(value, value === 0 ? PLACES.total : PLACES[grain]);
}

/** Like {@linkcode formatMoney}, with a plus sign in front of gains. */
export function formatSignedMoney(
  value: number | null,
  grain: keyof typeof PLACES = "total",
): string {
  const text = formatMoney(value, grain);
  return value !== null && value > 0 && /[1-9]/.test(text) ? `+${text}` : text;
}

/** Formats a fraction as a percentage: 0.004 → `0.4 %`. */
export function formatPercent(
  fraction: number | null,
  places: { readonly min?: number; readonly max?: number } = {},
): string {
  if (fraction === null) return UNKNOWN;
  const { min = 0, max = 3 } = places;
  return `${digits(fraction * 100, min, max)}\u202f%`;
}

/** The sign of a figure as it is shown; null where it shows none. */
export function signOf(
  value: number | null,
  grain: keyof typeof PLACES = "total",
): "up" | "down" | null {
  if (value === null || !/[1-9]/.test(formatMoney(value, grain))) return null;
  return value > 0 ? "up" : "down";
}

/** A decimal in two parts: what matters, and the rest of its places. */
export interface ExactWords {
  /** Sign, whole part, two places: `−1,234.56`. */
  readonly main: string;
  /** The places that are left, without zeros at the end: `789`. */
  readonly rest: string;
}

/**
 * Formats decimal text to its last digit, nothing rounded.
 *
 * @param text Plain decimal text, as Postgres writes a numeric.
 * @param signed A plus sign in front of gains.
 */
export function formatExact(text: string, signed = false): ExactWords {
  const [whole = "0", fraction = ""] = text.replace(/^-/, "").split(".");
  const isZero = !/[1-9]/.test(text);
  const sign = isZero ? "" : text.startsWith("-") ? MINUS : signed ? "+" : "";
  const places = fraction.slice(0, PLACES.total).padEnd(PLACES.total, "0");
  // Separators of the language around digits that no float has touched.
  const parts = numberFormat(PLACES.total, PLACES.total)
    .formatToParts(BigInt(whole));
  const shown = parts.filter(({ type }) => type !== "fraction")
    .map(({ value }) => value).join("");
  return {
    main: sign + shown + places,
    rest: fraction.slice(PLACES.total).replace(/0+$/, ""),
  };
}

const CLOCK = {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  hourCycle: "h23",
} as const;
const MINUTE = {
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
} as const;
const DAY_AND_MINUTE = {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
} as const;
const DAY = { day: "numeric", month: "short", year: "numeric" } as const;

/** More names than these are only counted. */
export const NAMES_MAX = 6;

/** Formatters are costly to make and few: one a language and shape is kept. */
const dateFormats = new Map<string, Intl.DateTimeFormat>();
const numberFormats = new Map<string, Intl.NumberFormat>();

function dateFormat(
  options: Readonly<Intl.DateTimeFormatOptions>,
): Intl.DateTimeFormat {
  const key = t.locale + JSON.stringify(options);
  const format = dateFormats.get(key) ??
    new Intl.DateTimeFormat(t.locale, options);
  dateFormats.set(key, format);
  return format;
}

function numberFormat(min: number, max: number): Intl.NumberFormat {
  const key = `${t.locale} ${min} ${max}`;
  const format = numberFormats.get(key) ?? new Intl.NumberFormat(t.locale, {
    minimumFractionDigits: min,
    maximumFractionDigits: max,
  });
  numberFormats.set(key, format);
  return format;
}

/** Lists words as the language does: `a, b, c`. */
export function formatList(words: readonly string[]): string {
  return words.join(t.common.listComma);
}

/** Lists the first few of many names, and says how many there are beside. */
export function formatNames(names: readonly string[]): string {
  const rest = names.length - NAMES_MAX;
  return rest <= 0 ? formatList(names) : formatList([
    ...names.slice(0, NAMES_MAX),
    t.common.andMore(rest),
  ]);
}

/** Formats an instant in the reader's zone: the clock today, else with the day. */
export function formatInstant(atMs: number | null, nowMs: number): string {
  if (atMs === null) return UNKNOWN;
  const isToday = new Date(atMs).toDateString() ===
    new Date(nowMs).toDateString();
  return dateFormat(isToday ? CLOCK : DAY_AND_MINUTE).format(atMs);
}

/** Formats hour and minute, as on a chart's axis. */
export function formatMinute(atMs: number): string {
  return dateFormat(MINUTE).format(atMs);
}

/** Formats day, hour and minute. */
export function formatDayAndMinute(atMs: number): string {
  return dateFormat(DAY_AND_MINUTE).format(atMs);
}

/** Formats a day. */
export function formatDay(atMs: number): string {
  return dateFormat(DAY).format(atMs);
}

/** Formats how long ago something was: `12 s ago`. */
export function formatAgo(atMs: number | null, nowMs: number): string {
  if (atMs === null) return UNKNOWN;
  const seconds = Math.round((nowMs - atMs) / 1000);
  if (seconds < 3) return t.time.justNow;
  if (seconds < 90) return t.time.secondsAgo(seconds);
  if (seconds < 90 * 60) return t.time.minutesAgo(Math.round(seconds / 60));
  if (seconds < 36 * 3600) return t.time.hoursAgo(Math.round(seconds / 3600));
  return formatDay(atMs);
}
