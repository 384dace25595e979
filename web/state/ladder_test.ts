/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import fc from "fast-check";
import {
  aroundPrice,
  blockedOf,
  ladderOf,
  stopEffectOf,
  toneOf,
} from "./ladder.ts";
import { anOrder } from "./testing.ts";

Deno.test("ladderOf() goes from the highest price to the lowest, the market's among them", () => {
  const prices = fc.array(fc.integer({ min: 1, max: 1_000 }), {
    minLength: 1,
    maxLength: 40,
  });
  const at = fc.integer({ min: 1, max: 1_000 });
  fc.assert(fc.property(prices, at, (all, price) => {
    const orders = all.map((one, i) => anOrder({ id: String(i), price: one }));
    const rows = ladderOf(orders, price);
    assert.equal(rows.length, orders.length + 1);
    const heights = rows.map((row) =>
      row.kind === "price"
        ? row.price
        : row.kind === "order"
        ? row.order.price ?? NaN
        : NaN
    );
    assert.deepEqual(heights, heights.toSorted((a, b) => b - a));
  }));
});

Deno.test("ladderOf() puts market orders on top and knows no distance for them", () => {
  const [top, second] = ladderOf([
    anOrder({ id: "1" }),
    anOrder({ id: "2", price: null, purpose: "close" }),
  ], 650);
  assert.ok(top?.kind === "order" && top.order.id === "2");
  assert.equal(top.distance, null);
  assert.equal(second?.kind, "price");
});

Deno.test("ladderOf() shows no price where there is no order or no price", () => {
  assert.deepEqual(ladderOf([], 650), []);
  assert.equal(ladderOf([anOrder()], null).length, 1);
});

Deno.test("ladderOf() puts levels without an order between those with one", () => {
  const idle = {
    level: 3,
    positionSide: "long",
    purpose: "entry",
    price: 645,
    size: 0.1,
    reason: "passed",
  } as const;
  const rows = ladderOf(
    [
      anOrder({ id: "1", price: 640 }),
      anOrder({ id: "2", price: 660 }),
    ],
    642,
    [idle],
  );
  const kinds = rows.map(({ kind }) => kind);
  assert.deepEqual(kinds, ["order", "idle", "price", "order"]);
});

Deno.test("aroundPrice() keeps the nearest rows of each side, and a short ladder whole", () => {
  const orders = Array.from(
    { length: 40 },
    (_, i) => anOrder({ id: String(i), price: 601 + i }),
  );
  const prices = (price: number | null, each: number) =>
    aroundPrice(ladderOf(orders, price), each).map((row) =>
      row.kind === "order" ? row.order.price : row.kind
    );
  assert.deepEqual(prices(620.5, 2), [622, 621, "price", 620, 619]);
  assert.deepEqual(prices(640.5, 2), ["price", 640, 639]);
  assert.equal(prices(null, 2).length, 40);
  assert.equal(prices(620.5, 20).length, 41);
});

Deno.test("blockedOf() tells what the exchange refused until something replaces it", () => {
  const refused = anOrder({ id: "3", status: "rejected", level: 4 });
  assert.deepEqual(blockedOf([], [refused]), [refused]);
  const again = anOrder({ id: "4", level: 4 });
  assert.deepEqual(blockedOf([again], [again, refused]), []);
  const filled = anOrder({ id: "4", level: 4, status: "filled" });
  assert.deepEqual(blockedOf([], [filled, refused]), []);
  const other = anOrder({ id: "2", status: "rejected", level: 5 });
  assert.deepEqual(blockedOf([], [refused, other]), [refused, other]);
});

Deno.test("blockedOf() keeps quiet where an order would have traded at once", () => {
  const passed = anOrder({
    status: "rejected",
    endReason: "post_only_refused",
  });
  assert.deepEqual(blockedOf([], [passed]), []);
});

Deno.test("toneOf() tells opening from closing, and both from what is on its way", () => {
  assert.equal(toneOf(anOrder()), "entry");
  assert.equal(toneOf(anOrder({ purpose: "take_profit" })), "exit");
  assert.equal(toneOf(anOrder({ status: "pending" })), "waiting");
  assert.equal(toneOf(anOrder({ status: "unresolved" })), "waiting");
  assert.equal(toneOf(anOrder({ status: "rejected" })), "blocked");
});

Deno.test("stopEffectOf() counts what each way to stop would do", () => {
  const orders = [
    anOrder({ id: "1" }),
    anOrder({ id: "2", purpose: "open" }),
    anOrder({ id: "3", purpose: "take_profit" }),
  ];
  const exposure = { orders, positions: 1 };
  assert.deepEqual(stopEffectOf("keep_take_profits", exposure), {
    canceled: 2,
    kept: 1,
    closed: 0,
    left: 1,
  });
  assert.deepEqual(stopEffectOf("cancel_orders", exposure), {
    canceled: 3,
    kept: 0,
    closed: 0,
    left: 1,
  });
  assert.deepEqual(stopEffectOf("close_positions", exposure), {
    canceled: 3,
    kept: 0,
    closed: 1,
    left: 0,
  });
  const unknown = { orders: null, positions: null };
  assert.equal(stopEffectOf("keep_take_profits", unknown).canceled, null);
  assert.equal(stopEffectOf("close_positions", unknown).closed, null);
});

Deno.test("ladderOf() puts an order at the very price above it", () => {
  const kinds = ladderOf([anOrder({ price: 650 })], 650)
    .map(({ kind }) => kind);
  assert.deepEqual(kinds, ["order", "price"]);
});

Deno.test("aroundPrice() leaves a ladder whole that has no more rows than it shows", () => {
  const orders = Array.from(
    { length: 4 },
    (_, i) => anOrder({ id: String(i), price: 601 + i }),
  );
  const rows = ladderOf(orders, 605);
  assert.equal(aroundPrice(rows, 2).length, 5);
  assert.equal(aroundPrice(ladderOf(orders, 605).slice(0, 5), 1).length, 2);
});

Deno.test("blockedOf() sees what rests, also where the newest orders do not show it", () => {
  const refused = anOrder({ id: "3", status: "rejected", level: 4 });
  const resting = anOrder({ id: "1", level: 4 });
  assert.deepEqual(blockedOf([resting], [refused]), []);
});
