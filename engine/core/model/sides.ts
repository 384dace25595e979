/** Which of a hedge-mode symbol's two positions something concerns. */
export type PositionSide = "long" | "short";

/** The direction of the trade itself; never the position's direction. */
export type OrderSide = "buy" | "sell";

/** Both position sides, in the order every loop visits them. */
export const POSITION_SIDES: readonly PositionSide[] = ["long", "short"];

/**
 * What an order is for. `open` and `entry` enlarge the position, the others
 * may only shrink it. Kept equal to the check constraint `orders_purpose_valid`.
 */
export const PURPOSES = [
  "open",
  "entry",
  "take_profit",
  "reduce",
  "close",
] as const;

/** One of {@linkcode PURPOSES}. */
export type Purpose = (typeof PURPOSES)[number];

/** Tells whether orders of this purpose enlarge the position. */
export function isOpening(purpose: Purpose): boolean {
  return purpose === "open" || purpose === "entry";
}

/** Returns the direction in which an order of this leg and purpose trades. */
export function orderSideOf(
  positionSide: PositionSide,
  purpose: Purpose,
): OrderSide {
  return (positionSide === "long") === isOpening(purpose) ? "buy" : "sell";
}

/** Returns the other leg's side. */
export function otherSide(positionSide: PositionSide): PositionSide {
  return positionSide === "long" ? "short" : "long";
}
