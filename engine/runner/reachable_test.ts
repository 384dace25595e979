import assert from "node:assert/strict";
import type { DesiredOrder } from "@core/mod.ts";
import { reachable } from "./reachable.ts";

const AT = {
  quote: { bestBid: 650, bestAsk: 650.02 },
  market: { tickSize: 0.01 },
};

function order(change: Partial<DesiredOrder>): DesiredOrder {
  return {
    positionSide: "long",
    purpose: "take_profit",
    level: 0,
    price: 652,
    size: 0.05,
    postOnly: false,
    cycle: 0,
    priceTolerance: 0,
    reason: { rule: "take_profit", inputs: { anchor: 455 } },
    ...change,
  };
}

Deno.test("reachable() places a take-profit the market has left behind where it is taken", () => {
  const [long, short] = reachable([
    order({ price: 457 }),
    order({ positionSide: "short", price: 900 }),
  ], AT);
  assert.equal(long?.price, 643.5);
  assert.deepEqual(long?.reason.inputs, { anchor: 455, target: 457 });
  assert.ok((long?.priceTolerance ?? 0) > 20, "and leaves it there");
  assert.equal(short?.price, 656.52);
});

Deno.test("reachable() leaves what rests, what is near, entries and market orders alone", () => {
  const orders = [
    order({}),
    order({ price: 645 }),
    order({ purpose: "entry", price: 900 }),
    order({ purpose: "close", price: null }),
  ];
  const same = reachable(orders, AT);
  assert.ok(same.every((one, i) => one === orders[i]));
});
