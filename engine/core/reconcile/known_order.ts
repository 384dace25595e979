import {
  isFinished,
  type OrderStatus,
  type Slot,
  type VenueOrder,
} from "../model/order.ts";
import { parseClientOrderId } from "../model/ids.ts";

/**
 * An order that the exchange does not know this long after it may last have
 * left can never arrive, where the exchange's account says nothing closer:
 * Bitget refuses a signed request older than 30 s.
 */
export const NEVER_ARRIVES_AFTER_MS = 35_000;

/** One of the bot's orders as far as we know it. */
export interface KnownOrder extends Slot {
  readonly clientOrderId: string;
  readonly venueOrderId: string | null;
  readonly cycle: number;
  readonly revision: number;
  /** Null: market order. */
  readonly price: number | null;
  readonly size: number;
  /** Cumulative, base. */
  readonly filledSize: number;
  readonly postOnly: boolean;
  readonly status: OrderStatus;
  /** When its request may last have left, epoch ms; null: certainly never. */
  readonly sentAtMs: number | null;
  /** The exchange, asked after `sentAtMs`, did not know it. */
  readonly isMissing: boolean;
}

/** Tells whether what became of the order is not known. */
export function isUnresolved(order: KnownOrder): boolean {
  return order.status === "unresolved" ||
    (order.status === "pending" && order.sentAtMs !== null);
}

/** Tells whether the order may trade, or may come to. */
export function isLive(order: KnownOrder): boolean {
  return !isFinished(order.status);
}

/**
 * Returns an order of this bot that the exchange shows and we have no row of,
 * or null where the order is another's.
 */
export function adoptable(
  order: VenueOrder,
  botTag: string,
): KnownOrder | null {
  if (order.clientOrderId === null) return null;
  const parts = parseClientOrderId(order.clientOrderId);
  if (parts === null || parts.botTag !== botTag) return null;
  return {
    positionSide: parts.positionSide,
    purpose: parts.purpose,
    level: parts.level,
    clientOrderId: order.clientOrderId,
    venueOrderId: order.venueOrderId,
    cycle: parts.cycle,
    revision: parts.revision,
    price: order.price,
    size: order.size,
    filledSize: order.filledSize,
    postOnly: false,
    status: order.status,
    sentAtMs: order.createdAtMs,
    isMissing: false,
  };
}
