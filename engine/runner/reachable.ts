/**
 * A take-profit far on the other side of the price: it was due while nobody
 * was there, or the market jumped. The exchange refuses limits that far from
 * its price, so the leg would go without one for good; it is placed where it
 * is taken and still trades at once.
 *
 * @module
 */
import {
  ceilToTick,
  type DesiredOrder,
  floorToTick,
  isOpening,
  type Market,
  type Quote,
} from "@core/mod.ts";

/** How far beyond the touch a closing limit is left as it is. */
const BEYOND_TOUCH = 0.01;
/** Within this it stays where it was placed, while it fills. */
const STAYS_WITHIN = 0.04;

/** Returns the orders with closing limits no further beyond the touch. */
export function reachable(
  desired: readonly DesiredOrder[],
  { quote, market: { tickSize } }: {
    readonly quote: Pick<Quote, "bestBid" | "bestAsk">;
    readonly market: Pick<Market, "tickSize">;
  },
): readonly DesiredOrder[] {
  const lowest = ceilToTick(quote.bestBid * (1 - BEYOND_TOUCH), tickSize);
  const highest = floorToTick(quote.bestAsk * (1 + BEYOND_TOUCH), tickSize);
  return desired.map((order) => {
    const { price, positionSide, purpose } = order;
    if (price === null || isOpening(purpose)) return order;
    const limit = positionSide === "long" ? lowest : highest;
    const isBeyond = positionSide === "long" ? price < limit : price > limit;
    if (!isBeyond) return order;
    return {
      ...order,
      price: limit,
      priceTolerance: Math.max(order.priceTolerance, limit * STAYS_WITHIN),
      reason: {
        ...order.reason,
        inputs: { ...order.reason.inputs, target: price },
      },
    };
  });
}
