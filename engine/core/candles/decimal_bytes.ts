const ZERO = 48;
const DOT = 46;
const MINUS = 45;
/** An integer of so many digits and its power of ten are exact doubles. */
const DIGITS_EXACT_MAX = 15;
const POWERS = Array.from({ length: 23 }, (_, i) => Number(`1e${i}`));

/** Returns the ASCII text of a part of the bytes. */
export function textOf(bytes: Uint8Array, from: number, to: number): string {
  return String.fromCharCode(...bytes.subarray(from, to));
}

/** A decimal as people and programs write it; no hexadecimal, no words. */
const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/**
 * Reads a number out of bytes without making a string of it: what `Number()`
 * would return of a decimal, anything else being NaN.
 */
export function readDecimal(
  bytes: Uint8Array,
  from: number,
  to: number,
): number {
  let mantissa = 0;
  let digits = 0;
  let places = -1;
  const isNegative = bytes[from] === MINUS;
  for (let i = isNegative ? from + 1 : from; i < to; i++) {
    const byte = bytes[i] ?? 0;
    if (byte === DOT && places < 0) places = 0;
    else if (byte >= ZERO && byte < ZERO + 10) {
      mantissa = mantissa * 10 + byte - ZERO;
      digits++;
      if (places >= 0) places++;
    } else return readOther(bytes, from, to);
  }
  if (digits === 0 || digits > DIGITS_EXACT_MAX) {
    return readOther(bytes, from, to);
  }
  // Both exact, so that their quotient is the double nearest to the decimal.
  const value = places > 0 ? mantissa / (POWERS[places] ?? NaN) : mantissa;
  return isNegative ? -value : value;
}

function readOther(bytes: Uint8Array, from: number, to: number): number {
  const text = textOf(bytes, from, to).trim();
  return DECIMAL.test(text) ? Number(text) : NaN;
}
