/**
 * The only place where prices and sizes are quantised. Every function names
 * its direction, and forgives binary noise: 0.1 + 0.2 floors to 0.3, not to
 * 0.2, and the results are the doubles nearest to the decimal they stand for,
 * so `String(result)` reads as the exchange would write it.
 *
 * @module
 */
import { assert } from "./assert.ts";

/** A quotient this close to an integer is that integer … */
const NOISE = 1e-9;
/** … or this close relative to its size: some fifty units in the last place. */
const NOISE_RELATIVE = 1e-14;
const DECIMALS_MAX = 12;

/**
 * Returns how many decimals a step has: 0.01 → 2, 0.5 → 1, 10 → 0.
 *
 * @param step > 0, at most 12 decimals.
 */
export function decimalsOf(step: number): number {
  assert(step > 0 && Number.isFinite(step), `Step must be > 0, is ${step}`);
  let scale = 1;
  for (let decimals = 0; decimals < DECIMALS_MAX; decimals++) {
    const scaled = step * scale;
    if (
      Math.round(scaled) > 0 &&
      Math.abs(scaled - Math.round(scaled)) <= NOISE * scaled
    ) return decimals;
    scale *= 10;
  }
  return DECIMALS_MAX;
}

function fromSteps(steps: number, step: number): number {
  const scale = 10 ** decimalsOf(step);
  // Integer ÷ power of ten is rounded once: the double nearest to the decimal.
  return steps * Math.round(step * scale) / scale;
}

function isWhole(steps: number): boolean {
  const noise = NOISE + Math.abs(steps) * NOISE_RELATIVE;
  return Math.abs(steps - Math.round(steps)) <= noise;
}

function toStep(
  value: number,
  step: number,
  direction: (steps: number) => number,
): number {
  // No template here: this runs millions of times, and building the text of an
  // assertion that holds took most of it.
  assert(Number.isFinite(value), "Cannot quantise: the value is not finite");
  const steps = value / step;
  return fromSteps(
    isWhole(steps) ? Math.round(steps) : direction(steps),
    step,
  );
}

/** Returns the largest multiple of the tick ≤ price. */
export function floorToTick(price: number, tickSize: number): number {
  return toStep(price, tickSize, Math.floor);
}

/** Returns the smallest multiple of the tick ≥ price. */
export function ceilToTick(price: number, tickSize: number): number {
  return toStep(price, tickSize, Math.ceil);
}

/** Returns the multiple of the tick nearest to the price. */
export function roundToTick(price: number, tickSize: number): number {
  return toStep(price, tickSize, Math.round);
}

/** Returns the largest multiple of the lot ≤ size. */
export function floorToLot(size: number, lotSize: number): number {
  return toStep(size, lotSize, Math.floor);
}

/** Returns the smallest multiple of the lot ≥ size. */
export function ceilToLot(size: number, lotSize: number): number {
  return toStep(size, lotSize, Math.ceil);
}

/**
 * Returns the multiple of the lot nearest to the size: for sums of sizes that
 * are multiples already and have only gathered binary noise.
 */
export function roundToLot(size: number, lotSize: number): number {
  return toStep(size, lotSize, Math.round);
}

/** Tells whether a value is a multiple of the step, binary noise forgiven. */
export function isMultipleOf(value: number, step: number): boolean {
  return isWhole(value / step);
}

/**
 * Returns the decimal text of a multiple of the step, with exactly the step's
 * decimals and never an exponent: `formatToStep(650, 0.01)` is `"650.00"`.
 */
export function formatToStep(value: number, step: number): string {
  assert(Number.isFinite(value), `Cannot format ${value}`);
  return value.toFixed(decimalsOf(step));
}

/**
 * Returns a number as plain decimal text without an exponent and without
 * trailing zeros, at most 12 decimals: 1e-7 → `"0.0000001"`.
 */
export function toDecimalText(value: number): string {
  assert(Number.isFinite(value), `Cannot format ${value}`);
  const text = String(value);
  if (!text.includes("e")) return text;
  return value.toFixed(DECIMALS_MAX).replace(/\.?0+$/, "");
}
