/**
 * Asking the exchange: open orders, fills since the cursor, what became of
 * orders that should rest and do not, positions, balance. Done at start, after
 * every reconnect before anything is placed, after a rejection, when fills
 * and positions disagree, and at least once a minute.
 *
 * @module
 */
import {
  type KnownOrder,
  type Position,
  POSITION_SIDES,
  reconcile,
  slotKey,
  type VenueFill,
  type VenueOrder,
} from "@core/mod.ts";
import {
  absorbFill,
  absorbOrder,
  applyMovement,
  closeGap,
  drain,
  endUntold,
  FILLS_OVERLAP_MS,
} from "./absorb.ts";
import { auditOf } from "./audit.ts";
import { WIRE } from "./backoff.ts";
import { isNewer } from "./book_order.ts";
import { type Context, takeBalance } from "./context.ts";
import { fetchFills } from "./fetch_fills.ts";
import { REST_BEHIND_MS_MAX } from "./position_book.ts";
import { legPricesOf } from "./leg_prices.ts";
import { recordAdopted } from "./record.ts";

/** How often positions are read again when fills arrive meanwhile. */
const POSITION_READS_MAX = 4;
/** Our clock may be wrong by a minute, and what REST shows a minute old. */
const CLOCK_SKEW_MS_MAX = 180_000;
const FUNDING_INTERVAL_MS = 300_000;
const HOUR_MS = 3_600_000;
/** Look-ups under way at a time. */
const LOOK_UPS_AT_ONCE = 5;

/** Asks for everything. @throws {ExchangeError} Where it could not be told. */
export async function resync(context: Context): Promise<void> {
  const { account, bot } = context;
  const reason = context.resyncReason;
  context.resyncReason = null;
  try {
    const askedAtMs = context.nowMs();
    const [orders, fills] = await Promise.all([
      account.fetchOpenOrders(bot.symbol),
      fetchNewFills(context),
    ]);
    await settleOrders(context, { orders, askedAtMs });
    const hasNewGap = context.inbox.some((event) =>
      event.kind === "connected" || event.kind === "disconnected"
    );
    takeFills(context, { fills, askedAtMs });
    if (!hasNewGap) closeGap(context);
    const positions = await settlePositions(context);
    context.orders.forgiveOwed(askedAtMs - REST_BEHIND_MS_MAX);
    takeBalance(context, await account.fetchBalance(context.market.quote));
    await fetchFunding(context);
    context.lastSyncAtMs = context.nowMs();
    context.store.setAudit(auditOf(context, { orders, positions, askedAtMs }));
    context.backoffs.clear(WIRE);
  } catch (error) {
    context.resyncReason ??= reason ?? "incomplete";
    throw error;
  }
}

function fetchNewFills(context: Context): Promise<VenueFill[]> {
  return fetchFills(context, context.fillsSinceMs - FILLS_OVERLAP_MS);
}

function takeFills(
  context: Context,
  shown: { readonly fills: readonly VenueFill[]; readonly askedAtMs: number },
): void {
  for (const fill of shown.fills) {
    absorbFill(context, fill);
    context.fillsSinceMs = Math.max(context.fillsSinceMs, fill.filledAtMs);
  }
  context.fillsSinceMs = Math.max(
    context.fillsSinceMs,
    shown.askedAtMs - CLOCK_SKEW_MS_MAX,
  );
}

async function settleOrders(
  context: Context,
  shown: { readonly orders: readonly VenueOrder[]; readonly askedAtMs: number },
): Promise<void> {
  for (const order of shown.orders) absorbOrder(context, order);
  const { adopts, lookUps } = reconcile({
    botTag: context.botTag,
    desired: [],
    heldLegs: POSITION_SIDES,
    orders: context.orders.all,
    venueOrders: shown.orders,
    venueAskedAtMs: shown.askedAtMs,
    backoffs: new Map(),
    nowMs: context.nowMs(),
    arrivesWithinMs: context.account.arrivesWithinMs,
  });
  const [strays, adopted] = partition(
    adopts,
    (order) => isStray(context, order),
  );
  await endStrays(context, [...strays, ...revenants(context, shown.orders)]);
  if (adopted.length > 0) {
    await recordAdopted(context, adopted);
    for (const order of shown.orders) absorbOrder(context, order);
  }
  const untold = context.orders.all.filter((order) =>
    order.status === "canceled" && !order.isEndTold
  );
  const ids = new Set([
    ...lookUps,
    ...untold.map((order) => order.clientOrderId),
    ...context.orders.owed,
  ]);
  await lookUp(context, [...ids]);
}

/**
 * Ours, shown as open, and not the newest of its slot: its row is finished,
 * for a row is committed before its order leaves. Either what is shown is old,
 * or it lives against all we know; a cancellation tells, and ends it.
 */
async function endStrays(
  context: Context,
  strays: readonly KnownOrder[],
): Promise<void> {
  const unasked = strays.filter((order) =>
    !context.strays.has(order.clientOrderId)
  );
  if (unasked.length === 0) return;
  const outcomes = await context.account.cancelOrders(
    context.bot.symbol,
    unasked.map(({ clientOrderId, venueOrderId }) => ({
      clientOrderId,
      venueOrderId,
    })),
  );
  for (const { kind, clientOrderId } of outcomes) {
    if (kind !== "unresolved") context.strays.add(clientOrderId);
    if (kind === "canceled") {
      context.log.warn("stray_order_canceled", { clientOrderId });
    }
  }
}

/**
 * Orders whose end the book holds on our own word (a refusal, or nobody knew
 * them for long enough), and that are shown as open all the same.
 */
function revenants(
  context: Context,
  shown: readonly VenueOrder[],
): readonly KnownOrder[] {
  return shown.map((order) => context.orders.find(order))
    .filter((order) => order !== null)
    .filter(({ status }) => status === "rejected" || status === "canceled");
}

/** Tells whether the book knows an order of the same slot that came later. */
function isStray(context: Context, order: KnownOrder): boolean {
  const key = slotKey(order);
  return context.orders.all.some((other) =>
    slotKey(other) === key && isNewer(other, order)
  );
}

/** Asks what became of orders; what the exchange does not know is noted so. */
export async function lookUp(
  context: Context,
  clientOrderIds: readonly string[],
): Promise<void> {
  const found: VenueOrder[] = [];
  const missing: string[] = [];
  for (let i = 0; i < clientOrderIds.length; i += LOOK_UPS_AT_ONCE) {
    await Promise.all(
      clientOrderIds.slice(i, i + LOOK_UPS_AT_ONCE).map(async (id) => {
        const order = await context.account.fetchOrder(context.bot.symbol, id);
        if (order === null) missing.push(id);
        else found.push(order);
      }),
    );
  }
  // As they happened: the last completed order is the leg's anchor.
  found.sort((a, b) => a.updatedAtMs - b.updatedAtMs);
  for (const order of found) absorbOrder(context, order);
  for (const id of missing) noteMissing(context, id);
}

function noteMissing(context: Context, clientOrderId: string): void {
  const before = context.orders.get(clientOrderId);
  if (before?.status === "canceled") {
    // It may have traded just before it was over, and REST not show it yet.
    const nowMs = context.nowMs();
    if (before.overAtMs === null) {
      context.orders.note(clientOrderId, { overAtMs: nowMs });
    } else if (nowMs - before.overAtMs >= REST_BEHIND_MS_MAX) {
      endUntold(context, clientOrderId);
    }
    return;
  }
  const movement = context.orders.applyStatus(clientOrderId, "unresolved");
  if (movement !== null) applyMovement(context, movement);
  context.orders.note(clientOrderId, { isMissing: true });
}

/**
 * Positions are the truth only when every fill in them is known: one that is
 * not would be counted again when it is told. Read until nothing was told
 * while they were on their way; where they differ, fills are asked for after.
 */
async function settlePositions(
  context: Context,
): Promise<readonly Position[]> {
  const { account, bot, positions } = context;
  for (let reads = 1;; reads++) {
    drain(context);
    const stamp = context.newsCount;
    const shown = await account.fetchPositions(bot.symbol);
    drain(context);
    if (!positions.agrees(shown)) {
      const askedAtMs = context.nowMs();
      const fills = await fetchNewFills(context);
      takeFills(context, { fills, askedAtMs });
      drain(context);
    }
    if (stamp === context.newsCount || reads === POSITION_READS_MAX) {
      positions.adopt(shown, context.nowMs());
      context.legPrices = legPricesOf(shown);
      return shown;
    }
  }
}

/**
 * Now and then; at each look in the minutes after a settlement, whose bill may
 * be late; and always while the bot stops: nobody asks after it has.
 */
function isFundingDue(
  { bot, market, fundingAskedAtMs }: Context,
  nowMs: number,
): boolean {
  if (bot.desiredState === "stopped") return true;
  const sinceSettledMs = nowMs % (market.fundingIntervalHours * HOUR_MS);
  return sinceSettledMs < FUNDING_INTERVAL_MS ||
    nowMs - fundingAskedAtMs >= FUNDING_INTERVAL_MS;
}

async function fetchFunding(context: Context): Promise<void> {
  const nowMs = context.nowMs();
  if (!isFundingDue(context, nowMs)) return;
  const payments = await context.account.fetchFundingPayments(
    context.bot.symbol,
    context.fundingSinceMs,
  );
  context.fundingAskedAtMs = nowMs;
  if (payments.length === 0) return;
  context.store.recordFunding(payments);
  for (const { amount, atMs } of payments) {
    context.strategy.fundingSettled({ amount: Number(amount), atMs });
  }
  context.fundingSinceMs = Math.max(...payments.map((p) => p.atMs));
}

function partition<T>(
  list: readonly T[],
  test: (item: T) => boolean,
): [T[], T[]] {
  return [list.filter(test), list.filter((item) => !test(item))];
}
