import type { PositionSide, VenueFill } from "@core/mod.ts";
import type { BookOrder } from "./book_order.ts";

/** A fill of another runner's order that no statement of it holds yet. */
interface Owed {
  readonly positionSide: PositionSide;
  /** The exchange's clock. */
  readonly filledAtMs: number;
  readonly sinceMs: number;
}

/**
 * What the exchange must still state: of another runner's order not every fill
 * is seen, so one that is told counts only when the order's sum is.
 */
export class OwedStatements {
  /** By client order id. */
  readonly #owed = new Map<string, Owed>();

  /** Orders that the exchange must state before their leg is known. */
  get ids(): readonly string[] {
    return [...this.#owed.keys()];
  }

  /** Since when a leg's orders are owed; null: none is. */
  sinceMs(side: PositionSide): number | null {
    let sinceMs: number | null = null;
    for (const owed of this.#owed.values()) {
      if (owed.positionSide !== side) continue;
      sinceMs = Math.min(sinceMs ?? Infinity, owed.sinceMs);
    }
    return sinceMs;
  }

  /** What was not stated for so long is in what was. */
  forgive(untilMs: number): void {
    for (const [id, { sinceMs }] of this.#owed) {
      if (sinceMs <= untilMs) this.#owed.delete(id);
    }
  }

  /** A fill of an order was told. */
  owe(order: BookOrder, { filledAtMs }: VenueFill, nowMs: number): void {
    const { isOwnBirth, isEndTold, statedAtMs, positionSide } = order;
    if (isOwnBirth || isEndTold || filledAtMs <= statedAtMs) return;
    const before = this.#owed.get(order.clientOrderId);
    this.#owed.set(order.clientOrderId, {
      positionSide,
      filledAtMs: Math.max(filledAtMs, before?.filledAtMs ?? 0),
      sinceMs: before?.sinceMs ?? nowMs,
    });
  }

  /** An order was stated, or has come to its end. */
  pay(order: BookOrder): void {
    const owed = this.#owed.get(order.clientOrderId);
    if (owed === undefined) return;
    if (order.statedAtMs >= owed.filledAtMs || order.isEndTold) {
      this.#owed.delete(order.clientOrderId);
    }
  }
}
