/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { botTag, formatClientOrderId } from "../model/ids.ts";
import type { DesiredOrder, VenueOrder } from "../model/order.ts";
import { adoptable } from "./known_order.ts";
import { backoffKey } from "./reconcile.ts";
import { desire, know, run, TAG } from "./testing.ts";

const MISSING = { status: "unresolved", isMissing: true } as const;

Deno.test("reconcile() keeps an order at the very end of its tolerance", () => {
  const { cancels } = run({
    desired: [desire({ price: 646.5 })],
    orders: [know()],
  });
  assert.deepEqual(cancels, []);
});

Deno.test("reconcile() does not ask the exchange after an order that never left", () => {
  const never = know({ status: "pending", sentAtMs: null });
  const { lookUps, places } = run({
    desired: [desire()],
    orders: [never],
    venueOrders: [],
    venueAskedAtMs: 9_000,
  });
  assert.deepEqual(lookUps, []);
  assert.equal(places[0]?.isResend, true);
});

Deno.test("reconcile() sends a missing order again only as it was", () => {
  const again = (overrides: Partial<DesiredOrder>) =>
    run({ desired: [desire(overrides)], orders: [know(MISSING)] }).places;
  assert.equal(again({})[0]?.isResend, true);
  assert.equal(again({ price: 646.5 })[0]?.price, 646);
  // Another kind of order under the same name would be a new intent.
  assert.deepEqual(again({ postOnly: true }), []);
  const [maker] = run({
    desired: [desire({ postOnly: true })],
    orders: [know({ ...MISSING, postOnly: true })],
  }).places;
  assert.equal(maker?.postOnly, true);
});

Deno.test("reconcile() cancels no order whose fate it is asking for", () => {
  const { cancels, lookUps, places } = run({
    desired: [desire({ price: 640 })],
    orders: [know()],
    venueOrders: [],
    venueAskedAtMs: 9_000,
  });
  assert.deepEqual(lookUps, [know().clientOrderId]);
  assert.deepEqual([cancels, places], [[], []]);
});

Deno.test("reconcile() places nothing on a held leg", () => {
  const { places } = run({
    desired: [desire(), desire({ positionSide: "short" })],
    heldLegs: ["long"],
  });
  assert.deepEqual(places.map((o) => o.positionSide), ["short"]);
});

Deno.test("reconcile() lets a take-profit wait for other closes, not for entries", () => {
  const reduce = know({
    purpose: "reduce",
    clientOrderId: `t${TAG}-lr0-4-0`,
    price: 645,
  });
  const { places } = run({
    desired: [desire({ purpose: "take_profit", price: 652 })],
    orders: [know(), reduce],
  });
  assert.deepEqual(places[0]?.replaces, [reduce.clientOrderId]);
});

Deno.test("reconcile() places again the moment its backoff ends", () => {
  const untilMs = 10_000;
  const backoffs = new Map([[backoffKey(desire()), untilMs]]);
  const at = (nowMs: number) => run({ desired: [desire()], backoffs, nowMs });
  assert.equal(at(9_999).againAtMs, untilMs);
  assert.equal(at(untilMs).places.length, 1);
});

Deno.test("reconcile() comes again for the earliest of what it waits for", () => {
  const late = desire({ positionSide: "short", purpose: "take_profit" });
  const backoffs = new Map([
    [backoffKey(desire()), 20_000],
    [backoffKey(late), 30_000],
  ]);
  assert.equal(run({ desired: [desire(), late], backoffs }).againAtMs, 20_000);
});

Deno.test("adoptable() knows when an order without a row can have left", () => {
  const order: VenueOrder = {
    symbol: "BNB/USDT:USDT",
    venueOrderId: "1",
    clientOrderId: formatClientOrderId({
      botTag: TAG,
      positionSide: "short",
      purpose: "take_profit",
      level: 35,
      cycle: 1_295,
      revision: 36,
    }),
    positionSide: "short",
    orderSide: "buy",
    reduceOnly: true,
    price: 640,
    size: 0.05,
    filledSize: 0.01,
    averagePrice: 640,
    status: "partially_filled",
    createdAtMs: 5_000,
    updatedAtMs: 6_000,
  };
  const adopted = adoptable(order, TAG);
  assert.equal(adopted?.sentAtMs, 5_000);
  const { level, cycle, revision } = adopted;
  assert.deepEqual([level, cycle, revision], [35, 1_295, 36]);
  assert.equal(
    adoptable(order, botTag("0198c0de-0001-7000-8000-000000000001")),
    null,
  );
});
