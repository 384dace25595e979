/** What an account's sockets are told, in the same turn as it happens. @module */
import type { Account, Change } from "@core/matching/mod.ts";
import type { Venue } from "../venue.ts";
import { accountPush } from "../wire/accounts.ts";
import { fillPush, orderPush } from "../wire/orders.ts";
import { closedPositionPush, positionPush } from "../wire/positions.ts";
import type { Subscription } from "./channels.ts";
import type { Connection } from "./connection.ts";
import type { Hub } from "./hub.ts";

/** Pushes changes to the accounts they concern: orders and fills one by one, positions and money once. */
export function pushChanges(
  hub: Hub,
  venue: Venue,
  changes: readonly Change[],
  atMs: number,
): void {
  const touched = new Set<string>();
  for (const change of changes) {
    if (change.kind === "account") {
      touched.add(change.uid);
      continue;
    }
    if (change.kind === "bill") continue;
    const uid = change.kind === "order" ? change.order.uid : change.uid;
    if (!hub.hasAccount(uid)) continue;
    if (change.kind === "order") {
      pushOrder(hub, venue, change, atMs);
      continue;
    }
    const { leg } = change;
    const account = venue.exchange.accounts.get(uid);
    if (account === undefined) continue;
    const data = [closedPositionPush(venue.market(leg.symbol), account, leg)];
    hub.pushPrivate(
      uid,
      "positions-history",
      { action: "snapshot", data, atMs },
      leg.symbol,
    );
  }
  for (const uid of touched) {
    const account = venue.exchange.accounts.get(uid);
    if (account === undefined || !hub.hasAccount(uid)) continue;
    hub.pushPrivate(uid, "positions", {
      action: "snapshot",
      data: positionsOf(venue, account),
      atMs,
    });
    hub.pushPrivate(uid, "account", {
      action: "snapshot",
      data: [accountPush(venue.exchange, account)],
      atMs,
    });
  }
}

function pushOrder(
  hub: Hub,
  venue: Venue,
  change: Extract<Change, { kind: "order" }>,
  atMs: number,
): void {
  const { order, fill } = change;
  const market = venue.market(order.symbol);
  hub.pushPrivate(order.uid, "orders", {
    action: "snapshot",
    data: [orderPush(market, order, fill)],
    atMs,
  }, order.symbol);
  if (fill === null) return;
  hub.pushPrivate(order.uid, "fill", {
    action: "snapshot",
    data: [fillPush(market, fill)],
    atMs,
  }, order.symbol);
}

function positionsOf(venue: Venue, account: Account): unknown[] {
  return [...account.legs.values()]
    .map((leg) => positionPush(venue, account, leg));
}

/** Sends what a private channel starts with: positions and money, not orders. */
export function pushPrivateSnapshot(
  hub: Hub,
  venue: Venue,
  connection: Connection,
  subscription: Subscription,
): void {
  if (connection.uid === null) return;
  const account = venue.exchange.accounts.get(connection.uid);
  if (account === undefined) return;
  const atMs = venue.nowMs();
  if (subscription.channel === "positions") {
    const data = positionsOf(venue, account);
    hub.pushTo(connection, subscription, { action: "snapshot", data, atMs });
  }
  if (subscription.channel === "account") {
    const data = [accountPush(venue.exchange, account)];
    hub.pushTo(connection, subscription, { action: "snapshot", data, atMs });
  }
}
