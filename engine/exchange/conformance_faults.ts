import assert from "node:assert/strict";
import {
  type ConformanceCase,
  type Controls,
  type Play,
  play,
  type Stage,
  tell,
} from "./conformance.ts";
import type { NewOrder } from "./port.ts";
import { until } from "./until.ts";

function withControls(
  name: string,
  act: (table: Play, controls: Controls) => Promise<void>,
): ConformanceCase {
  return {
    name,
    needsControls: true,
    run: (stage: Stage) => {
      const { controls } = stage;
      assert.ok(controls !== null, "This case needs controls");
      return play(stage, (table) => act(table, controls));
    },
  };
}

function resting(table: Play): NewOrder {
  return table.order({
    positionSide: "long",
    purpose: "entry",
    price: table.bid * 0.9,
  });
}

async function openIds(table: Play): Promise<(string | null)[]> {
  const open = await table.account.fetchOpenOrders(table.market.symbol);
  return open.map((order) => order.clientOrderId);
}

async function fillsInParts(table: Play, controls: Controls): Promise<void> {
  const { market, bid, account } = table;
  const lots = Math.ceil(3 * market.minNotional / bid / market.lotSize);
  const part = Number((lots * market.lotSize).toFixed(10));
  controls.limitLiquidity(`${part}`);
  const order = table.order({
    positionSide: "long",
    purpose: "entry",
    price: bid * 0.99,
    size: 3 * part,
  });
  await table.place(order);
  controls.setPrice(bid * 0.98);
  const partial = await table.pushedOrder(order, "partially_filled");
  assert.equal(partial.filledSize, part);
  assert.equal(partial.size, order.size);
  const [rest] = await account.fetchOpenOrders(market.symbol);
  assert.equal(rest?.status, "partially_filled");
  assert.ok(rest.filledSize > 0 && rest.filledSize < order.size);
  const outcome = await table.cancel(order);
  assert.equal(outcome.kind, "canceled", tell(outcome));
  const canceled = await table.pushedOrder(order, "canceled");
  assert.ok(canceled.filledSize >= part);
  const [leg] = await account.fetchPositions(market.symbol);
  assert.equal(leg?.size, canceled.filledSize);
  const looked = await account.fetchOrder(market.symbol, order.clientOrderId);
  assert.equal(looked?.filledSize, canceled.filledSize);
  assert.equal(looked.status, "canceled");
}

async function waitsOutThrottling(
  table: Play,
  controls: Controls,
): Promise<void> {
  const order = resting(table);
  controls.failNext("place-order", "throttle");
  const outcome = await table.place(order);
  assert.equal(outcome.kind, "accepted", tell(outcome));
  assert.deepEqual(await openIds(table), [order.clientOrderId]);
}

async function leavesOpenWhatWasAccepted(
  table: Play,
  controls: Controls,
): Promise<void> {
  for (const fault of ["accept_then_timeout", "accept_then_5xx"] as const) {
    const order = resting(table);
    controls.failNext("place-order", fault);
    const outcome = await table.place(order);
    assert.equal(outcome.kind, "unresolved", tell(outcome));
    const found = await table.account.fetchOrder(
      order.symbol,
      order.clientOrderId,
    );
    assert.equal(found?.status, "open");
    assert.deepEqual(await openIds(table), [order.clientOrderId]);
    assert.equal((await table.place(order)).kind, "accepted");
    assert.deepEqual(await openIds(table), [order.clientOrderId]);
    assert.equal((await table.cancel(order)).kind, "canceled");
  }
}

async function leavesOpenWhatWasNot(
  table: Play,
  controls: Controls,
): Promise<void> {
  const orders = [resting(table), resting(table)];
  controls.failNext("batch-place-order", "timeout");
  const outcomes = await table.account.placeOrders(orders);
  assert.deepEqual(outcomes.map(({ kind }) => kind), [
    "unresolved",
    "unresolved",
  ]);
  for (const { symbol, clientOrderId } of orders) {
    assert.equal(await table.account.fetchOrder(symbol, clientOrderId), null);
  }
}

async function leavesOpenCancels(
  table: Play,
  controls: Controls,
): Promise<void> {
  const order = resting(table);
  await table.place(order);
  controls.failNext("batch-cancel-orders", "accept_then_timeout");
  assert.equal((await table.cancel(order)).kind, "unresolved");
  assert.equal((await table.cancel(order)).kind, "gone");
}

async function comesBack(table: Play, controls: Controls): Promise<void> {
  const { account, events } = table;
  const seen = events.length;
  controls.kickSockets();
  await until(
    "disconnected",
    () => events.slice(seen).some(({ kind }) => kind === "disconnected"),
  );
  await until(
    "connected again",
    () => events.slice(seen).some(({ kind }) => kind === "connected"),
  );
  assert.equal(account.connected, true);
  const order = resting(table);
  await table.place(order);
  await table.pushedOrder(order, "open");
}

async function noticesSilence(table: Play, controls: Controls): Promise<void> {
  const { account, events } = table;
  const seen = events.length;
  controls.mutePongs();
  await until(
    "disconnected",
    () =>
      events.slice(seen).some((event) =>
        event.kind === "disconnected" && event.reason === "pong_timeout"
      ),
  );
  controls.clearFaults();
  await until("connected again", () => account.connected);
}

async function refusesCrossing(table: Play, controls: Controls): Promise<void> {
  controls.rejectCrossingPostOnly();
  const outcome = await table.place(table.order({
    positionSide: "short",
    purpose: "entry",
    price: table.bid * 0.99,
    postOnly: true,
  }));
  assert.ok(outcome.kind === "rejected", tell(outcome));
  assert.equal(outcome.error.reason, "post_only_would_cross");
}

async function handsOverEveryFill(
  table: Play,
  controls: Controls,
): Promise<void> {
  const { account, market, ask } = table;
  const startedAtMs = Date.now() - 1_000;
  const before = new Set(controls.tradeIds());
  controls.duplicatePushes();
  const orders = Array.from(
    { length: 130 },
    () =>
      table.order({ positionSide: "long", purpose: "open", price: ask * 1.01 }),
  );
  const outcomes = await account.placeOrders(orders);
  assert.ok(outcomes.every(({ kind }) => kind === "accepted"));
  const truth = controls.tradeIds().filter((id) => !before.has(id));
  assert.ok(truth.length >= 130);
  const fetched = await account.fetchFills(market.symbol, startedAtMs);
  const ids = fetched.map((fill) => fill.venueTradeId);
  assert.deepEqual(ids.filter((id) => !before.has(id)), truth);
  const pushed = () =>
    new Set(
      table.events.flatMap((event) =>
        event.kind === "fill" ? [event.fill.venueTradeId] : []
      ),
    );
  await until("every fill pushed", () => truth.every((id) => pushed().has(id)));
}

async function tellsFunding(table: Play, controls: Controls): Promise<void> {
  const { account, market, ask } = table;
  const startedAtMs = Date.now() - 1_000;
  const order = table.order({
    positionSide: "long",
    purpose: "open",
    price: ask * 1.01,
  });
  await table.place(order);
  controls.settleFunding("0.0001");
  controls.settleFunding("-0.0002");
  const payments = await account.fetchFundingPayments(
    market.symbol,
    startedAtMs,
  );
  assert.equal(payments.length, 2);
  const [paid, received] = payments;
  assert.ok(Number(paid?.amount) < 0, "longs pay at a positive rate");
  assert.ok(Number(received?.amount) > 0, "and receive at a negative one");
  const early = await account.fetchFundingPayments(
    market.symbol,
    Date.now() + 60_000,
  );
  assert.deepEqual(early, []);
}

/** The cases in which something goes wrong on purpose. */
export const FAULT_CASES: readonly ConformanceCase[] = [
  withControls(
    "counts partial fills cumulatively, also after a cancel",
    fillsInParts,
  ),
  withControls("waits out a 429", waitsOutThrottling),
  withControls(
    "leaves open what was accepted and not answered",
    leavesOpenWhatWasAccepted,
  ),
  withControls(
    "leaves open what was neither accepted nor answered",
    leavesOpenWhatWasNot,
  ),
  withControls("leaves open a cancel that was not answered", leavesOpenCancels),
  withControls("comes back when its socket is dropped", comesBack),
  withControls("notices a socket that no longer answers", noticesSilence),
  withControls("knows a post-only order refused outright", refusesCrossing),
  withControls(
    "hands over every fill, by page and by push",
    handsOverEveryFill,
  ),
  withControls("tells funding paid and received apart", tellsFunding),
];
