/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import fc from "fast-check";
import type { DesiredOrder } from "../../model/order.ts";
import { isMultipleOf } from "../../model/rounding.ts";
import {
  isOpening,
  POSITION_SIDES,
  type PositionSide,
} from "../../model/sides.ts";
import type { LegPositions, WorkingOrder } from "../plan.ts";
import { type AsGridConfigInput, AsGridConfigSchema } from "./config.ts";
import type { AsGridInput } from "./input.ts";
import { planAsGrid } from "./plan.ts";
import {
  type AsGridLeg,
  type AsGridState,
  createAsGridState,
  FLAT_LEG,
} from "./state.ts";
import { BNB } from "./testdata.ts";

const CONFIG = { baseSize: 0.05 } satisfies AsGridConfigInput;
const QUOTE = { bestBid: 649.99, bestAsk: 650.01 };

function positionsOf(long: number, short: number): LegPositions {
  const leg = (size: number) => ({
    size,
    entryPrice: size > 0 ? 650 : null,
    settled: true,
  });
  return { long: leg(long), short: leg(short) };
}

function stateOf(
  legs: Partial<Record<PositionSide, Partial<AsGridLeg>>> = {},
  rest: Partial<AsGridState> = {},
): AsGridState {
  const base = createAsGridState(AsGridConfigSchema.parse(CONFIG), BNB, 650);
  return {
    ...base,
    ...rest,
    legs: {
      long: { ...FLAT_LEG, anchor: 650, cycle: 7, ...legs.long },
      short: { ...FLAT_LEG, anchor: 650, cycle: 3, ...legs.short },
    },
  };
}

function inputOf(overrides: Partial<AsGridInput> = {}): AsGridInput {
  return {
    config: AsGridConfigSchema.parse(CONFIG),
    market: BNB,
    state: stateOf(),
    positions: positionsOf(0.05, 0.05),
    quote: QUOTE,
    marginRatio: 0.01,
    working: [],
    nowMs: 1_000_000,
    ...overrides,
  };
}

function working(
  order:
    & Pick<WorkingOrder, "positionSide" | "purpose" | "price">
    & Partial<WorkingOrder>,
): WorkingOrder {
  return {
    level: 0,
    size: 0.05,
    filledSize: 0,
    cycle: order.positionSide === "long" ? 7 : 3,
    placedAtMs: 999_000,
    ...order,
  };
}

/** `long take_profit 0.05 @ 652.6`, one line an order. */
function describe(orders: readonly DesiredOrder[]): string[] {
  return orders.map((order) =>
    `${order.positionSide} ${order.purpose} ${order.size} @ ${order.price}`
  );
}

Deno.test("planAsGrid() reproduces every worked example of as-grid.md", () => {
  const cases: readonly [string, number, number, readonly string[]][] = [
    ["normal", 0.10, 0.05, [
      "long take_profit 0.05 @ 652.6",
      "long entry 0.05 @ 646.1",
      "short take_profit 0.05 @ 647.4",
      "short entry 0.05 @ 653.9",
    ]],
    ["at the limit", 0.25, 0.05, [
      "long take_profit 0.05 @ 652.6",
      "long entry 0.05 @ 646.1",
      "short take_profit 0.05 @ 647.4",
      "short entry 0.05 @ 653.9",
    ]],
    ["boosted", 0.30, 0.05, [
      "long take_profit 0.1 @ 652.6",
      "long entry 0.05 @ 646.1",
      "short take_profit 0.05 @ 647.4",
      "short entry 0.05 @ 653.9",
    ]],
    ["other leg heavy", 1.00, 0.05, [
      "long take_profit 0.1 @ 652.6",
      "long entry 0.05 @ 646.1",
      "short take_profit 0.05 @ 647.4",
      "short entry 0.05 @ 653.9",
    ]],
    ["paused", 1.05, 0.35, [
      "long take_profit 0.1 @ 661.7",
      "short take_profit 0.1 @ 647.4",
      "short entry 0.05 @ 653.9",
    ]],
    ["paused, other empty", 1.05, 0, [
      "long take_profit 0.1 @ 656.5",
      "short open 0.05 @ 650.01",
    ]],
  ];
  for (const [name, long, short, expected] of cases) {
    const plan = planAsGrid(inputOf({ positions: positionsOf(long, short) }));
    assert.deepEqual(describe(plan.desired), expected, name);
  }
});

Deno.test("planAsGrid() mirrors the paused leg on the short side", () => {
  const plan = planAsGrid(inputOf({ positions: positionsOf(0.35, 1.05) }));
  // 650 / 1.018 = 638.507…, floored: towards the short's profit.
  assert.deepEqual(describe(plan.desired), [
    "long take_profit 0.1 @ 652.6",
    "long entry 0.05 @ 646.1",
    "short take_profit 0.1 @ 638.5",
  ]);
});

Deno.test("planAsGrid() doubles the take-profit inclusively at T of the other leg", () => {
  const heavy = planAsGrid(inputOf({ positions: positionsOf(0.2, 1.0) }));
  assert.equal(describe(heavy.desired)[0], "long take_profit 0.1 @ 652.6");
  const light = planAsGrid(inputOf({ positions: positionsOf(0.2, 0.99) }));
  assert.equal(describe(light.desired)[0], "long take_profit 0.05 @ 652.6");
});

Deno.test("planAsGrid() opens flat legs post-only at the touch", () => {
  const plan = planAsGrid(inputOf({
    state: stateOf({ long: { anchor: null }, short: { anchor: null } }),
    positions: positionsOf(0, 0),
  }));
  assert.deepEqual(describe(plan.desired), [
    "long open 0.05 @ 649.99",
    "short open 0.05 @ 650.01",
  ]);
  assert.ok(plan.desired.every((order) => order.postOnly));
});

Deno.test("planAsGrid() lets an opening follow the touch only when old and far enough", () => {
  const opening = (price: number, ageMs: number) =>
    planAsGrid(inputOf({
      positions: positionsOf(0, 0.05),
      working: [working({
        positionSide: "long",
        purpose: "open",
        price,
        placedAtMs: 1_000_000 - ageMs,
      })],
    })).desired[0]?.price;
  // gridSpacing / 10 of the touch is 0.389994 away from 649.99.
  assert.equal(opening(649.61, 60_000), 649.61, "near, old");
  assert.equal(opening(649.59, 9_999), 649.59, "far, young");
  assert.equal(opening(649.59, 10_000), 649.99, "far, old");
  assert.equal(opening(651, 60_000), 651, "the touch came nearer");
});

Deno.test("planAsGrid() runs only the legs the trader chose", () => {
  const plan = planAsGrid(inputOf({
    config: AsGridConfigSchema.parse({ ...CONFIG, legs: "long" }),
    positions: positionsOf(0, 0),
  }));
  assert.deepEqual(describe(plan.desired), ["long open 0.05 @ 649.99"]);
});

Deno.test("planAsGrid() freezes a paused leg's take-profit: neither anchor, sizes nor time move it", () => {
  const paused = planAsGrid(inputOf({ positions: positionsOf(1.05, 0.35) }));
  const later = planAsGrid(inputOf({
    state: {
      ...paused.state,
      legs: {
        ...paused.state.legs,
        long: { ...paused.state.legs.long, anchor: 661.7 },
      },
    },
    positions: positionsOf(1.1, 0.05),
    quote: { bestBid: 600, bestAsk: 600.01 },
    nowMs: 9_000_000,
  }));
  assert.equal(describe(later.desired)[0], "long take_profit 0.1 @ 661.7");
  assert.ok(
    !later.desired.some((o) =>
      o.positionSide === "long" && isOpening(o.purpose)
    ),
  );
});

Deno.test("planAsGrid() ends the pause at T, anchored at the fill that caused it", () => {
  const plan = planAsGrid(inputOf({
    state: stateOf({
      long: { anchor: 661.7, lock: { price: 650, ratio: 1.018 } },
    }),
    positions: positionsOf(1, 0.35),
  }));
  assert.equal(plan.state.legs.long.lock, null);
  assert.deepEqual(describe(plan.desired).slice(0, 2), [
    "long take_profit 0.1 @ 664.35",
    "long entry 0.05 @ 657.72",
  ]);
});

Deno.test("planAsGrid() sees a paused leg's entry gone before it moves the take-profit", () => {
  const takeProfit = working({
    positionSide: "long",
    purpose: "take_profit",
    price: 652.6,
    size: 0.1,
  });
  const entry = working({
    positionSide: "long",
    purpose: "entry",
    price: 646.1,
  });
  const input = inputOf({ positions: positionsOf(1.05, 0.35) });
  const first = planAsGrid({ ...input, working: [takeProfit, entry] });
  assert.deepEqual(
    describe(first.desired.filter((o) => o.positionSide === "long")),
    ["long take_profit 0.1 @ 652.6"],
  );
  const bare = planAsGrid({ ...input, working: [entry] });
  assert.ok(!bare.desired.some((o) => o.positionSide === "long"));
});

Deno.test("planAsGrid() never moves a take-profit further away within its cycle", () => {
  const plan = planAsGrid(inputOf({
    config: AsGridConfigSchema.parse({ ...CONFIG, takeProfitSpacing: 0.02 }),
    working: [
      working({ positionSide: "long", purpose: "take_profit", price: 652.6 }),
      working({ positionSide: "short", purpose: "take_profit", price: 647.4 }),
    ],
  }));
  assert.ok(describe(plan.desired).includes("long take_profit 0.05 @ 652.6"));
  assert.ok(describe(plan.desired).includes("short take_profit 0.05 @ 647.4"));
});

Deno.test("planAsGrid() states its tolerance: a fifth of the spacing, at least a tick", () => {
  const orders = planAsGrid(inputOf()).desired;
  const tolerances = orders.slice(0, 2).map((o) => o.priceTolerance);
  assert.deepEqual(tolerances.map((t) => Number(t.toFixed(6))), [0.52, 0.78]);
  const coarse = planAsGrid(inputOf({ market: { ...BNB, tickSize: 1 } }));
  assert.equal(coarse.desired[0]?.priceTolerance, 1);
});

Deno.test("planAsGrid() leaves a partly filled order alone while it is right", () => {
  const plan = planAsGrid(inputOf({
    positions: positionsOf(0.18, 0.05),
    working: [working({
      positionSide: "long",
      purpose: "take_profit",
      price: 652.6,
      filledSize: 0.02,
    })],
  }));
  assert.equal(describe(plan.desired)[0], "long take_profit 0.05 @ 652.6");
});

Deno.test("planAsGrid() re-sizes the take-profit to the position held", () => {
  const shrunk = planAsGrid(inputOf({
    positions: positionsOf(0.02, 0.05),
    working: [working({
      positionSide: "long",
      purpose: "take_profit",
      price: 652.6,
    })],
  }));
  assert.equal(describe(shrunk.desired)[0], "long take_profit 0.02 @ 652.6");
});

Deno.test("planAsGrid() neither pauses nor resumes on a partial fill", () => {
  const entering = planAsGrid(inputOf({
    positions: positionsOf(1.02, 0.35),
    working: [working({
      positionSide: "long",
      purpose: "entry",
      price: 646.1,
      filledSize: 0.02,
    })],
  }));
  assert.equal(entering.state.legs.long.lock, null);
  assert.ok(describe(entering.desired).includes("long entry 0.05 @ 646.1"));
  const lock = { price: 650, ratio: 1.018 };
  const leaving = planAsGrid(inputOf({
    state: stateOf({ long: { lock } }),
    positions: positionsOf(0.98, 0.35),
    working: [working({
      positionSide: "long",
      purpose: "take_profit",
      price: 661.7,
      size: 0.1,
      filledSize: 0.07,
    })],
  }));
  assert.deepEqual(leaving.state.legs.long.lock, lock);
});

Deno.test("planAsGrid() opens the rest of a partly filled opening that was canceled", () => {
  const plan = planAsGrid(inputOf({
    state: stateOf({ long: { anchor: null, openedSize: 0.02 } }),
    positions: positionsOf(0.02, 0.05),
  }));
  assert.equal(describe(plan.desired)[0], "long open 0.03 @ 649.99");
});

Deno.test("planAsGrid() keeps no opening order larger than what is left to open", () => {
  const plan = planAsGrid(inputOf({
    state: stateOf({ long: { anchor: null, openedSize: 0.02 } }),
    positions: positionsOf(0.02, 0.05),
    working: [working({
      positionSide: "long",
      purpose: "open",
      price: 649.99,
    })],
  }));
  assert.equal(describe(plan.desired)[0], "long open 0.03 @ 649.99");
});

Deno.test("planAsGrid() closes a remainder below the minimum with the take-profit", () => {
  const plan = planAsGrid(inputOf({
    market: { ...BNB, minSize: 0.03 },
    positions: positionsOf(0.07, 0.05),
  }));
  assert.equal(describe(plan.desired)[0], "long take_profit 0.07 @ 652.6");
});

Deno.test("planAsGrid() leaves a position without a history alone and says so", () => {
  const plan = planAsGrid(inputOf({
    state: stateOf({ long: { anchor: null } }),
    positions: positionsOf(0.3, 0.05),
  }));
  assert.ok(plan.desired.every((order) => order.positionSide === "short"));
  assert.deepEqual(plan.conditions.map((c) => [c.code, c.positionSide]), [
    ["position_unexplained", "long"],
  ]);
});

Deno.test("planAsGrid() keeps entries off a leg whose history is lost", () => {
  const plan = planAsGrid(inputOf({
    state: stateOf({ long: { entriesBlocked: true } }),
    positions: positionsOf(0.3, 0.05),
  }));
  assert.deepEqual(describe(plan.desired).slice(0, 1), [
    "long take_profit 0.1 @ 652.6",
  ]);
  assert.ok(plan.conditions.some((c) => c.code === "entries_blocked"));
  const flat = planAsGrid(inputOf({
    state: plan.state,
    positions: positionsOf(0, 0.05),
  }));
  assert.equal(flat.state.legs.long.entriesBlocked, false);
  assert.equal(describe(flat.desired)[0], "long open 0.05 @ 649.99");
});

Deno.test("planAsGrid() holds a leg whose position is not settled", () => {
  const positions = positionsOf(0.1, 0.05);
  const plan = planAsGrid(inputOf({
    positions: { ...positions, long: { ...positions.long, settled: false } },
  }));
  assert.deepEqual(plan.heldLegs, ["long"]);
  assert.ok(plan.desired.every((order) => order.positionSide === "short"));
});

Deno.test("planAsGrid() withdraws entries above the margin guard's limit and brings them back below", () => {
  const off = planAsGrid(inputOf({ marginRatio: 0.51 }));
  assert.ok(!off.desired.some((order) => isOpening(order.purpose)));
  assert.deepEqual(off.conditions.map((c) => c.code), ["margin_no_entries"]);
  const still = planAsGrid(inputOf({ state: off.state, marginRatio: 0.46 }));
  assert.ok(!still.desired.some((order) => isOpening(order.purpose)));
  const on = planAsGrid(inputOf({ state: off.state, marginRatio: 0.44 }));
  assert.equal(on.desired.filter((o) => isOpening(o.purpose)).length, 2);
});

Deno.test("planAsGrid() allows no entries while the margin ratio is unknown", () => {
  const plan = planAsGrid(inputOf({ marginRatio: null }));
  assert.ok(!plan.desired.some((order) => isOpening(order.purpose)));
});

Deno.test("planAsGrid() reduces the heavier leg above the second limit: limit, then market, then rest", () => {
  const input = inputOf({
    marginRatio: 0.85,
    positions: positionsOf(0.6, 0.05),
  });
  const first = planAsGrid(input);
  // 649.99 less 15 basis points, ceiled.
  assert.equal(describe(first.desired)[0], "long reduce 0.1 @ 649.02");
  assert.equal(describe(first.desired)[1], "long take_profit 0.1 @ 652.6");
  const later = { ...input, state: first.state, nowMs: input.nowMs + 10_000 };
  const market = planAsGrid(later);
  assert.equal(describe(market.desired)[0], "long reduce 0.1 @ null");
  const done = planAsGrid({ ...later, positions: positionsOf(0.5, 0.05) });
  assert.equal(done.state.reduction, null);
  assert.ok(!done.desired.some((order) => order.purpose === "reduce"));
  const again = planAsGrid({
    ...later,
    state: done.state,
    nowMs: later.nowMs + 60_000,
    positions: positionsOf(0.5, 0.05),
  });
  assert.ok(again.desired.some((order) => order.purpose === "reduce"));
});

const legArbitrary = fc.record({
  anchor: fc.option(fc.integer({ min: 50_000, max: 90_000 }), { freq: 5 })
    .map((ticks) => ticks === null ? null : ticks / 100),
  lock: fc.option(
    fc.record({
      price: fc.integer({ min: 50_000, max: 90_000 }).map((t) => t / 100),
      ratio: fc.double({ min: 1.01, max: 1.05, noNaN: true }),
    }),
  ),
  cycle: fc.nat(1_000),
  openedSize: fc.constantFrom(0, 0, 0.02),
  entriesBlocked: fc.boolean(),
  appliedOrders: fc.constant<string[]>([]),
}).map((leg) => leg.anchor === null ? { ...leg, lock: null } : leg);

const inputArbitrary = fc.record({
  long: legArbitrary,
  short: legArbitrary,
  sizes: fc.tuple(fc.nat(140), fc.nat(140)),
  spacing: fc.record({
    takeProfitSpacing: fc.double({ min: 0.0005, max: 0.1, noNaN: true }),
    gridSpacing: fc.double({ min: 0.0005, max: 0.2, noNaN: true }),
  }),
  bid: fc.integer({ min: 50_000, max: 90_000 }),
  marginRatio: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  filled: fc.constantFrom(0, 0, 0.02),
  restingPrice: fc.integer({ min: 50_000, max: 90_000 }),
  purpose: fc.constantFrom("open", "entry", "take_profit"),
}).map((sample): AsGridInput =>
  inputOf({
    config: AsGridConfigSchema.parse({ ...CONFIG, ...sample.spacing }),
    state: { ...stateOf(), legs: { long: sample.long, short: sample.short } },
    positions: positionsOf(sample.sizes[0] / 100, sample.sizes[1] / 100),
    quote: { bestBid: sample.bid / 100, bestAsk: (sample.bid + 2) / 100 },
    marginRatio: sample.marginRatio,
    working: [working({
      positionSide: "long",
      purpose: sample.purpose as "open" | "entry" | "take_profit",
      price: sample.restingPrice / 100,
      filledSize: sample.filled,
    })],
  })
);

Deno.test("planAsGrid() keeps its promises for any state, position and price", () => {
  fc.assert(
    fc.property(inputArbitrary, (input) => {
      const plan = planAsGrid(input);
      const maxEntry = 1;
      for (const order of plan.desired) {
        const leg = plan.state.legs[order.positionSide];
        const { size } = input.positions[order.positionSide];
        assert.ok(order.size > 0 && isMultipleOf(order.size, BNB.lotSize));
        assert.ok(order.price === null || order.price > 0);
        assert.ok(isMultipleOf(order.price ?? 0, BNB.tickSize), "tick");
        if (isOpening(order.purpose)) {
          assert.ok(order.size <= 0.05, "never a larger entry");
          assert.ok(size <= maxEntry || leg.lock === null);
          assert.ok(leg.lock === null, "no entry while paused");
          assert.ok(!plan.state.entriesOff, "no entry above the margin limit");
        } else {
          assert.ok(
            order.size <= size + 0.02 + 1e-9,
            "never closes more than held and already filled",
          );
        }
      }
      for (const side of POSITION_SIDES) {
        const slots = plan.desired.filter((o) => o.positionSide === side)
          .map((o) => o.purpose);
        assert.equal(new Set(slots).size, slots.length, "one order a slot");
      }
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("planAsGrid() twice is planAsGrid() once", () => {
  fc.assert(
    fc.property(inputArbitrary, (input) => {
      const once = planAsGrid(input);
      assert.deepEqual(planAsGrid({ ...input, state: once.state }), once);
    }),
    { numRuns: 1_000 },
  );
});
