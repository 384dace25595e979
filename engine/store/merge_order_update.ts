import { isFinished, type OrderStatus } from "@core/mod.ts";
import type { OrderUpdate } from "./port.ts";

const UNSURE: readonly OrderStatus[] = ["pending", "submitted", "unresolved"];
const RESTING: readonly OrderStatus[] = ["open", "partially_filled"];

/**
 * Returns two changes of one order as one, `next` having come later. The same
 * rules as the statement in `update_orders.ts`, so that it makes no
 * difference whether they meet in the queue or in the database.
 */
export function mergeOrderUpdate(
  earlier: OrderUpdate,
  next: OrderUpdate,
): OrderUpdate {
  const known = Object.fromEntries(
    Object.entries(next).filter(([, value]) => value !== null),
  );
  const filledSize = Math.max(earlier.filledSize ?? 0, next.filledSize ?? 0);
  return {
    ...earlier,
    ...known,
    status: mergeOrderStatus(earlier.status, next.status, filledSize),
    ...((earlier.filledSize ?? next.filledSize) !== undefined &&
      { filledSize }),
  };
}

/** Returns the status an order has after a report, whatever order they come in. */
export function mergeOrderStatus(
  current: OrderStatus,
  next: OrderStatus,
  filledSize: number,
): OrderStatus {
  if (current === "canceled") return next === "filled" ? "filled" : "canceled";
  if (isFinished(current)) return current;
  if (isFinished(next)) return next;
  if (next === "pending") return current;
  if (UNSURE.includes(next) && RESTING.includes(current)) return current;
  return next === "open" && filledSize > 0 ? "partially_filled" : next;
}
