/**
 * Rows of fills that a pass has no time for: it may wait seconds for the
 * exchange's rate limit or for an answer, and what fills meanwhile waits in
 * the inbox. The trader is shown the fill at once, the books count it when the
 * pass is over.
 *
 * A process that dies in between leaves a row and nothing that follows from it.
 * Nothing is lost: orders, positions and state are brought up to date from what
 * the exchange states of orders, never from rows of fills; and fills are asked
 * for from well before the newest row. What that cursor relies on holds for
 * early rows as for others:
 * - no row past a gap that is not closed;
 * - rows in the order the fills arrived: what cannot have its row early keeps
 *   those behind it waiting. Another's fill is such a one, because fills up to
 *   the newest row count as counted (`Context.recordedUntilMs`).
 *
 * @module
 */
import type { VenueFill } from "@core/mod.ts";
import type { FillRecord } from "@engine/store/port.ts";
import { type BookOrder, slotOf } from "./book_order.ts";
import type { Context } from "./context.ts";

/** Fills of the inbox that have their rows. */
export class EarlyRows {
  /** By trade id: whether its cost was known. One a fill in the inbox at most. */
  readonly #rows = new Map<string, boolean>();

  /** Whether a fill has its row and is not counted yet. */
  has({ venueTradeId }: VenueFill): boolean {
    return this.#rows.has(venueTradeId);
  }

  /** A fill got its row. */
  add(fill: VenueFill): void {
    this.#rows.set(fill.venueTradeId, isComplete(fill));
  }

  /**
   * A fill is counted now.
   *
   * @returns Whether its row says all that this telling says.
   */
  take(fill: VenueFill): boolean {
    const before = this.#rows.get(fill.venueTradeId);
    this.#rows.delete(fill.venueTradeId);
    return before !== undefined && (before || !isComplete(fill));
  }
}

/** Whether what a fill cost is told with it. */
export function isComplete({ fee, realizedPnl }: VenueFill): boolean {
  return fee !== null && realizedPnl !== null;
}

/** Returns the row of a fill of one of the bot's orders. */
export function ownFill(order: BookOrder, fill: VenueFill): FillRecord {
  const { clientOrderId } = order;
  return { fill: { ...fill, clientOrderId }, slot: slotOf(order) };
}

/** Gives the inbox' fills of known orders their rows, as far as that is safe. */
export function recordEarly(context: Context): void {
  const { bot, earlyRows, hasGap, inbox, orders, store, trades } = context;
  if (hasGap) return;
  const records: FillRecord[] = [];
  for (const event of inbox) {
    if (event.kind === "connected" || event.kind === "disconnected") break;
    if (event.kind !== "fill" || event.fill.symbol !== bot.symbol) continue;
    const { fill } = event;
    if (earlyRows.has(fill) || trades.has(fill.venueTradeId)) continue;
    const order = orders.find(fill);
    if (order === null) break;
    records.push(ownFill(order, fill));
    earlyRows.add(fill);
  }
  if (records.length > 0) store.recordFills(records);
}
