/**
 * Carries actions out: cancels, then what shrinks positions, then what
 * enlarges them. Intents are committed before the wire, while the cancels,
 * which need no intent, are under way.
 *
 * What goes wrong between two steps:
 * - a cancel is not confirmed: what would replace it does not leave, its row
 *   stays `pending` and is sent or dropped by the next pass;
 * - the process dies after the commit: the rows are `pending`, and the next
 *   runner looks them up by their ids;
 * - an order is not answered: `unresolved`, looked up, its slot blocked.
 *
 * @module
 */
import {
  type Actions,
  backoffKey,
  isOpening,
  orderSideOf,
  type PlannedOrder,
} from "@core/mod.ts";
import type {
  ExchangeError,
  NewOrder,
  PlaceOutcome,
} from "@engine/exchange/port.ts";
import { applyMovement, endUntold } from "./absorb.ts";
import { REJECTION, TRANSIENT, VANISHED, WIRE } from "./backoff.ts";
import type { Context } from "./context.ts";
import { faultOf } from "./faults.ts";
import type { BookOrder } from "./book_order.ts";
import { addPlanned, commit } from "./record.ts";
import { lookUp } from "./resync.ts";

/** Carries the actions out. @throws {FaultError} When the account cannot trade. */
export async function act(context: Context, actions: Actions): Promise<void> {
  const isDoubtful = (id: string) =>
    typeof context.orders.get(id)?.sentAtMs === "number";
  for (const id of actions.gone) if (!isDoubtful(id)) endUntold(context, id);
  const doubtful = actions.gone.filter(isDoubtful);
  if (doubtful.length > 0) return await makeSure(context, doubtful);
  addPlanned(context, actions.places);
  const [canceling, committing] = await Promise.allSettled([
    cancel(context, actions),
    commit(context, actions.places),
  ]);
  if (committing.status === "rejected") throw committing.reason;
  if (canceling.status === "rejected") throw canceling.reason;
  const canceled = canceling.value;
  const isBlocked = await learnOpenings(context, actions.places);
  await place(
    context,
    actions.places.filter((order) =>
      order.replaces.every((id) => canceled.has(id)) && !isBlocked(order) &&
      !isOvertaken(context, order)
    ),
  );
}

/**
 * A canceled order that opened may have filled, in part or whole, and only the
 * exchange can say. Until it does, no other of its leg leaves that could carry
 * the leg beyond its limit, were the canceled one filled.
 *
 * @returns What must not leave now; the next pass decides anew.
 */
async function learnOpenings(
  context: Context,
  places: readonly PlannedOrder[],
): Promise<(order: PlannedOrder) => boolean> {
  const openings = places.filter((order) => isOpening(order.purpose));
  const before = new Map(
    openings.flatMap((order) => untoldBeside(context, order)).map(
      (order) => [order.clientOrderId, order],
    ),
  );
  if (before.size === 0) return (order) => hasPartFilled(context, order);
  await lookUp(context, [...before.keys()]);
  // Decided without it: a strategy counts an order when its end is told, even
  // where every fill of it was known before.
  const moved = new Set(
    [...before.values()].filter((order) => {
      const now = context.orders.get(order.clientOrderId);
      return now === null || now.filledSize > order.filledSize ||
        (now.isEndTold && now.filledSize > 0);
    }).map((order) => order.positionSide),
  );
  return (order) =>
    hasPartFilled(context, order) ||
    (isOpening(order.purpose) &&
      (moved.has(order.positionSide) ||
        untoldBeside(context, order).length > 0));
}

/** What it replaces had filled in part: it was sized before that counted. */
function hasPartFilled(context: Context, order: PlannedOrder): boolean {
  return isOpening(order.purpose) && order.replaces.some((id) => {
    const before = context.orders.get(id);
    return before !== null && isOpening(before.purpose) &&
      before.filledSize > 0;
  });
}

/** Canceled openings whose final size is not known and which leave no room. */
function untoldBeside(
  context: Context,
  order: PlannedOrder,
): readonly BookOrder[] {
  const { orders, positions, strategy } = context;
  const untold = orders.untold.filter((other) =>
    other.positionSide === order.positionSide && isOpening(other.purpose) &&
    other.status === "canceled"
  );
  const limit = strategy.limitOf(order);
  if (limit === null) {
    return untold.filter((other) => other.level === order.level);
  }
  const worst = untold.reduce(
    (sum, other) => sum + other.size - other.filledSize,
    positions.legs[order.positionSide].size + order.size,
  );
  return worst > limit + context.market.lotSize / 2 ? untold : [];
}

/**
 * Orders that were sent and that REST does not show. REST may lag behind, the
 * matching engine does not: what it cannot cancel is over, and only then is
 * their place free. Nothing else is done in the same pass.
 */
async function makeSure(
  context: Context,
  clientOrderIds: readonly string[],
): Promise<void> {
  const outcomes = await context.account.cancelOrders(
    context.bot.symbol,
    clientOrderIds.map((clientOrderId) => ({
      clientOrderId,
      venueOrderId: null,
    })),
  );
  for (const outcome of outcomes) {
    const { clientOrderId } = outcome;
    context.log.info("missing_order_asked", {
      clientOrderId,
      outcome: outcome.kind,
    });
    if (outcome.kind === "gone") noteOver(context, clientOrderId);
    else if (outcome.kind === "unresolved") failCancel(context, outcome.error);
    else {
      context.orders.note(clientOrderId, { isCancelRequested: true });
      const movement = context.orders.applyStatus(clientOrderId, "canceled");
      if (movement !== null) applyMovement(context, movement);
    }
  }
}

/** It is over; whether it traded first is told when REST must show it. */
function noteOver(context: Context, clientOrderId: string): void {
  const movement = context.orders.applyStatus(clientOrderId, "canceled");
  context.orders.note(clientOrderId, { overAtMs: context.nowMs() });
  if (movement !== null) applyMovement(context, movement);
}

function failCancel(context: Context, error: ExchangeError): void {
  if (error.kind === "fatal") throw faultOf(error);
  restWire(context, error.retryAfterMs);
}

/** A fill of the leg not counted yet has arrived: the next pass decides anew. */
function isOvertaken(context: Context, order: PlannedOrder): boolean {
  return context.inbox.some((event) =>
    (event.kind === "fill" &&
      event.fill.symbol === context.bot.symbol &&
      event.fill.positionSide === order.positionSide &&
      !isCounted(context, event.fill.clientOrderId)) ||
    event.kind === "disconnected"
  );
}

function isCounted(context: Context, clientOrderId: string | null): boolean {
  return context.orders.get(clientOrderId ?? "")?.status === "filled";
}

/** @returns The ids that are certainly canceled now. */
async function cancel(
  context: Context,
  { cancels, places }: Actions,
): Promise<ReadonlySet<string>> {
  const canceled = new Set<string>();
  if (cancels.length === 0) return canceled;
  const superseded = new Set(places.flatMap((order) => order.replaces));
  for (const { clientOrderId } of cancels) {
    context.orders.note(clientOrderId, { isCancelRequested: true });
    context.endReasons.note(
      clientOrderId,
      context.bot.desiredState === "stopped"
        ? "stop_policy"
        : superseded.has(clientOrderId)
        ? "superseded"
        : "not_wanted",
    );
  }
  const outcomes = await context.account.cancelOrders(
    context.bot.symbol,
    cancels.map(({ clientOrderId, venueOrderId }) => ({
      clientOrderId,
      venueOrderId,
    })),
  );
  for (const outcome of outcomes) {
    if (outcome.kind === "canceled") {
      canceled.add(outcome.clientOrderId);
      const overAtMs = context.nowMs();
      context.orders.note(outcome.clientOrderId, { overAtMs });
    }
    // Gone may mean filled: ask before anything takes its place.
    const status = outcome.kind === "canceled" ? "canceled" : "unresolved";
    const movement = context.orders.applyStatus(outcome.clientOrderId, status);
    if (movement !== null) applyMovement(context, movement);
    if (outcome.kind !== "unresolved") continue;
    context.log.warn("cancel_unresolved", {
      clientOrderId: outcome.clientOrderId,
      code: outcome.error.code,
      reason: outcome.error.reason,
    });
    failCancel(context, outcome.error);
  }
  return canceled;
}

async function place(
  context: Context,
  orders: readonly PlannedOrder[],
): Promise<void> {
  if (orders.length === 0) return;
  const nowMs = context.nowMs();
  const sentBeforeMs = new Map(orders.map(({ clientOrderId }) => [
    clientOrderId,
    context.orders.get(clientOrderId)?.sentAtMs ?? null,
  ]));
  for (const order of orders) {
    context.orders.note(order.clientOrderId, {
      sentAtMs: nowMs,
      placedAtMs: nowMs,
      isMissing: false,
    });
  }
  const outcomes = await context.account.placeOrders(
    orders.map((order) => toNewOrder(context, order)),
  );
  for (const outcome of outcomes) {
    const beforeMs = sentBeforeMs.get(outcome.clientOrderId) ?? null;
    settle(context, outcome, beforeMs);
  }
}

function toNewOrder(context: Context, order: PlannedOrder): NewOrder {
  const { positionSide, purpose, clientOrderId, price, size, postOnly } = order;
  return {
    symbol: context.bot.symbol,
    clientOrderId,
    positionSide,
    orderSide: orderSideOf(positionSide, purpose),
    purpose,
    price,
    size,
    postOnly,
  };
}

function settle(
  context: Context,
  outcome: PlaceOutcome,
  /** When the same order left before, unanswered; null: never. */
  sentBeforeMs: number | null,
): void {
  const { clientOrderId } = outcome;
  if (outcome.kind === "accepted") return accept(context, outcome);
  const { error } = outcome;
  context.log.warn("order_not_placed", {
    clientOrderId,
    outcome: outcome.kind,
    code: error.code,
    reason: error.reason,
    message: error.message,
  });
  if (outcome.kind === "unresolved") {
    const movement = context.orders.applyStatus(clientOrderId, "unresolved");
    if (movement !== null) applyMovement(context, movement);
    restWire(context, error.retryAfterMs);
  } else if (outcome.kind === "not_sent" || error.kind === "retryable") {
    // Nothing happened: the same order leaves later under the same id.
    context.orders.note(clientOrderId, { sentAtMs: sentBeforeMs });
    restWire(context, error.retryAfterMs);
  } else if (sentBeforeMs !== null) {
    // This one is refused; the one sent before may still arrive.
    context.orders.note(clientOrderId, { sentAtMs: sentBeforeMs });
    const order = context.orders.get(clientOrderId);
    if (order !== null) {
      context.backoffs.fail(backoffKey(order), {
        limits: REJECTION,
        nowMs: context.nowMs(),
      });
    }
    if (error.kind === "fatal") throw faultOf(error);
  } else {
    reject(context, clientOrderId, error);
    if (error.kind === "fatal") throw faultOf(error);
  }
}

function accept(
  context: Context,
  { clientOrderId, venueOrderId }: PlaceOutcome & { readonly kind: "accepted" },
): void {
  const order = context.orders.get(clientOrderId);
  if (order !== null && !order.postOnly) {
    context.backoffs.clear(backoffKey(order));
  }
  context.backoffs.clear(WIRE);
  const movement = context.orders.applyStatus(
    clientOrderId,
    "submitted",
    venueOrderId,
  );
  if (movement !== null) applyMovement(context, movement);
}

function restWire(context: Context, retryAfterMs: number | null): void {
  context.backoffs.fail(WIRE, {
    limits: TRANSIENT,
    nowMs: context.nowMs(),
    atLeastMs: retryAfterMs ?? 0,
  });
}

/** Refusals that say: this is not the market we know. */
const MARKET_REASONS: ReadonlySet<string> = new Set([
  "price_step",
  "size_step",
  "off_step",
  "below_minimum",
  "above_maximum",
]);

function reject(
  context: Context,
  clientOrderId: string,
  error: ExchangeError,
): void {
  if (MARKET_REASONS.has(error.reason)) context.isMarketDoubted = true;
  if (error.reason === "position_mode") context.isAccountDoubted = true;
  const hasCrossed = error.reason === "post_only_would_cross";
  context.endReasons.note(
    clientOrderId,
    hasCrossed ? "post_only_refused" : "refused",
  );
  const movement = context.orders.applyStatus(clientOrderId, "rejected");
  if (movement?.update !== null && movement !== null) {
    applyMovement(context, {
      ...movement,
      update: {
        ...movement.update,
        rejectCode: error.code,
        rejectMessage: error.message,
      },
    });
  }
  const order = context.orders.get(clientOrderId);
  if (order === null) return;
  const nowMs = context.nowMs();
  const untilMs = context.backoffs.fail(backoffKey(order), {
    limits: hasCrossed
      ? { ...VANISHED, maxMs: context.strategy.openRequoteSeconds * 1_000 }
      : REJECTION,
    nowMs,
  });
  if (hasCrossed) return;
  context.resyncReason ??= "order_rejected";
  const seconds = Math.round((untilMs - nowMs) / 1_000);
  context.store.addEvents([{
    level: "error",
    code: "order_rejected",
    message: `The exchange refused the ${order.positionSide} leg's ` +
      `${isOpening(order.purpose) ? "entry" : "take-profit"}: ` +
      `${error.message} (${error.code}). The bot tries again in ${seconds} s`,
    data: { clientOrderId, code: error.code, reason: error.reason },
  }]);
}
