/**
 * One order of the bot's and what a piece of news makes of it: pure. Filled
 * size never falls and a finished order never reopens (I5).
 *
 * An order's filled size is known from two sources: cumulative figures the
 * exchange states, and the sum of its fills where all of them were seen, that
 * is for orders placed by this runner. The larger one counts, so the same
 * execution told twice counts once.
 *
 * @module
 */
import {
  type EndedOrder,
  isFinished,
  type KnownOrder,
  type OrderReason,
  type OrderStatus,
  roundToLot,
  type Slot,
} from "@core/mod.ts";
import type { OrderUpdate } from "@engine/store/port.ts";

/** One order and what we know of it beyond {@linkcode KnownOrder}. */
export interface BookOrder extends KnownOrder {
  readonly averagePrice: number | null;
  readonly reason: OrderReason;
  readonly placedAtMs: number;
  /** Its row is committed. */
  readonly isRecorded: boolean;
  /** Its row was on its way when the database did not answer: it may exist. */
  readonly mayBeRecorded: boolean;
  /** We asked for its cancellation. */
  readonly isCancelRequested: boolean;
  /** Placed by this runner, so that every fill of it is seen. */
  readonly isOwnBirth: boolean;
  /** Sum of the fills seen, base and quote. */
  readonly fillsSize: number;
  readonly fillsNotional: number;
  /** The exchange's clock at its newest statement about this order. */
  readonly statedAtMs: number;
  /** Its end has been told, with its final size. */
  readonly isEndTold: boolean;
  /** When we learnt that it is over, its final size unknown; null: it is not. */
  readonly overAtMs: number | null;
}

/** What a piece of news says of an order. */
export interface News {
  readonly status: OrderStatus;
  /** Base, cumulative. */
  readonly filledSize: number;
  readonly averagePrice: number | null;
  readonly venueOrderId: string | null;
  /** The exchange's clock. */
  readonly statedAtMs: number;
  /** The exchange states the order itself: a finished one is final. */
  readonly isStated: boolean;
}

/** What a piece of news changed. */
export interface Movement {
  readonly order: BookOrder;
  /** By how much the filled size rose, base. */
  readonly filledDelta: number;
  /** Set once, when the order's end and final size are known. */
  readonly ended: EndedOrder | null;
  /** Set when the row changes. */
  readonly update: OrderUpdate | null;
}

/** Returns what news makes of an order. */
export function moveOrder(
  before: BookOrder,
  news: News,
  lotSize: number,
): Movement {
  const filledSize = Math.max(
    before.filledSize,
    Math.min(before.size, roundToLot(news.filledSize, lotSize)),
  );
  const isFull = filledSize >= before.size;
  const status = nextStatus(before.status, {
    status: isFull ? "filled" : news.status,
    hasFills: filledSize > 0,
  });
  const averagePrice = clean(news.averagePrice) ?? averageOf(before) ??
    before.averagePrice ?? (filledSize > 0 ? before.price : null);
  const isTurned = isFinished(status) && status !== before.status;
  const isFinal = status === "filled" ||
    (news.isStated && isFinished(news.status));
  const tellsEnd = isFinished(status) && isFinal &&
    (!before.isEndTold || (isTurned && status === "filled"));
  const order: BookOrder = {
    ...before,
    isEndTold: before.isEndTold || tellsEnd,
    status,
    filledSize,
    averagePrice,
    venueOrderId: news.venueOrderId ?? before.venueOrderId,
    statedAtMs: Math.max(before.statedAtMs, news.statedAtMs),
    isMissing: status === "unresolved" && before.isMissing,
  };
  const filledDelta = roundToLot(
    filledSize - before.filledSize,
    lotSize,
  );
  const isChanged = tellsEnd || filledDelta > 0 || status !== before.status ||
    order.venueOrderId !== before.venueOrderId;
  return {
    order,
    filledDelta,
    ended: tellsEnd ? toEnded(order) : null,
    update: isChanged
      ? {
        clientOrderId: order.clientOrderId,
        venueOrderId: order.venueOrderId,
        status,
        filledSize,
        averagePrice,
      }
      : null,
  };
}

/** Returns the slot of an order, and nothing more of it. */
export function slotOf({ positionSide, purpose, level }: Slot): Slot {
  return { positionSide, purpose, level };
}

/** The mean price of all fills seen, when they are all there are. */
function averageOf(order: BookOrder): number | null {
  if (!order.isOwnBirth || order.fillsSize <= 0) return null;
  return clean(order.fillsNotional / order.fillsSize);
}

/** A mean without binary noise. */
function clean(price: number | null): number | null {
  return price === null ? null : Number(price.toPrecision(12));
}

/** Tells whether the first of two orders of a slot came later. */
export function isNewer(a: KnownOrder, b: KnownOrder): boolean {
  return a.cycle !== b.cycle ? a.cycle > b.cycle : a.revision > b.revision;
}

function toEnded(order: BookOrder): EndedOrder | null {
  const { status } = order;
  if (status !== "filled" && status !== "canceled" && status !== "rejected") {
    return null;
  }
  return {
    ...slotOf(order),
    clientOrderId: order.clientOrderId,
    cycle: order.cycle,
    size: order.size,
    filledSize: order.filledSize,
    averagePrice: order.averagePrice,
    status,
  };
}

/** The same rules as the store's statement (I5). */
function nextStatus(
  current: OrderStatus,
  news: { readonly status: OrderStatus; readonly hasFills: boolean },
): OrderStatus {
  const next = news.status;
  if (current === "canceled") return next === "filled" ? "filled" : current;
  if (isFinished(current) || next === current) return current;
  if (isFinished(next)) return next;
  const isResting = current === "open" || current === "partially_filled";
  if (next === "submitted" && isResting) return current;
  return next === "open" && news.hasFills ? "partially_filled" : next;
}
