/**
 * Exact decimals as scaled integers. Prices and sizes are whole numbers of the
 * instrument's last decimal place, money is a bigint of 10^-12 quote, so every
 * text on the wire adds up to the last digit (invariant I3).
 *
 * @module
 */
import { assert } from "../model/assert.ts";

/** Quote currency in units of 10^-12, signed. */
export type Money = bigint;

/** Decimal places of {@linkcode Money}. */
export const MONEY_SCALE = 12;

/** Decimal places of fee, funding and margin rates. */
export const RATE_SCALE = 10;

const PATTERN = /^(-?)(\d{1,20})(?:\.(\d{0,24}))?$/;

/** Why a text is not a decimal of the wanted scale. */
export type DecimalFault = "malformed" | "too_fine";

/**
 * Reads plain decimal text ("0.05", "-12", "3.") as a scaled integer.
 *
 * @param scale Decimal places kept, ≥ 0; digits beyond must be zeros.
 */
export function parseDecimal(
  text: string,
  scale: number,
): bigint | DecimalFault {
  const match = PATTERN.exec(text);
  if (match === null) return "malformed";
  const [, sign, whole = "0", fraction = ""] = match;
  if (/[1-9]/.test(fraction.slice(scale))) return "too_fine";
  const digits = whole + fraction.slice(0, scale).padEnd(scale, "0");
  return sign === "-" ? -BigInt(digits) : BigInt(digits);
}

/**
 * Like {@linkcode parseDecimal} for text that must be right.
 *
 * @throws {AssertionError} If it is not.
 */
export function toDecimal(text: string, scale: number): bigint {
  const value = parseDecimal(text, scale);
  assert(
    typeof value === "bigint",
    `Cannot read "${text}" with ${scale} decimal places: ${value}`,
  );
  return value;
}

/** Returns money from plain decimal text. @throws {AssertionError} If malformed. */
export function toMoney(text: string): Money {
  return toDecimal(text, MONEY_SCALE);
}

/** Returns a rate (fraction) from plain decimal text. @throws {AssertionError} If malformed. */
export function toRate(text: string): bigint {
  return toDecimal(text, RATE_SCALE);
}

/** Returns the shortest exact text of a scaled integer: no trailing zeros. */
export function formatDecimal(value: bigint | number, scale: number): string {
  const negative = value < 0;
  const digits = String(negative ? -value : value).padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale);
  let end = digits.length;
  while (end > whole.length && digits.charCodeAt(end - 1) === 48) end--;
  const text = end > whole.length
    ? `${whole}.${digits.slice(whole.length, end)}`
    : whole;
  return negative ? `-${text}` : text;
}

/** Returns money as text. */
export function formatMoney(value: Money): string {
  return formatDecimal(value, MONEY_SCALE);
}

/**
 * Divides, rounding half away from zero.
 *
 * @param denominator > 0.
 */
export function divideRounded(numerator: bigint, denominator: bigint): bigint {
  assert(denominator > 0n, "Cannot divide: denominator must be > 0");
  const half = denominator / 2n;
  return numerator < 0n
    ? -((-numerator + half) / denominator)
    : (numerator + half) / denominator;
}

const RATE_ONE = 10n ** BigInt(RATE_SCALE);

/** Returns value × rate, rounded half away from zero. */
export function applyRate(value: Money, rate: bigint): Money {
  return divideRounded(value * rate, RATE_ONE);
}

const POWERS: readonly bigint[] = Array.from(
  { length: MONEY_SCALE + 1 },
  (_, exponent) => 10n ** BigInt(exponent),
);

/** Returns 10^exponent, 0 ≤ exponent ≤ {@linkcode MONEY_SCALE}. */
export function powerOfTen(exponent: number): bigint {
  const power = POWERS[exponent];
  assert(power !== undefined, `No power of ten for exponent ${exponent}`);
  return power;
}
