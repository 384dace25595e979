/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import type { EndedOrder, LegPositions } from "../plan.ts";
import { AsGridConfigSchema } from "./config.ts";
import { planAsGrid } from "./plan.ts";
import { rebuildAsGridState } from "./rebuild.ts";
import { BNB } from "./testdata.ts";

const CONFIG = AsGridConfigSchema.parse({ baseSize: 0.05 });

function order(overrides: Partial<EndedOrder>): EndedOrder {
  return {
    clientOrderId: "x",
    positionSide: "long",
    purpose: "entry",
    level: 0,
    cycle: 1,
    size: 0.05,
    filledSize: 0.05,
    averagePrice: 650,
    status: "filled",
    ...overrides,
  };
}

function rebuild(long: number, orders: readonly EndedOrder[]) {
  const positions: LegPositions = {
    long: { size: long, entryPrice: 655, settled: true },
    short: { size: 0.35, entryPrice: 645, settled: true },
  };
  const input = {
    config: CONFIG,
    market: BNB,
    referencePrice: 650,
    positions,
    orders: [...orders, order({ positionSide: "short", averagePrice: 648 })],
    nextCycle: { long: 9, short: 4 },
  };
  const state = rebuildAsGridState(input);
  const plan = planAsGrid({
    ...input,
    state,
    quote: { bestBid: 650, bestAsk: 650.01 },
    marginRatio: 0,
    working: [],
    nowMs: 0,
  });
  return { state, plan };
}

Deno.test("rebuildAsGridState() anchors at the last completely filled order", () => {
  const { state } = rebuild(0.1, [
    order({ averagePrice: 646.1 }),
    order({ averagePrice: 640, status: "canceled", filledSize: 0.02 }),
  ]);
  assert.equal(state.legs.long.anchor, 646.1);
  assert.equal(state.legs.long.cycle, 9);
  assert.equal(state.legs.short.anchor, 648);
});

Deno.test("rebuildAsGridState() finds P0 of a paused leg at its last completed entry", () => {
  const { state, plan } = rebuild(1.05, [
    order({ averagePrice: 650 }),
    order({ averagePrice: 661.7, purpose: "take_profit" }),
  ]);
  assert.deepEqual(state.legs.long.lock, { price: 650, ratio: 1.018 });
  assert.equal(plan.desired[0]?.price, 661.7);
});

Deno.test("rebuildAsGridState() keeps entries off where no order is complete", () => {
  const { state, plan } = rebuild(0.1, [
    order({ status: "canceled", filledSize: 0.02 }),
  ]);
  assert.equal(state.legs.long.entriesBlocked, true);
  const long = plan.desired.filter((o) => o.positionSide === "long");
  assert.deepEqual(long.map((o) => o.purpose), ["take_profit"]);
  assert.equal(long[0]?.price, 657.62, "around the average price");
});

Deno.test("rebuildAsGridState() leaves a foreign position alone", () => {
  const { plan } = rebuild(0.1, []);
  assert.ok(plan.desired.every((o) => o.positionSide === "short"));
  assert.equal(plan.conditions[0]?.code, "position_unexplained");
});
