/**
 * Asking the exchange: open orders, fills since the cursor, what became of
 * orders that should rest and do not, positions, balance. Done at start, after
 * every reconnect before anything is placed, after a rejection, when fills
 * and positions disagree, and at least once a minute.
 *
 * @module
 */
import {
  POSITION_SIDES,
  reconcile,
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
import { WIRE } from "./backoff.ts";
import { type Context, takeBalance } from "./context.ts";
import { recordAdopted } from "./record.ts";

/** How often positions are read again when fills arrive meanwhile. */
const POSITION_READS_MAX = 4;
/** Our clock may be wrong by a minute, and what REST shows a minute old. */
const CLOCK_SKEW_MS_MAX = 180_000;
const FUNDING_INTERVAL_MS = 300_000;
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
      fetchFills(context),
    ]);
    await settleOrders(context, { orders, askedAtMs });
    const hasNewGap = context.inbox.some((event) =>
      event.kind === "connected" || event.kind === "disconnected"
    );
    takeFills(context, { fills, askedAtMs });
    if (!hasNewGap) closeGap(context);
    await settlePositions(context);
    takeBalance(context, await account.fetchBalance(context.market.quote));
    await fetchFunding(context);
    context.lastSyncAtMs = context.nowMs();
    context.backoffs.clear(WIRE);
  } catch (error) {
    context.resyncReason ??= reason ?? "incomplete";
    throw error;
  }
}

function fetchFills(context: Context): Promise<VenueFill[]> {
  return context.account.fetchFills(
    context.bot.symbol,
    Math.max(0, context.fillsSinceMs - FILLS_OVERLAP_MS),
  );
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
  if (adopts.length > 0) {
    await recordAdopted(context, adopts);
    for (const order of shown.orders) absorbOrder(context, order);
  }
  const untold = context.orders.all.filter((order) =>
    order.status === "canceled" && !order.isEndTold
  );
  await lookUp(context, [
    ...lookUps,
    ...untold.map((order) => order.clientOrderId),
  ]);
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
    endUntold(context, clientOrderId);
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
async function settlePositions(context: Context): Promise<void> {
  const { account, bot, positions } = context;
  for (let reads = 1;; reads++) {
    drain(context);
    const stamp = context.newsCount;
    const shown = await account.fetchPositions(bot.symbol);
    drain(context);
    if (!positions.agrees(shown)) {
      const askedAtMs = context.nowMs();
      takeFills(context, { fills: await fetchFills(context), askedAtMs });
      drain(context);
    }
    if (stamp === context.newsCount || reads === POSITION_READS_MAX) {
      return positions.adopt(shown, context.nowMs());
    }
  }
}

async function fetchFunding(context: Context): Promise<void> {
  const nowMs = context.nowMs();
  if (nowMs - context.fundingAskedAtMs < FUNDING_INTERVAL_MS) return;
  const payments = await context.account.fetchFundingPayments(
    context.bot.symbol,
    context.fundingSinceMs,
  );
  context.fundingAskedAtMs = nowMs;
  if (payments.length === 0) return;
  context.store.recordFunding(payments);
  context.fundingSinceMs = Math.max(...payments.map((p) => p.atMs));
}
