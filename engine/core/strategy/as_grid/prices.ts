/**
 * The AS grid's prices and sizes, as formulas of as-grid.md.
 *
 * @module
 */
import { type Market, smallestSize } from "../../model/market.ts";
import {
  ceilToTick,
  floorToLot,
  floorToTick,
  roundToLot,
} from "../../model/rounding.ts";
import type { PositionSide } from "../../model/sides.ts";
import type { AsGridConfig } from "./config.ts";

const LOCK_RATIO_MIN = 1.01;
const LOCK_RATIO_MAX = 1.05;

/**
 * Returns a paused leg's exit ratio r: the heavier this leg against the
 * other, the further away its take-profit.
 *
 * @param sizes This leg's and the other's, base, ≥ 0.
 * @returns A factor ≥ 1.01, to be frozen.
 */
export function lockRatio(
  sizes: { readonly own: number; readonly other: number },
  gridSpacing: number,
): number {
  const lower = Math.max(1 + gridSpacing, LOCK_RATIO_MIN);
  const upper = Math.max(
    lower,
    Math.min(1 + 3 * gridSpacing, LOCK_RATIO_MAX),
  );
  if (sizes.other === 0) return lower;
  return Math.min(upper, Math.max(lower, 1 + sizes.own / sizes.other / 100));
}

/**
 * Returns the price `distance` away from the anchor on the profit side of the
 * leg, rounded towards profit.
 */
export function profitPrice(
  positionSide: PositionSide,
  anchor: number,
  { distance, tickSize }: {
    readonly distance: number;
    readonly tickSize: number;
  },
): number {
  return positionSide === "long"
    ? ceilToTick(anchor * (1 + distance), tickSize)
    : floorToTick(anchor * (1 - distance), tickSize);
}

/** Returns the frozen take-profit of a paused leg: P0·r long, P0/r short. */
export function lockedPrice(
  positionSide: PositionSide,
  lock: { readonly price: number; readonly ratio: number },
  tickSize: number,
): number {
  return positionSide === "long"
    ? ceilToTick(lock.price * lock.ratio, tickSize)
    : floorToTick(lock.price / lock.ratio, tickSize);
}

/**
 * Returns the price of the entry that adds in the losing direction, rounded
 * away from the price.
 */
export function entryPrice(
  positionSide: PositionSide,
  anchor: number,
  { gridSpacing, tickSize }: {
    readonly gridSpacing: number;
    readonly tickSize: number;
  },
): number {
  return positionSide === "long"
    ? floorToTick(anchor * (1 - gridSpacing), tickSize)
    : ceilToTick(anchor * (1 + gridSpacing), tickSize);
}

/** What {@linkcode takeProfitSize} depends on; sizes in base. */
export interface TakeProfitSizing {
  readonly baseSize: number;
  /** L and T. */
  readonly boost: number;
  readonly maxEntry: number;
  readonly own: number;
  readonly other: number;
  /** The price the order would have. */
  readonly price: number;
}

/**
 * Returns the size of a leg's take-profit: never more than the position,
 * floored to the lot; a remainder that could not be closed alone goes with it.
 */
export function takeProfitSize(
  sizing: TakeProfitSizing,
  market: Market,
): number {
  const { baseSize, boost, maxEntry, own, other, price } = sizing;
  const wanted = own > boost || other >= maxEntry ? 2 * baseSize : baseSize;
  const size = floorToLot(Math.min(wanted, own), market.lotSize);
  const remainder = roundToLot(own - size, market.lotSize);
  return remainder > 0 && remainder < smallestSize(market, price)
    ? floorToLot(own, market.lotSize)
    : size;
}

/**
 * Returns how far a resting order may stand from its target, quote: a fifth
 * of its spacing, at least one tick.
 */
export function tolerance(
  anchor: number,
  spacing: number,
  tickSize: number,
): number {
  return Math.max(0.2 * spacing * anchor, tickSize);
}

/** Returns how far the touch must have moved before an opening follows it. */
export function requoteDistance(
  price: number,
  config: AsGridConfig,
  tickSize: number,
): number {
  return Math.max(2 * tickSize, config.gridSpacing / 10 * price);
}
