/**
 * Intents and state into the database, before anything follows from them.
 *
 * @module
 */
import { type KnownOrder, orderSideOf, type PlannedOrder } from "@core/mod.ts";
import type { BotStore } from "@engine/store/port.ts";
import type { Context } from "./context.ts";
import type { BookOrder } from "./book_order.ts";

type Intent = Parameters<BotStore["recordIntents"]>[0][number];

/** Adds planned orders to the book, not yet recorded, not yet sent. */
export function addPlanned(
  context: Context,
  planned: readonly PlannedOrder[],
): void {
  const nowMs = context.nowMs();
  for (const order of planned) {
    if (order.isResend) continue;
    context.orders.add({
      positionSide: order.positionSide,
      purpose: order.purpose,
      level: order.level,
      clientOrderId: order.clientOrderId,
      venueOrderId: null,
      cycle: order.cycle,
      revision: order.revision,
      price: order.price,
      size: order.size,
      filledSize: 0,
      postOnly: order.postOnly,
      status: "pending",
      sentAtMs: null,
      isMissing: false,
      reason: order.reason,
    }, { nowMs, isOwnBirth: true });
  }
}

/**
 * Commits what is not committed yet: the rows of these orders, and the state
 * where it has changed. One statement, or none. Then the rows that waited for
 * this state may say that their orders have ended.
 */
export async function commit(
  context: Context,
  planned: readonly PlannedOrder[],
): Promise<void> {
  const fresh = planned.map((order) => context.orders.get(order.clientOrderId))
    .filter((order) => order !== null && !order.isRecorded)
    .filter((order) => order !== null);
  const state = context.ledger.stateWith(context.strategy.state);
  if (fresh.length > 0) {
    for (const order of fresh) {
      context.orders.note(order.clientOrderId, { mayBeRecorded: true });
    }
    await context.store.recordIntents(
      fresh.map((order) => toIntent(context, order)),
      state,
    );
    for (const order of fresh) {
      context.orders.note(order.clientOrderId, { isRecorded: true });
    }
  } else if (state !== context.savedState) {
    await context.store.saveState(state);
  }
  context.savedState = state;
  const updates = context.updatesBehindState.splice(0);
  if (updates.length > 0) context.store.updateOrders(updates);
}

/** Gives orders of ours that have no row one, as they rest on the exchange. */
export async function recordAdopted(
  context: Context,
  adopted: readonly KnownOrder[],
): Promise<void> {
  const reason = { rule: "adopted", inputs: {} };
  const nowMs = context.nowMs();
  for (const order of adopted) {
    context.orders.add(
      { ...order, status: "submitted", filledSize: 0, reason },
      { nowMs, isOwnBirth: false },
    );
  }
  const orders = adopted.map((order) => context.orders.get(order.clientOrderId))
    .filter((order) => order !== null);
  await context.store.recordIntents(
    orders.map((order) => toIntent(context, order)),
    context.ledger.stateWith(context.strategy.state),
  );
  for (const order of orders) {
    context.orders.note(order.clientOrderId, { isRecorded: true });
  }
  context.log.warn("orders_adopted", { count: orders.length });
}

function toIntent(context: Context, order: BookOrder): Intent {
  const { positionSide, purpose, level, clientOrderId, cycle, revision } =
    order;
  return {
    positionSide,
    purpose,
    level,
    clientOrderId,
    symbol: context.bot.symbol,
    orderSide: orderSideOf(positionSide, purpose),
    cycle,
    revision,
    price: order.price,
    size: order.size,
    postOnly: order.postOnly,
    reason: order.reason,
  };
}
