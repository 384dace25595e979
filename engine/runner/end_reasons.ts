import type { EndReason } from "@core/mod.ts";
import type { Context } from "./context.ts";
import type { BookOrder } from "./book_order.ts";

/** Reasons kept until their orders end. */
const KEPT = 256;
/** A post-only order that crosses is canceled by the exchange at once. */
const AT_ONCE_MS = 1_500;

/** Why the bot itself ended orders, from the decision until the end is told. */
export class EndReasons {
  readonly #reasons = new Map<string, EndReason>();

  /** Notes why an order is about to end; the first reason stays. */
  note(clientOrderId: string, reason: EndReason): void {
    if (this.#reasons.has(clientOrderId)) return;
    this.#reasons.set(clientOrderId, reason);
    const [oldest] = this.#reasons.keys();
    if (this.#reasons.size > KEPT && oldest !== undefined) {
      this.#reasons.delete(oldest);
    }
  }

  get(clientOrderId: string): EndReason | null {
    return this.#reasons.get(clientOrderId) ?? null;
  }
}

/**
 * Returns why an order ended unfilled; null where it filled, has not ended, or
 * nobody knows: an earlier runner may have canceled it.
 */
export function endReasonOf(
  context: Context,
  order: BookOrder,
): EndReason | null {
  const { status, clientOrderId } = order;
  if (status !== "canceled" && status !== "rejected") return null;
  const noted = context.endReasons.get(clientOrderId);
  if (noted !== null) return noted;
  if (order.sentAtMs === null) return "never_sent";
  if (!order.isOwnBirth || order.isCancelRequested) return null;
  if (status === "rejected") return "refused";
  if (order.isMissing) return "never_arrived";
  const isAtOnce = context.nowMs() - order.placedAtMs < AT_ONCE_MS;
  return order.postOnly && order.filledSize === 0 && isAtOnce
    ? "post_only_refused"
    : "canceled_elsewhere";
}
