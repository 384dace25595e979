/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import fc from "fast-check";
import { type DesiredOrder, slotKey } from "../../model/order.ts";
import { orderSideOf } from "../../model/sides.ts";
import type { WorkingOrder } from "../plan.ts";
import type { RangeGridPlan } from "./input.ts";
import { BNB } from "../as_grid/testdata.ts";
import { gridProfitOf } from "./profit.ts";
import { entryLine, heldOf, intervalAt, rangeOf, sideOf } from "./state.ts";
import { HandDriven, lineOf } from "./testing.ts";

const prices = (from: number, to: number, step = 2) =>
  Array.from({ length: (to - from) / step + 1 }, (_, i) => from + i * step);

Deno.test("planRangeGrid() README example 1: a neutral grid at 650", () => {
  const grid = new HandDriven();
  assert.deepEqual(
    grid.lines().toSorted(),
    [
      ...prices(640, 648).map((p) => `long entry 0.05 @ ${p}`),
      ...prices(652, 660).map((p) => `short entry 0.05 @ ${p}`),
    ],
  );
});

Deno.test("planRangeGrid() README example 2: the line nearest to the price stays empty", () => {
  for (const [price, low, high] of [[650.9, 648, 652], [651.1, 650, 654]]) {
    const lines = new HandDriven({}, { price: price ?? 0 }).lines();
    assert.equal(lines.length, 10);
    assert.ok(lines.includes(`long entry 0.05 @ ${low}`), `${price}`);
    assert.ok(lines.includes(`short entry 0.05 @ ${high}`), `${price}`);
  }
});

Deno.test("planRangeGrid() README example 3: a closed pair earns its step", () => {
  const grid = new HandDriven();
  const entry = grid.plan().desired.find((o) => o.price === 648);
  assert.ok(entry !== undefined);
  grid.end(entry);
  assert.equal(
    lineOf(grid.plan(648).desired.find((o) => o.price === 650) ?? entry),
    "long take_profit 0.05 @ 650",
  );
  const exit = grid.plan(648).desired.find((o) => o.price === 650);
  assert.ok(exit !== undefined);
  grid.end(exit);
  assert.ok(grid.lines(650).includes("long entry 0.05 @ 648"));
  const { pairs, gross, fees, net } = gridProfitOf(grid.state, 0.0002);
  assert.equal(pairs, 1);
  assert.ok(Math.abs(gross - 0.1) < 1e-12);
  assert.ok(Math.abs(fees - 0.01298) < 1e-12);
  assert.ok(Math.abs(net - 0.08702) < 1e-12);
});

Deno.test("planRangeGrid() README example 4: a long grid opens what it would hold", () => {
  const grid = new HandDriven({ direction: "long" });
  assert.deepEqual(grid.lines(), ["long open 0.25 @ 650.98"]);
  const [open] = grid.plan().desired;
  assert.ok(open !== undefined);
  grid.end(open, 0.12, 650);
  assert.deepEqual(grid.lines(), ["long open 0.13 @ 650.98"]);
  const [rest] = grid.plan().desired;
  assert.ok(rest !== undefined);
  grid.end(rest, 0.13, 650);
  assert.deepEqual(
    grid.lines().toSorted(),
    [
      ...prices(640, 648).map((p) => `long entry 0.05 @ ${p}`),
      ...prices(652, 660).map((p) => `long take_profit 0.05 @ ${p}`),
    ],
  );
});

Deno.test("planRangeGrid() README example 5: a short grid is the mirror", () => {
  const grid = new HandDriven({ direction: "short" });
  assert.deepEqual(grid.lines(), ["short open 0.25 @ 649.02"]);
  const [open] = grid.plan().desired;
  assert.ok(open !== undefined);
  grid.end(open, 0.25, 650);
  assert.deepEqual(
    grid.lines().toSorted(),
    [
      ...prices(652, 660).map((p) => `short entry 0.05 @ ${p}`),
      ...prices(640, 648).map((p) => `short take_profit 0.05 @ ${p}`),
    ],
  );
});

Deno.test("planRangeGrid() README example 6: without an opening, entries above the price wait", () => {
  const grid = new HandDriven({ direction: "long", openingPosition: false });
  const below = prices(640, 648).map((p) => `long entry 0.05 @ ${p}`);
  assert.deepEqual(grid.lines().toSorted(), below);
  assert.ok(grid.lines(652.01).includes("long entry 0.05 @ 652"));
  assert.ok(!grid.lines(652.01).includes("long entry 0.05 @ 654"));
  // Once it rests it stays, whatever a quote says.
  assert.ok(grid.lines(651.9).includes("long entry 0.05 @ 652"));
});

Deno.test("planRangeGrid() README example 7: trailing moves by whole intervals, within the budget", () => {
  const grid = new HandDriven({
    direction: "long",
    openingPosition: false,
    trailingUpTo: 665,
  });
  grid.plan(650);
  assert.equal(grid.plan(661.99).state.offset, 0);
  assert.equal(grid.plan(662).state.offset, 1);
  assert.deepEqual(
    grid.lines(662).toSorted(),
    prices(642, 660).map((p) => `long entry 0.05 @ ${p}`),
  );
  assert.equal(grid.plan(670).state.offset, 2, "the upper end stops at 664");
  assert.equal(grid.plan(600).state.offset, 2);
});

Deno.test("planRangeGrid() README example 8: only the nearest orders rest where not all may", () => {
  const market = { ...BNB, maxOpenOrders: 6 };
  const grid = new HandDriven({}, { market });
  assert.deepEqual(grid.lines(), [
    "short entry 0.05 @ 652",
    "long entry 0.05 @ 648",
    "short entry 0.05 @ 654",
    "long entry 0.05 @ 646",
  ]);
  assert.equal(grid.lines(651.9).length, 4);
  assert.equal(grid.lines(652.1)[0], "short entry 0.05 @ 652");
  // A step to and fro moves nothing; a quarter of the orders further does.
  const near = grid.lines(650).toSorted();
  assert.deepEqual(grid.lines(652.1).toSorted(), near);
  assert.notDeepEqual(grid.lines(656).toSorted(), near);
});

Deno.test("planRangeGrid() cancels everything at an exit, closes at market, and ends", () => {
  const grid = new HandDriven({ direction: "long", stopLossPrice: 630 });
  const [open] = grid.plan().desired;
  assert.ok(open !== undefined);
  grid.end(open);
  grid.plan();
  const before = grid.plan(630.01);
  assert.equal(before.state.phase, "running");
  const exit = grid.plan(630);
  assert.deepEqual(exit.desired, [], "first the orders go");
  assert.equal(exit.conditions[0]?.code, "stop_loss_reached");
  const [close] = grid.plan(640).desired;
  assert.ok(close !== undefined);
  assert.equal(lineOf(close), "long close 0.25 @ market");
  grid.end(close, 0.25, 631);
  assert.equal(grid.plan(650).state.phase, "ended");
  assert.deepEqual(grid.plan(650).desired, []);
});

Deno.test("planRangeGrid() holds a leg whose fills and positions disagree", () => {
  const grid = new HandDriven();
  grid.plan();
  grid.settled = { long: false, short: true };
  const plan = grid.plan();
  assert.deepEqual(plan.heldLegs, ["long"]);
  assert.ok(plan.desired.every((order) => order.positionSide === "short"));
});

Deno.test("planRangeGrid() keeps entries off while the margin ratio is high or unknown", () => {
  const grid = new HandDriven();
  const [entry] = grid.plan().desired;
  assert.ok(entry !== undefined);
  grid.end(entry);
  for (const ratio of [0.6, null, 0.46]) {
    const plan = Object.assign(grid, { marginRatio: ratio }).plan();
    assert.deepEqual(plan.desired.map((o) => o.purpose), ["take_profit"]);
    assert.equal(plan.conditions[0]?.code, "margin_no_entries");
  }
  grid.marginRatio = 0.4;
  assert.equal(grid.plan().desired.length, 10);
});

Deno.test("planRangeGrid() never gives back more than the exchange shows", () => {
  const grid = new HandDriven({ direction: "long" });
  const [open] = grid.plan().desired;
  assert.ok(open !== undefined);
  grid.end(open);
  grid.sizes.long = 0.12; // Somebody sold a part by hand.
  const exits = grid.plan().desired.filter((o) => o.purpose === "take_profit");
  assert.deepEqual(exits.map(lineOf), [
    "long take_profit 0.05 @ 652",
    "long take_profit 0.05 @ 654",
    "long take_profit 0.02 @ 656",
  ]);
  grid.sizes.long = 0;
  const gone = grid.plan();
  assert.deepEqual(gone.heldLegs, ["long"], "it may be a minute old");
  assert.equal(gone.conditions[0]?.code, "position_gone");
  assert.equal(heldOf(gone.state, "long", 0.01), 0.25);
  grid.nowMs = 89_999;
  assert.deepEqual(grid.plan().desired, []);
  grid.nowMs = 90_000;
  const flat = grid.plan();
  assert.equal(heldOf(flat.state, "long", 0.01), 0);
  assert.ok(flat.desired.every((order) => order.purpose === "entry"));
});

/** A grid of any kind, and orders that end somehow. */
const story = fc.record({
  direction: fc.constantFrom(
    "neutral" as const,
    "long" as const,
    "short" as const,
  ),
  spacing: fc.constantFrom("arithmetic" as const, "geometric" as const),
  levels: fc.integer({ min: 2, max: 12 }),
  openingPosition: fc.boolean(),
  trailing: fc.boolean(),
  steps: fc.array(
    fc.record({
      price: fc.integer({ min: 63_000, max: 67_500 }).map((p) => p / 100),
      pick: fc.nat(1_000),
      part: fc.constantFrom(1, 1, 1, 0.4, 0),
      retold: fc.boolean(),
    }),
    { minLength: 5, maxLength: 60 },
  ),
});

Deno.test("planRangeGrid() keeps its invariants whatever ends how", () => {
  fc.assert(
    fc.property(story, ({ steps, trailing, ...kind }) => {
      const grid = new HandDriven({
        ...kind,
        trailingUpTo: trailing && kind.direction !== "short" ? 672 : null,
        trailingDownTo: trailing && kind.direction !== "long" ? 628 : null,
      });
      const budget = grid.config.investment * grid.config.leverage;
      for (const { price, pick, part, retold } of steps) {
        const rested = new Set(grid.working.map(nameOf));
        const plan = grid.plan(price);
        for (const order of plan.desired) {
          if (order.purpose !== "entry" || rested.has(nameOf(order))) continue;
          const away = (order.price ?? NaN) - price;
          assert.ok(
            orderSideOf(order.positionSide, "entry") === "buy"
              ? away < 0
              : away > 0,
            `${lineOf(order)} placed at ${price}`,
          );
        }
        assert.deepEqual(grid.plan(price), plan, "planned twice = once");
        checkOrders(plan, budget);
        const order = plan.desired[pick % Math.max(1, plan.desired.length)];
        if (order === undefined) continue;
        const size = Math.round(order.size * part * 100) / 100;
        const ended = grid.end(order, size);
        const { state } = grid;
        if (retold) grid.tell(ended);
        assert.deepEqual(grid.state, state, "told twice = once");
        for (const side of ["long", "short"] as const) {
          assert.equal(heldOf(grid.state, side, 0.01), grid.sizes[side]);
        }
        const profit = gridProfitOf(grid.state, BNB.makerFeeRate);
        assert.ok(profit.net >= 0, "a closed pair never loses");
      }
    }),
    { numRuns: 400 },
  );
});

function nameOf(order: WorkingOrder | DesiredOrder): string {
  return `${slotKey(order)} ${order.price}`;
}

function checkOrders(plan: RangeGridPlan, budget: number): void {
  const orders = plan.desired.filter((o) =>
    o.purpose === "entry" || o.purpose === "take_profit"
  );
  const levels = orders.map((order) => order.level);
  assert.equal(new Set(levels).size, levels.length, "one order an interval");
  const buys = orders.filter((o) =>
    orderSideOf(o.positionSide, o.purpose) === "buy"
  ).map((o) => o.price ?? NaN);
  const sells = orders.filter((o) =>
    orderSideOf(o.positionSide, o.purpose) === "sell"
  ).map((o) => o.price ?? NaN);
  assert.equal(new Set(buys).size, buys.length, "no two buys on one line");
  assert.equal(new Set(sells).size, sells.length, "no two sells on one line");
  const { state } = plan;
  const worst = rangeOf(state).reduce(
    (sum, k) => sum + intervalAt(state, k).size * entryLine(state, k, 0.01),
    0,
  );
  assert.ok(worst <= budget + 1e-6, `${worst} beyond ${budget}`);
  for (const k of rangeOf(state)) {
    const { held, size } = intervalAt(state, k);
    assert.ok(held <= size + 1e-9, `${sideOf(state, k)} ${held} > ${size}`);
  }
}

Deno.test("planRangeGrid() trails as far as the price has gone in one plan, however few the intervals", () => {
  const grid = new HandDriven({ levels: 2, trailingUpTo: 900 });
  grid.plan();
  grid.plan(760);
  const { offset } = grid.state;
  assert.equal(offset, 10, "two lines of 10 each below 760");
  grid.plan(760);
  assert.equal(grid.state.offset, offset, "planned again it is the same");
});
