/**
 * Where a range grid's lines lie, and how its money is spread over them.
 * Interval `k` lies between the lines `k` and `k + 1`; the range as configured
 * has the intervals 0 … levels − 1, a trailing one moves on by whole intervals.
 *
 * @module
 */
import type { Market } from "../../model/market.ts";
import { floorToLot, roundToTick } from "../../model/rounding.ts";
import type { RangeGridConfig } from "./config.ts";

/** What the lines follow from. */
export type GridLines = Pick<
  RangeGridConfig,
  "lowerPrice" | "upperPrice" | "levels" | "spacing"
>;

/** Lines worked out already: a plan asks for each of them several times. */
const known = new WeakMap<
  GridLines,
  { readonly tickSize: number; readonly prices: Map<number, number> }
>();

/**
 * Returns the price of a line, on the tick.
 *
 * @param index Any integer: the lines go on beyond the range.
 */
export function lineAt(
  lines: GridLines,
  index: number,
  tickSize: number,
): number {
  let memory = known.get(lines);
  if (memory?.tickSize !== tickSize) {
    memory = { tickSize, prices: new Map() };
    known.set(lines, memory);
  }
  let price = memory.prices.get(index);
  if (price === undefined) {
    price = workOut(lines, index, tickSize);
    memory.prices.set(index, price);
  }
  return price;
}

function workOut(lines: GridLines, index: number, tickSize: number): number {
  const { lowerPrice, upperPrice, levels, spacing } = lines;
  const price = spacing === "arithmetic"
    ? lowerPrice + index * (upperPrice - lowerPrice) / levels
    : lowerPrice * (upperPrice / lowerPrice) ** (index / levels);
  return roundToTick(price, tickSize);
}

/** Returns the `levels + 1` lines of the range whose first interval is `offset`. */
export function linesFrom(
  lines: GridLines,
  offset: number,
  tickSize: number,
): number[] {
  return Array.from(
    { length: lines.levels + 1 },
    (_, i) => lineAt(lines, offset + i, tickSize),
  );
}

/**
 * Returns the size of one order, base: the investment times the leverage,
 * spread evenly over all intervals as if each were entered at its upper line,
 * floored to the lot. So the grid never holds more than it was given.
 */
export function resolveGridSize(
  config: RangeGridConfig,
  market: Market,
): number {
  const costs = linesFrom(config, 0, market.tickSize).slice(1)
    .reduce((sum, line) => sum + line, 0);
  const budget = config.investment * config.leverage;
  return floorToLot(budget / costs, market.lotSize);
}

/** Returns the place of interval `k` among the slots: the range is a ring. */
export function slotLevel(k: number, levels: number): number {
  return ((k % levels) + levels) % levels;
}
