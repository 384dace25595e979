/**
 * Taking a part off a leg: a limit at most 15 basis points beyond the touch,
 * then, when it stands too long, at market.
 *
 * @module
 */
import { z } from "zod";
import { type Market, type Quote, smallestSize } from "../../model/market.ts";
import type { DesiredOrder, OrderReason } from "../../model/order.ts";
import {
  ceilToTick,
  floorToLot,
  floorToTick,
  roundToLot,
} from "../../model/rounding.ts";
import type { PositionSide } from "../../model/sides.ts";
import type { WorkingOrder } from "../plan.ts";

const PRICE_CAP = 0.0015;
/** How long a reduction may stand as a limit before it takes the market. */
const LIMIT_MS = 10_000;

/** Parses a stored reduction. */
export const ReductionSchema = z.strictObject({
  /** Done when the position is not larger than this, base. */
  targetSize: z.number().min(0),
  /** Limit price, until it turns into a market order. */
  price: z.number().positive(),
  startedAtMs: z.number(),
});

/** A reduction under way. */
export type Reduction = z.infer<typeof ReductionSchema>;

/** Returns a reduction by this much, at least by what can be traded alone. */
export function beginReduction(
  { side, size, amount, market, quote, nowMs }: {
    readonly side: PositionSide;
    /** Held, base. */
    readonly size: number;
    /** To be taken off, base. */
    readonly amount: number;
    readonly market: Market;
    readonly quote: Pick<Quote, "bestBid" | "bestAsk">;
    readonly nowMs: number;
  },
): Reduction {
  const price = side === "long"
    ? ceilToTick(quote.bestBid * (1 - PRICE_CAP), market.tickSize)
    : floorToTick(quote.bestAsk * (1 + PRICE_CAP), market.tickSize);
  const smallest = smallestSize(market, price);
  const wanted = Math.max(floorToLot(amount, market.lotSize), smallest);
  const rest = roundToLot(size - wanted, market.lotSize);
  return {
    targetSize: rest < smallest ? 0 : rest,
    price,
    startedAtMs: nowMs,
  };
}

/** Returns the order that reduces a leg to its target. */
export function reductionOrder(
  reduction: Reduction,
  { side, size, current, cycle, market, reason, nowMs }: {
    readonly side: PositionSide;
    /** Still to be taken off, base, > 0. */
    readonly size: number;
    /** The reduction's order that may still trade. */
    readonly current: WorkingOrder | null;
    readonly cycle: number;
    readonly market: Market;
    readonly reason: OrderReason;
    readonly nowMs: number;
  },
): DesiredOrder {
  const atMarket = nowMs - reduction.startedAtMs >= LIMIT_MS;
  const isTurned = current === null || atMarket !== (current.price === null);
  return {
    positionSide: side,
    purpose: "reduce",
    level: 0,
    price: atMarket ? null : reduction.price,
    size: isTurned
      ? size
      : roundToLot(size + current.filledSize, market.lotSize),
    postOnly: false,
    cycle,
    priceTolerance: 0,
    reason,
  };
}
