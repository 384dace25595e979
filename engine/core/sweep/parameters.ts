/**
 * The parameters a sweep tries: each a list of values, a combination one value
 * of each. Combinations are numbered, so that none has to be kept.
 *
 * @module
 */

/** One parameter and its values. */
export interface SweepParameter {
  /** Path in the configuration, dots between its parts. */
  readonly path: string;
  /** Distinct, at least one. */
  readonly values: readonly number[];
}

/** More values of one parameter are a mistake. */
export const VALUES_MAX = 10_000;
/** More combinations than these are never walked one by one. */
export const COMBINATIONS_MAX = 1_000_000;

/** A sweep that cannot be carried out, and why. */
export class SweepError extends RangeError {
  override readonly name = "SweepError";
}

/** 0.1 + 0.2 noise away: at most twelve significant digits. */
function clean(value: number): number {
  return Number(value.toPrecision(12));
}

/**
 * Returns the values from one to another.
 *
 * @param step > 0; the last value is the last one within the range.
 * @throws {SweepError} On a range that is none.
 */
export function spreadValues(
  range: { readonly from: number; readonly to: number; readonly step: number },
): number[] {
  const { from, to, step } = range;
  if (!(to >= from) || !(step > 0)) {
    throw new SweepError(
      `Cannot spread ${from} to ${to} by ${step}: wanted from ≤ to, step > 0`,
    );
  }
  const count = Math.floor((to - from) / step + 1e-9) + 1;
  if (count > VALUES_MAX) {
    throw new SweepError(`Cannot try ${count} values: at most ${VALUES_MAX}`);
  }
  return Array.from({ length: count }, (_, i) => clean(from + i * step));
}

/** How many combinations there are. */
export function countCombinations(
  parameters: readonly SweepParameter[],
): number {
  return parameters.reduce((count, { values }) => count * values.length, 1);
}

/** Returns a combination's values; the last parameter changes fastest. */
export function combinationAt(
  parameters: readonly SweepParameter[],
  index: number,
): number[] {
  let rest = index;
  const values = parameters.map(() => NaN);
  for (let i = parameters.length - 1; i >= 0; i--) {
    const choices = parameters[i]?.values ?? [];
    values[i] = choices[rest % choices.length] ?? NaN;
    rest = Math.floor(rest / choices.length);
  }
  return values;
}

/**
 * Draws combinations at random, each at most once.
 *
 * @param random Returns numbers in [0, 1).
 * @returns Their numbers, in the order drawn.
 */
export function drawCombinations(
  parameters: readonly SweepParameter[],
  count: number,
  random: () => number,
): number[] {
  const all = countCombinations(parameters);
  if (count >= all) {
    if (all > COMBINATIONS_MAX) {
      throw new SweepError(
        `Cannot draw ${count}: at most ${COMBINATIONS_MAX} combinations`,
      );
    }
    return Array.from({ length: all }, (_, i) => i);
  }
  const drawn = new Set<number>();
  // Floyd's: as many draws as combinations wanted, however many there are.
  for (let top = all - count; top < all; top++) {
    const at = Math.floor(random() * (top + 1));
    drawn.add(drawn.has(at) ? top : at);
  }
  return [...drawn];
}

/** A configuration as it was written. */
export type ConfigRow = Readonly<Record<string, unknown>>;

/** Returns the configuration with one value changed, the path's objects made. */
export function withValue(
  config: ConfigRow,
  path: string,
  value: number,
): ConfigRow {
  const [key = "", ...rest] = path.split(".");
  if (rest.length === 0) return { ...config, [key]: value };
  const inner = config[key];
  const row = typeof inner === "object" && inner !== null
    ? inner as ConfigRow
    : {};
  return { ...config, [key]: withValue(row, rest.join("."), value) };
}

/** Returns the configuration of a combination. */
export function configAt(
  config: ConfigRow,
  parameters: readonly SweepParameter[],
  index: number,
): ConfigRow {
  const values = combinationAt(parameters, index);
  return parameters.reduce(
    (row, { path }, i) => withValue(row, path, values[i] ?? NaN),
    config,
  );
}

/** Returns a reproducible source of chance (Mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
