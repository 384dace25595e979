/**
 * Decimal texts, exactly: the last digit counts.
 *
 * @module
 */

const SCALE = 30;
const PATTERN = /^(-?)(\d+)(?:\.(\d+))?$/;

/** Returns the number times 10^30. */
export function toUnits(text: string): bigint {
  const match = PATTERN.exec(text);
  const [, sign = "", whole = "", fraction = ""] = match ?? [];
  if (match === null || fraction.length > SCALE) {
    throw new RangeError(`Cannot read a decimal: "${text}"`);
  }
  const units = BigInt(whole + fraction.padEnd(SCALE, "0"));
  return sign === "-" ? -units : units;
}

/** Tells whether two decimal texts are the same number. */
export function isSameDecimal(a: string | null, b: string | null): boolean {
  if (a === null || b === null) return a === b;
  return toUnits(a) === toUnits(b);
}

/** Returns the sum of decimal texts, times 10^30. */
export function sumUnits(texts: Iterable<string>): bigint {
  let sum = 0n;
  for (const text of texts) sum += toUnits(text);
  return sum;
}
