/**
 * Takes news of the exchange into the books: orders, positions, strategy and
 * rows. Nothing here waits, asks or places.
 *
 * @module
 */
import {
  backoffKey,
  isOpening,
  type OrderSide,
  parseClientOrderId,
  type PositionSide,
  type VenueFill,
  type VenueOrder,
} from "@core/mod.ts";
import type { AccountEvent } from "@engine/exchange/port.ts";
import type { FillRecord } from "@engine/store/port.ts";
import { VANISHED } from "./backoff.ts";
import { type Context, takeBalance } from "./context.ts";
import { isComplete, ownFill } from "./early_rows.ts";
import { endReasonOf } from "./end_reasons.ts";
import { legPricesOf } from "./leg_prices.ts";
import { type Movement, slotOf } from "./book_order.ts";

/** Fills this much before the cursor are asked for again, and so known. */
export const FILLS_OVERLAP_MS = 10_000;

/** Takes in everything that has arrived. */
export function drain(context: Context): void {
  const events = context.inbox.splice(0);
  for (const event of events) absorb(context, event);
}

function absorb(context: Context, event: AccountEvent): void {
  switch (event.kind) {
    case "order":
      if (event.order.symbol === context.bot.symbol) {
        absorbOrder(context, event.order);
      }
      return;
    case "fill":
      if (event.fill.symbol === context.bot.symbol) {
        absorbFill(context, event.fill);
      }
      return;
    case "positions": {
      const positions = event.positions
        .filter((p) => p.symbol === context.bot.symbol);
      context.positions.applyPush(positions, context.nowMs());
      context.legPrices = legPricesOf(positions);
      context.equity.holdsOthers(
        event.positions.some((p) =>
          p.symbol !== context.bot.symbol && p.size > 0
        ),
      );
      return;
    }
    case "balance":
      takeBalance(context, event.balance);
      return;
    case "connected":
    case "disconnected":
      if (event.kind === "disconnected") context.equity.holdsOthers(null);
      context.resyncReason = event.kind;
      context.hasGap = true;
      return;
  }
}

/** The exchange states an order; another's is ignored. */
export function absorbOrder(context: Context, order: VenueOrder): void {
  const movement = context.orders.applyVenueOrder(order);
  if (movement !== null) applyMovement(context, movement);
}

/** A fill, possibly told before: recorded and counted once. */
export function absorbFill(context: Context, fill: VenueFill): void {
  const news = context.trades.add(fill.venueTradeId, isComplete(fill));
  if (news === "completed") recordAgain(context, fill);
  if (news !== "new") return;
  context.newsCount++;
  const movement = context.orders.applyFill(fill, context.nowMs());
  if (movement === null) return absorbUnknownFill(context, fill);
  record(context, ownFill(movement.order, fill));
  // Of an earlier runner's order, only what the exchange states moves the leg.
  applyMovement(context, movement);
}

/** What it cost is known now, and was not when it was told first (I9). */
function recordAgain(context: Context, fill: VenueFill): void {
  const order = context.orders.find(fill);
  const { clientOrderId } = order ?? fill;
  const parts = parseClientOrderId(clientOrderId ?? "");
  const isOwn = order !== null || parts?.botTag === context.botTag;
  record(context, {
    fill: { ...fill, clientOrderId },
    slot: isOwn && parts !== null ? slotOf(parts) : null,
  });
}

/** A fill of an order placed elsewhere, or of one long forgotten. */
function absorbUnknownFill(context: Context, fill: VenueFill): void {
  const parts = parseClientOrderId(fill.clientOrderId ?? "");
  const isOwn = parts !== null && parts.botTag === context.botTag;
  record(context, { fill, slot: isOwn ? slotOf(parts) : null });
  // Ours and not in the book: long over, and counted when it was.
  if (!isOwn) moveByOther(context, fill);
}

/** Another's fill moves the leg, once. */
function moveByOther(context: Context, fill: VenueFill): void {
  const { ledger, positions, recordedUntilMs } = context;
  // Known to the runner before us, who may have forgotten the order since.
  if (fill.filledAtMs <= recordedUntilMs) return;
  // Told late: the positions read since then hold it already.
  if (fill.filledAtMs < context.fillsSinceMs - FILLS_OVERLAP_MS) return;
  ledger.countOther(fill.filledAtMs);
  positions.move(fill.positionSide, {
    delta: Number(fill.size) * signOf(fill.positionSide, fill.orderSide),
    nowMs: context.nowMs(),
    bornAtMs: null,
  });
}

/**
 * The newest recorded fill is where the next runner begins to ask: nothing
 * may be recorded past a gap before the gap is closed.
 */
function record(context: Context, record: FillRecord): void {
  if (context.earlyRows.take(record.fill)) return;
  if (context.hasGap) context.fillsBehindGap.push(record);
  else context.store.recordFills([record]);
}

/** Every fill up to now has been asked for: what waited is recorded. */
export function closeGap(context: Context): void {
  context.hasGap = false;
  const fills = context.fillsBehindGap.splice(0)
    .toSorted((a, b) => a.fill.filledAtMs - b.fill.filledAtMs);
  if (fills.length > 0) context.store.recordFills(fills);
}

/** Carries a change of an order on to positions, strategy and rows. */
export function applyMovement(context: Context, movement: Movement): void {
  const { order, filledDelta, ended, update } = movement;
  if (update !== null && order.mayBeRecorded) writeRow(context, movement);
  if (update !== null || ended !== null) context.newsCount++;
  if (filledDelta > 0) {
    context.positions.move(order.positionSide, {
      delta: isOpening(order.purpose) ? filledDelta : -filledDelta,
      nowMs: context.nowMs(),
      bornAtMs: order.isOwnBirth ? order.placedAtMs : null,
    });
  }
  if (ended === null) return;
  context.ledger.fold(order);
  if (context.strategy.hasState) context.strategy.orderEnded(ended);
  else context.endedEarly.push(ended);
  noteEnd(context, movement);
}

/**
 * A row is not finished before its final size is known and the state that
 * follows from it is durable: a runner that comes after us asks the exchange
 * about unfinished ones, and only about those.
 */
function writeRow(
  context: Context,
  { order, ended, update: told }: Movement,
): void {
  if (told === null) return;
  const update = { ...told, endReason: endReasonOf(context, order) };
  if (ended !== null) context.updatesBehindState.push(update);
  else if (order.status !== "canceled" || order.isEndTold) {
    context.store.updateOrders([update]);
  }
}

/** The order is over and what it filled is known: it never traded further. */
export function endUntold(context: Context, clientOrderId: string): void {
  const movement = context.orders.applyStatus(clientOrderId, "canceled");
  context.orders.note(clientOrderId, { isEndTold: true });
  const order = context.orders.get(clientOrderId);
  if (movement === null || order === null) return;
  context.ledger.fold(order);
  context.newsCount++;
  if (!order.mayBeRecorded) return;
  const { venueOrderId, filledSize } = order;
  context.store.updateOrders([{
    clientOrderId,
    venueOrderId,
    filledSize,
    status: "canceled",
    endReason: endReasonOf(context, order),
  }]);
}

function noteEnd(context: Context, { order }: Movement): void {
  const key = backoffKey(order);
  if (order.status === "filled") context.backoffs.clear(key);
  if (order.status !== "canceled" || order.isCancelRequested) return;
  context.backoffs.fail(key, {
    limits: order.purpose === "open"
      ? {
        ...VANISHED,
        maxMs: context.strategy.openRequoteSeconds * 1_000,
      }
      : VANISHED,
    nowMs: context.nowMs(),
  });
  if (order.postOnly && order.filledSize === 0) return; // It would have crossed.
  context.store.addEvents([{
    level: "warning",
    code: "order_canceled_elsewhere",
    message: `The ${order.positionSide} leg's order was canceled, not by ` +
      "this bot. It is placed again after a pause; stop the bot if you do " +
      "not want that",
    data: { clientOrderId: order.clientOrderId },
  }]);
}

function signOf(positionSide: PositionSide, orderSide: OrderSide): 1 | -1 {
  return (positionSide === "long") === (orderSide === "buy") ? 1 : -1;
}
