import type { OrderSide, PositionSide, Purpose } from "./sides.ts";

/**
 * The life of an order row. `pending` is written and not yet sent;
 * `unresolved` was sent and its answer is unknown. Kept equal to the check
 * constraint `orders_status_valid`.
 */
export const ORDER_STATUSES = [
  "pending",
  "submitted",
  "open",
  "partially_filled",
  "filled",
  "canceled",
  "rejected",
  "unresolved",
] as const;

/** One of {@linkcode ORDER_STATUSES}. */
export type OrderStatus = (typeof ORDER_STATUSES)[number];

/** Tells whether an order in this status can never trade again. */
export function isFinished(status: OrderStatus): boolean {
  return status === "filled" || status === "canceled" || status === "rejected";
}

/** The place an order takes in its bot; at most one live order each (I1). */
export interface Slot {
  readonly positionSide: PositionSide;
  readonly purpose: Purpose;
  /** Grid level, an integer; 0 where a strategy has one order a purpose. */
  readonly level: number;
}

/** Returns the slot as a map key, `long:entry:0`. */
export function slotKey(slot: Slot): string {
  return `${slot.positionSide}:${slot.purpose}:${slot.level}`;
}

/** Why an order was wanted: shown to the trader and kept with its row. */
export interface OrderReason {
  /** The rule of the strategy, snake_case: `take_profit_boosted`. */
  readonly rule: string;
  /** The numbers that went into it. */
  readonly inputs: Readonly<Record<string, number | string | null>>;
}

/**
 * Why an order ended without filling completely. Kept equal to the check
 * constraint `orders_end_reason_valid`.
 */
export const END_REASONS = [
  /** Canceled by the bot, for another order in its place. */
  "superseded",
  /** Canceled by the bot: no order is wanted there any more. */
  "not_wanted",
  /** Canceled by the bot: it was stopped, and the policy does not keep it. */
  "stop_policy",
  /** Canceled by the user or the exchange, not by the bot. */
  "canceled_elsewhere",
  /** It would have taken instead of made. */
  "post_only_refused",
  /** The exchange refused it: see its code. */
  "refused",
  /** Recorded and given up before it left. */
  "never_sent",
  /** It left, and the exchange does not know it. */
  "never_arrived",
] as const;

/** One of {@linkcode END_REASONS}. */
export type EndReason = (typeof END_REASONS)[number];

/** An order a strategy wants to rest (or, at market, to be executed). */
export interface DesiredOrder extends Slot {
  /** Limit price, a multiple of the tick; null is a market order. */
  readonly price: number | null;
  /** Base, > 0, a multiple of the lot. */
  readonly size: number;
  readonly postOnly: boolean;
  /** Counts the leg's completed orders; part of the client order id. */
  readonly cycle: number;
  /** A resting order this close to the wanted price is kept; quote, ≥ 0. */
  readonly priceTolerance: number;
  readonly reason: OrderReason;
}

/** An order as the exchange shows it, whoever placed it. */
export interface VenueOrder {
  readonly symbol: string;
  readonly venueOrderId: string;
  /** Null for orders placed elsewhere without one. */
  readonly clientOrderId: string | null;
  readonly positionSide: PositionSide;
  readonly orderSide: OrderSide;
  readonly reduceOnly: boolean;
  /** Null for market orders. */
  readonly price: number | null;
  readonly size: number;
  /** Cumulative, base. */
  readonly filledSize: number;
  readonly averagePrice: number | null;
  readonly status: "open" | "partially_filled" | "filled" | "canceled";
  /** The exchange's clock, epoch ms. */
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}
