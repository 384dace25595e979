/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { BNB } from "../as_grid/testdata.ts";
import { previewRangeGrid } from "./preview.ts";
import { type KnownGridOrder, rebuildRangeGrid } from "./rebuild.ts";
import {
  heldOf,
  intervalAt,
  RangeGridStateSchema,
  resumeRangeGrid,
} from "./state.ts";
import { HandDriven } from "./testing.ts";

const entryAt = (grid: HandDriven, price: number) => {
  const order = grid.plan().desired.find((o) => o.price === price);
  assert.ok(order !== undefined, `no order at ${price}`);
  return order;
};

Deno.test("RangeGridStateSchema reads what was stored, and nothing else", () => {
  const grid = new HandDriven({ trailingUpTo: 700 });
  grid.end(entryAt(grid, 648));
  const stored = JSON.parse(JSON.stringify(grid.state));
  assert.deepEqual(RangeGridStateSchema.parse(stored), grid.state);
  assert.equal(
    RangeGridStateSchema.safeParse({ ...stored, version: 2 }).success,
    false,
  );
});

Deno.test("applyRangeGridOrder() keeps the part of an order that was canceled", () => {
  const grid = new HandDriven();
  grid.end(entryAt(grid, 648), 0.02);
  assert.equal(intervalAt(grid.state, 4).held, 0.02);
  assert.ok(grid.lines().includes("long entry 0.03 @ 648"));
  grid.end(entryAt(grid, 648));
  assert.ok(grid.lines(648).includes("long take_profit 0.05 @ 650"));
  grid.end(entryAt(grid, 650), 0.01);
  assert.ok(grid.lines(648).includes("long take_profit 0.04 @ 650"));
  grid.end(entryAt(grid, 650));
  assert.equal(grid.state.pairs.count, 1);
  assert.ok(Math.abs(grid.state.pairs.gross - 0.1) < 1e-12);
});

Deno.test("applyRangeGridOrder() carries a remainder too small to be sold into the next round", () => {
  const market = { ...BNB, minSize: 0.03, minNotional: 0 };
  const grid = new HandDriven({}, { market });
  grid.end(entryAt(grid, 648));
  grid.end(entryAt(grid, 650), 0.03);
  assert.ok(grid.lines().includes("long entry 0.03 @ 648"));
  grid.end(entryAt(grid, 648));
  assert.ok(grid.lines(648).includes("long take_profit 0.05 @ 650"));
});

Deno.test("applyRangeGridOrder() counts an order told as canceled, then as filled, once", () => {
  const grid = new HandDriven();
  const told = grid.end(entryAt(grid, 648), 0.02);
  grid.tell({ ...told, filledSize: 0.05, status: "filled" });
  assert.equal(intervalAt(grid.state, 4).held, 0.05);
  grid.tell({ ...told, filledSize: 0.05, status: "filled" });
  assert.equal(intervalAt(grid.state, 4).held, 0.05);
  // One of a cycle long gone is no news either.
  grid.tell({ ...told, clientOrderId: "old", filledSize: 0.05 });
  assert.equal(intervalAt(grid.state, 4).held, 0.05);
});

Deno.test("applyRangeGridOrder() loses nothing of an opening that got too much", () => {
  const grid = new HandDriven({ direction: "long" });
  const [open] = grid.plan().desired;
  assert.ok(open !== undefined);
  const told = grid.end(open, 0.2, 650);
  const [rest] = grid.plan().desired;
  assert.ok(rest !== undefined);
  grid.end(rest, 0.05, 650);
  grid.tell({ ...told, filledSize: 0.22 });
  grid.sizes.long = 0.27;
  assert.equal(heldOf(grid.state, "long", 0.01), 0.27);
  assert.ok(grid.lines().includes("long take_profit 0.07 @ 652"));
});

Deno.test("resumeRangeGrid() begins anew only when started again and holding nothing", () => {
  const grid = new HandDriven();
  const start = {
    config: grid.config,
    market: BNB,
    referencePrice: 650,
    runVersion: 1,
    isIdle: true,
  };
  grid.plan();
  assert.equal(resumeRangeGrid(grid.state, start), grid.state);
  const resting = { ...start, runVersion: 3, isIdle: false };
  assert.deepEqual(
    resumeRangeGrid(grid.state, resting),
    { ...grid.state, runVersion: 3 },
    "what rests may come to fill",
  );
  const again = resumeRangeGrid(grid.state, { ...start, runVersion: 3 });
  assert.equal(again.phase, "waiting");
  assert.ok(again.intervals.every(({ cycle }) => cycle > 0), "ids stay new");
  grid.end(entryAt(grid, 648));
  const holding = resumeRangeGrid(grid.state, { ...start, runVersion: 3 });
  assert.equal(holding.phase, "running");
  assert.equal(heldOf(holding, "long", 0.01), 0.05);
});

function knownOf(grid: HandDriven): KnownGridOrder[] {
  return grid.plan().desired.map((order) => ({
    ...order,
    revision: 0,
    status: "open",
  }));
}

function rebuild(grid: HandDriven, known = knownOf(grid)) {
  const leg = (size: number) => ({ size, entryPrice: null, settled: true });
  const rebuilt = new HandDriven({}, { price: grid.price });
  Object.assign(rebuilt, { config: grid.config });
  Object.assign(rebuilt.sizes, grid.sizes);
  rebuilt.state = rebuildRangeGrid({
    config: grid.config,
    market: BNB,
    referencePrice: grid.price,
    runVersion: 1,
    nextCycle: { long: 9, short: 9 },
    positions: { long: leg(grid.sizes.long), short: leg(grid.sizes.short) },
    known,
  });
  return rebuilt;
}

Deno.test("rebuildRangeGrid() finds the same orders again", () => {
  for (const direction of ["neutral", "long", "short"] as const) {
    const grid = new HandDriven({ direction });
    const [first] = grid.plan().desired;
    assert.ok(first !== undefined);
    if (first.purpose === "open") grid.end(first);
    for (const price of [648, 646]) {
      grid.end(entryAt(grid, price));
      grid.plan(price);
    }
    assert.deepEqual(
      rebuild(grid).lines().toSorted(),
      grid.lines().toSorted(),
      direction,
    );
  }
});

Deno.test("rebuildRangeGrid() finds where a trailing range stands", () => {
  const grid = new HandDriven({
    trailingUpTo: 680,
    direction: "long",
    openingPosition: false,
  });
  grid.plan(650);
  grid.plan(666);
  assert.equal(grid.state.offset, 3);
  const rebuilt = rebuild(grid);
  assert.equal(rebuilt.state.offset, 3);
  assert.deepEqual(rebuilt.lines(666).toSorted(), grid.lines(666).toSorted());
});

Deno.test("rebuildRangeGrid() leaves alone what is not the bot's", () => {
  const grid = new HandDriven({ direction: "long" });
  grid.sizes.long = 0.3;
  const rebuilt = rebuild(grid, []);
  assert.equal(rebuilt.state.phase, "waiting");
  assert.equal(heldOf(rebuilt.state, "long", 0.01), 0);
  const codes = rebuilt.plan().conditions.map(({ code }) => code);
  assert.deepEqual(codes, ["position_unexplained"]);
});

Deno.test("previewRangeGrid() tells orders, pair profit, worst case and liquidation", () => {
  const { config } = new HandDriven({ direction: "long" });
  const preview = previewRangeGrid({
    config,
    market: BNB,
    referencePrice: 650,
    equity: 100,
  });
  assert.equal(preview.size, 0.05);
  assert.deepEqual(
    preview.orders.slice(0, 3).map((o) =>
      `${o.purpose} ${o.size} @ ${o.price}`
    ),
    ["open 0.25 @ 650", "entry 0.05 @ 648", "take_profit 0.05 @ 652"],
  );
  const { least, most } = preview.profitPerGrid;
  assert.ok(Math.abs(least.net - (0.1 - 0.05 * (658 + 660) * 0.0002)) < 1e-12);
  assert.ok(most.netFraction > least.netFraction);
  const [leg] = preview.legs;
  assert.ok(leg !== undefined);
  // 0.25 at 650 and 0.05 each at 640 … 648.
  assert.ok(Math.abs(leg.notional - (162.5 + 161)) < 1e-9);
  assert.ok(Math.abs(leg.loss - (323.5 - 320)) < 1e-9);
  assert.ok(preview.worstMargin <= config.investment);
  const at = leg.liquidationPrice ?? 0;
  const equity = 100 - leg.fees + 0.5 * at - leg.notional;
  assert.ok(Math.abs(equity - 0.005 * at * 0.5) < 1e-9);
  assert.ok(Math.abs(preview.minimumInvestment - 0.01 * 6_510 / 5) < 1e-9);
  const smallest = { ...config, investment: preview.minimumInvestment };
  const again = { config: smallest, market: BNB, referencePrice: 650 };
  assert.deepEqual(previewRangeGrid({ ...again, equity: null }).issues, []);
});

Deno.test("previewRangeGrid() tells where risk layers would close its leg", () => {
  const { config } = new HandDriven({
    direction: "long",
    risk: { hardStop: { maxLossFraction: 0.02 }, maxLoss: { maxLoss: 3 } },
  });
  const preview = previewRangeGrid({
    config,
    market: BNB,
    referencePrice: 650,
    equity: 100,
  });
  const [leg] = preview.legs;
  // 0.25 at 650, one entry each at 648, 646 and 644: 0.4 held.
  const held = 0.25 * 650 + 0.05 * (648 + 646 + 644);
  const fees = 0.25 * 650 * 0.0006 + 0.05 * (648 + 646 + 644) * 0.0002;
  const hardStop = (held - 0.02 * (100 - fees) / 1.02) / 0.4;
  assert.ok(Math.abs((leg?.hardStopPrice ?? NaN) - hardStop) < 1e-9);
  assert.ok(hardStop < 644 && hardStop > 642);
  assert.ok((leg?.maxLossPrice ?? NaN) < hardStop);
});

Deno.test("previewRangeGrid() of what is too small shows why, and no orders", () => {
  const { config } = new HandDriven({ investment: 1 });
  const preview = previewRangeGrid({
    config,
    market: BNB,
    referencePrice: 650,
    equity: null,
  });
  assert.deepEqual(preview.orders, []);
  assert.equal(preview.issues[0]?.code, "size_below_minimum");
});
