/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import type { EndedOrder } from "../plan.ts";
import { AsGridConfigSchema } from "./config.ts";
import {
  adoptAsGridConfig,
  applyEndedOrder,
  type AsGridState,
  AsGridStateSchema,
  createAsGridState,
  ownsAsGridLeg,
  withLeg,
} from "./state.ts";
import { BNB } from "./testdata.ts";

const CONFIG = AsGridConfigSchema.parse({ baseSize: 0.05 });

function ended(order: Partial<EndedOrder> = {}): EndedOrder {
  return {
    clientOrderId: "t0000000000000-lo0-0-0",
    positionSide: "long",
    purpose: "open",
    level: 0,
    cycle: 0,
    size: 0.05,
    filledSize: 0.05,
    averagePrice: 650,
    status: "filled",
    ...order,
  };
}

function apply(state: AsGridState, order: EndedOrder): AsGridState {
  return applyEndedOrder(state, { order, market: BNB });
}

const EMPTY = createAsGridState(CONFIG, BNB, 650);

Deno.test("applyEndedOrder() anchors the leg at a complete fill and counts it", () => {
  const state = apply(EMPTY, ended());
  assert.equal(state.legs.long.anchor, 650);
  assert.equal(state.legs.long.cycle, 1);
  assert.deepEqual(state.legs.short, EMPTY.legs.short);
});

Deno.test("applyEndedOrder() counts a replayed order once", () => {
  const first = apply(EMPTY, ended());
  const next = apply(
    first,
    ended({ clientOrderId: "b", purpose: "entry", averagePrice: 646.1 }),
  );
  assert.equal(apply(next, ended()), next);
  assert.equal(next.legs.long.anchor, 646.1);
});

Deno.test("applyEndedOrder() leaves the anchor alone when a part-filled order is canceled", () => {
  const held = withLeg(EMPTY, "long", {
    ...EMPTY.legs.long,
    anchor: 650,
    cycle: 4,
  });
  for (const purpose of ["entry", "take_profit", "open"] as const) {
    const order = ended({
      purpose,
      cycle: 4,
      filledSize: 0.02,
      averagePrice: 646,
      status: "canceled",
    });
    assert.equal(apply(held, order), held, purpose);
  }
});

Deno.test("applyEndedOrder() remembers what a canceled opening had filled", () => {
  const state = apply(
    EMPTY,
    ended({ filledSize: 0.02, status: "canceled" }),
  );
  assert.equal(state.legs.long.openedSize, 0.02);
  assert.equal(state.legs.long.anchor, null);
  const done = apply(
    state,
    ended({ clientOrderId: "b", size: 0.03, filledSize: 0.03 }),
  );
  assert.equal(done.legs.long.anchor, 650);
  assert.equal(done.legs.long.openedSize, 0);
});

Deno.test("applyEndedOrder() keeps what an entry bought while it was canceled after its leg had closed", () => {
  const closed = withLeg(EMPTY, "long", { ...EMPTY.legs.long, cycle: 2 });
  const part = { filledSize: 0.03, status: "canceled" } as const;
  const entry = (cycle: number) =>
    ended({ clientOrderId: "e", purpose: "entry", cycle, ...part });
  const state = apply(closed, entry(1));
  assert.equal(state.legs.long.openedSize, 0.03);
  assert.equal(ownsAsGridLeg(state, "long"), true);
  assert.equal(apply(state, entry(1)), state, "once");
  assert.equal(apply(closed, entry(0)), closed, "long over: counted before");
});

Deno.test("applyEndedOrder() completes an opening whose rest is too small to trade", () => {
  const state = applyEndedOrder(EMPTY, {
    order: ended({ filledSize: 0.04, status: "canceled" }),
    market: { ...BNB, minSize: 0.02 },
  });
  assert.equal(state.legs.long.anchor, 650);
  assert.equal(state.legs.long.cycle, 1);
});

Deno.test("applyEndedOrder() refuses a complete fill without a price", () => {
  assert.throws(() => apply(EMPTY, ended({ averagePrice: null })));
});

Deno.test("AsGridStateSchema reads back what it wrote, and nothing else", () => {
  const state = apply(EMPTY, ended());
  const text = JSON.stringify(state);
  assert.deepEqual(AsGridStateSchema.parse(JSON.parse(text)), state);
  for (
    const broken of [{ ...state, version: 2 }, { ...state, legs: {} }, null]
  ) {
    assert.equal(AsGridStateSchema.safeParse(broken).success, false);
  }
});

Deno.test("adoptAsGridConfig() re-sizes only when the trader changed the size", () => {
  const byNotional = AsGridConfigSchema.parse({ baseNotional: 65 });
  const state = createAsGridState(byNotional, BNB, 650);
  assert.equal(state.baseSize, 0.1);
  const adopt = (config: typeof CONFIG, referencePrice: number) =>
    adoptAsGridConfig(state, { config, market: BNB, referencePrice }).baseSize;
  assert.equal(adopt({ ...byNotional, gridSpacing: 0.01 }, 325), 0.1);
  assert.equal(adopt({ ...byNotional, baseNotional: 130 }, 650), 0.2);
});
