/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import type { DesiredOrder } from "../../model/order.ts";
import type { PositionSide } from "../../model/sides.ts";
import type { EndedOrder, WorkingOrder } from "../plan.ts";
import { createRiskState, type RiskState } from "../risk/state.ts";
import { type AsGridConfigInput, AsGridConfigSchema } from "./config.ts";
import type { AsGridInput } from "./input.ts";
import { planAsGrid } from "./plan.ts";
import { rebuildAsGridState } from "./rebuild.ts";
import {
  applyEndedOrder,
  type AsGridLeg,
  type AsGridState,
  createAsGridState,
  FLAT_LEG,
} from "./state.ts";
import { BNB } from "./testdata.ts";

interface Scene extends Partial<AsGridInput> {
  /** Held, base. */
  readonly sizes?: readonly [long: number, short: number];
  readonly legs?: Partial<Record<PositionSide, Partial<AsGridLeg>>>;
  readonly rest?: Partial<AsGridState>;
  readonly settings?: Partial<AsGridConfigInput>;
}

/** The worked example: anchor 650, base size 0.05, L = 0.25, T = 1. */
function plan(scene: Scene) {
  const { sizes = [0.05, 0.05], legs = {}, rest = {}, settings, ...input } =
    scene;
  const config = AsGridConfigSchema.parse({ baseSize: 0.05, ...settings });
  const position = (size: number) => ({
    size,
    entryPrice: size > 0 ? 650 : null,
    settled: true,
  });
  const anchored = { ...FLAT_LEG, anchor: 650, cycle: 7 };
  return planAsGrid({
    config,
    market: BNB,
    state: {
      ...createAsGridState(config, BNB, 650),
      ...rest,
      legs: {
        long: { ...anchored, ...legs.long },
        short: { ...anchored, ...legs.short },
      },
    },
    positions: { long: position(sizes[0]), short: position(sizes[1]) },
    quote: { bestBid: 649.99, bestAsk: 650.01 },
    marginRatio: 0.01,
    working: [],
    nowMs: 1_000_000,
    ...input,
  });
}

/** A working order of the long leg. */
function long(order: Partial<WorkingOrder>): WorkingOrder {
  return {
    positionSide: "long",
    purpose: "take_profit",
    level: 0,
    size: 0.05,
    price: 652.6,
    filledSize: 0,
    cycle: 7,
    placedAtMs: 0,
    ...order,
  };
}

/** The long leg's orders: `take_profit 0.05 @ 652.6`. */
function longs({ desired }: { readonly desired: readonly DesiredOrder[] }) {
  return desired.filter((order) => order.positionSide === "long")
    .map(({ purpose, size, price }) => `${purpose} ${size} @ ${price}`);
}

Deno.test("planAsGrid() leaves a remainder that can be traded alone for the next take-profit", () => {
  const market = { ...BNB, minSize: 0.03 };
  const [takeProfit] = longs(plan({ market, sizes: [0.08, 0.05] }));
  assert.equal(takeProfit, "take_profit 0.05 @ 652.6");
});

Deno.test("planAsGrid() lets an opening follow the touch from exactly two ticks on", () => {
  const opening = (price: number) =>
    longs(plan({
      market: { ...BNB, tickSize: 1 },
      quote: { bestBid: 650, bestAsk: 651 },
      sizes: [0, 0.05],
      working: [long({ purpose: "open", price })],
    }));
  assert.deepEqual(opening(649), ["open 0.05 @ 649"], "one tick is noise");
  assert.deepEqual(opening(648), ["open 0.05 @ 650"]);
});

Deno.test("planAsGrid() keeps an opening order whose rest is too small to be placed anew", () => {
  const open = long({ purpose: "open", price: 649.99, filledSize: 0.04 });
  const kept = plan({
    market: { ...BNB, minSize: 0.02 },
    sizes: [0.04, 0.05],
    legs: { long: { anchor: null } },
    working: [open],
  });
  assert.deepEqual(longs(kept), ["open 0.05 @ 649.99"]);
});

Deno.test("planAsGrid() opens a leg in full whose partial opening somebody else has closed", () => {
  const anew = plan({
    sizes: [0, 0.05],
    legs: { long: { anchor: null, openedSize: 0.02 } },
  });
  assert.deepEqual(longs(anew), ["open 0.05 @ 649.99"]);
});

Deno.test("planAsGrid() leaves what a reduction takes out of the take-profit", () => {
  const reducing = (targetSize: number) =>
    longs(plan({
      sizes: [0.06, 0.05],
      marginRatio: 0.85,
      rest: {
        entriesOff: true,
        reduction: {
          positionSide: "long",
          targetSize,
          price: 649,
          startedAtMs: 1_000_000,
        },
      },
    }));
  assert.deepEqual(reducing(0.02), [
    "reduce 0.04 @ 649",
    "take_profit 0.02 @ 652.6",
  ]);
  assert.deepEqual(reducing(0), ["reduce 0.06 @ 649"]);
});

Deno.test("planAsGrid() follows of two reductions the one that takes more", () => {
  const reduction = (targetSize: number) => ({
    targetSize,
    price: 649,
    startedAtMs: 1_000_000,
  });
  const reduce = (guard: number, heavy: number) => {
    const risk: RiskState = {
      ...createRiskState(0),
      reductions: { long: reduction(heavy), short: null },
    };
    return longs(plan({
      sizes: [0.9, 0.05],
      marginRatio: 0.85,
      settings: { risk: { bothLegsHeavy: {} } },
      rest: {
        entriesOff: true,
        reduction: { positionSide: "long", ...reduction(guard) },
        risk,
      },
    }))[0];
  };
  assert.equal(reduce(0.8, 0.7), "reduce 0.2 @ 649");
  assert.equal(reduce(0.6, 0.7), "reduce 0.3 @ 649");
});

Deno.test("planAsGrid() begins no reduction of an unsettled leg, and none while it rests", () => {
  const guarded = (scene: Scene) =>
    plan({ sizes: [0.6, 0.05], marginRatio: 0.85, ...scene }).state.reduction;
  const leg = { entryPrice: 650, settled: true };
  const positions = {
    long: { ...leg, size: 0.6, settled: false },
    short: { ...leg, size: 0.05 },
  };
  assert.equal(guarded({ positions }), null);
  assert.equal(guarded({ rest: { reductionRestsUntilMs: 1_000_001 } }), null);
  const due = guarded({ rest: { reductionRestsUntilMs: 1_000_000 } });
  assert.equal(due?.targetSize, 0.5);
});

Deno.test("planAsGrid() moves the last cycle's take-profit out when the leg becomes paused", () => {
  const paused = plan({
    sizes: [1.05, 0.35],
    working: [long({ size: 0.1, cycle: 6 })],
  });
  assert.deepEqual(longs(paused), ["take_profit 0.1 @ 661.7"]);
});

Deno.test("planAsGrid() keeps no take-profit larger than the position while a paused leg's entry goes", () => {
  const waiting = (held: number) =>
    longs(plan({
      settings: { takeProfitBoostMultiplier: 1, maxEntryMultiplier: 1.5 },
      sizes: [held, 0.05],
      legs: { long: { lock: { price: 650, ratio: 1.018 } } },
      working: [
        long({ size: 0.1, filledSize: 0.02 }),
        long({ purpose: "entry", price: 646.1 }),
      ],
    }));
  assert.deepEqual(waiting(0.08), ["take_profit 0.1 @ 652.6"]);
  assert.deepEqual(waiting(0.07), []);
});

Deno.test("planAsGrid() keeps a doubled take-profit whose own fills brought the leg below L", () => {
  const filling = plan({
    sizes: [0.24, 0.05],
    working: [long({ size: 0.1, filledSize: 0.02 })],
  });
  assert.equal(longs(filling)[0], "take_profit 0.1 @ 652.6");
});

Deno.test("planAsGrid() freezes a paused leg at the spacing its overlay gave it", () => {
  const overlay = { cycle: 7, sizeFactor: 1, spacingFactor: 2 };
  const { state } = plan({
    sizes: [1.05, 0.35],
    settings: { risk: { volatilitySpacing: {} } },
    rest: {
      risk: {
        ...createRiskState(0),
        overlays: { long: overlay, short: overlay },
      },
    },
  });
  // Below 1 + 3 · 0.012, above 1 + 3 · 0.006.
  assert.deepEqual(state.legs.long.lock, { price: 650, ratio: 1.03 });
});

Deno.test("planAsGrid() closes its own leg at a halt, never a stranger's", () => {
  const halted = plan({
    sizes: [0.5, 0.3],
    legs: { short: { anchor: null } },
    rest: {
      risk: {
        ...createRiskState(0),
        halt: { code: "max_loss", message: "Lost too much.", closes: true },
      },
    },
  });
  assert.deepEqual(
    halted.desired.map((o) => [o.positionSide, o.purpose, o.size]),
    [["long", "close", 0.5]],
  );
});

function ended(order: Partial<EndedOrder>): EndedOrder {
  return {
    clientOrderId: "a",
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

const EMPTY = createAsGridState(
  AsGridConfigSchema.parse({ baseSize: 0.05 }),
  BNB,
  650,
);

function leg(state: AsGridState, change: Partial<AsGridLeg>): AsGridState {
  const { short } = state.legs;
  return { ...state, legs: { long: { ...FLAT_LEG, ...change }, short } };
}

Deno.test("applyEndedOrder() counts no part of an opening that belongs to an earlier cycle", () => {
  const later = leg(EMPTY, { cycle: 2 });
  const order = ended({ cycle: 1, filledSize: 0.02, status: "canceled" });
  assert.equal(applyEndedOrder(later, { order, market: BNB }), later);
});

Deno.test("applyEndedOrder() remembers its newest orders, not its oldest", () => {
  let state = EMPTY;
  for (let i = 0; i < 12; i++) {
    const order = ended({ clientOrderId: `order ${i}`, averagePrice: 600 + i });
    state = applyEndedOrder(state, { order, market: BNB });
  }
  const again = ended({ clientOrderId: "order 11" });
  assert.equal(applyEndedOrder(state, { order: again, market: BNB }), state);
});

Deno.test("applyEndedOrder() frees a blocked leg by a fill of its own opening orders only", () => {
  const blocked = leg(EMPTY, { anchor: 650, entriesBlocked: true });
  const after = (purpose: EndedOrder["purpose"]) =>
    applyEndedOrder(blocked, { order: ended({ purpose }), market: BNB })
      .legs.long.entriesBlocked;
  assert.equal(after("take_profit"), true);
  assert.equal(after("entry"), false);
});

Deno.test("rebuildAsGridState() takes a leg of exactly T for a normal one", () => {
  const order = ended({ purpose: "entry", averagePrice: 646.1 });
  const at = (size: number) =>
    rebuildAsGridState({
      config: AsGridConfigSchema.parse({ baseSize: 0.05 }),
      market: BNB,
      referencePrice: 650,
      positions: {
        long: { size, entryPrice: 650, settled: true },
        short: { size: 0, entryPrice: null, settled: true },
      },
      orders: [order],
      nextCycle: { long: 9, short: 4 },
    }).legs.long.lock;
  assert.equal(at(1), null);
  assert.deepEqual(at(1.01), { price: 646.1, ratio: 1.01 });
});
