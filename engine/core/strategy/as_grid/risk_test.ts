/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import fc from "fast-check";
import type { DesiredOrder } from "../../model/order.ts";
import type { WorkingOrder } from "../plan.ts";
import type { RiskFacts } from "../risk/facts.ts";
import type { RiskState } from "../risk/state.ts";
import { type AsGridConfigInput, AsGridConfigSchema } from "./config.ts";
import type { AsGridInput } from "./input.ts";
import { planAsGrid } from "./plan.ts";
import {
  type AsGridState,
  AsGridStateSchema,
  createAsGridState,
  FLAT_LEG,
} from "./state.ts";
import { BNB } from "./testdata.ts";

interface Scene {
  readonly config?: Partial<AsGridConfigInput>;
  readonly risk: NonNullable<AsGridConfigInput["risk"]>;
  readonly long?: number;
  readonly short?: number;
  readonly facts?: Partial<RiskFacts>;
  readonly state?: AsGridState;
  readonly working?: readonly WorkingOrder[];
  readonly isSettled?: boolean;
  readonly nowMs?: number;
}

/** The worked example: anchor 650 on both legs, base size 0.05, T = 1. */
function inputOf(scene: Scene): AsGridInput {
  const { long = 0, short = 0, nowMs = 1_000 } = scene;
  const config = AsGridConfigSchema.parse({
    baseSize: 0.05,
    ...scene.config,
    risk: scene.risk,
  });
  const leg = (size: number) =>
    size === 0 ? FLAT_LEG : { ...FLAT_LEG, anchor: 650, cycle: 3 };
  const position = (size: number) => ({
    size,
    entryPrice: size > 0 ? 650 : null,
    settled: scene.isSettled ?? true,
  });
  const markPrice = scene.facts?.markPrice ?? 650;
  return {
    config,
    market: BNB,
    state: scene.state ?? {
      ...createAsGridState(config, BNB, 650),
      legs: { long: leg(long), short: leg(short) },
    },
    positions: { long: position(long), short: position(short) },
    quote: { bestBid: markPrice, bestAsk: markPrice },
    marginRatio: 0.01,
    working: scene.working ?? [],
    nowMs,
    facts: {
      runVersion: 1,
      equity: 1_000,
      markPrice,
      fundingRate: null,
      entryPrices: {
        long: position(long).entryPrice,
        short: position(short).entryPrice,
      },
      ...scene.facts,
    },
  };
}

const planOf = (scene: Scene) => planAsGrid(inputOf(scene));

function linesOf(desired: readonly DesiredOrder[]): string[] {
  return desired.map(({ positionSide, purpose, size, price }) =>
    `${positionSide} ${purpose} ${size} @ ${price ?? "market"}`
  );
}

function riskIn(state: AsGridState): RiskState {
  assert.ok(state.risk !== undefined);
  return state.risk;
}

const HARD_STOP = { hardStop: { maxLossFraction: 0.01, cooldownSeconds: 60 } };

Deno.test("planAsGrid() remembers nothing of risk while no layer is on", () => {
  const plan = planOf({ risk: {}, long: 0.1 });
  assert.equal("risk" in plan.state, false);
  assert.deepEqual([plan.stop, plan.quiet], [null, null]);
});

Deno.test("planAsGrid() cancels everything of a leg before it closes it at market", () => {
  const scene = { risk: HARD_STOP, long: 0.5, facts: { markPrice: 620 } };
  const working = (purpose: "take_profit" | "close"): WorkingOrder => ({
    positionSide: "long",
    purpose,
    level: 0,
    cycle: 3,
    price: purpose === "close" ? null : 652.6,
    size: purpose === "close" ? 0.5 : 0.05,
    filledSize: 0,
    placedAtMs: 0,
  });
  const first = planOf({ ...scene, working: [working("take_profit")] });
  assert.deepEqual(linesOf(first.desired), ["short open 0.05 @ 620"]);
  const { state } = first;
  const second = planOf({ ...scene, state });
  assert.deepEqual(linesOf(second.desired), [
    "long close 0.5 @ market",
    "short open 0.05 @ 620",
  ]);
  // The price comes back meanwhile: what was begun is finished.
  const back = { facts: { markPrice: 650 }, working: [working("close")] };
  const third = planOf({ ...scene, state, ...back });
  assert.equal(linesOf(third.desired)[0], "long close 0.5 @ market");
  const codes = third.conditions.map(({ code }) => code);
  assert.ok(codes.includes("hard_stop"));
});

Deno.test("planAsGrid() closes nothing on what it does not know", () => {
  const facts = { markPrice: 500 };
  for (
    const unknown of [
      { facts: { ...facts, equity: null } },
      { facts: { ...facts, entryPrices: { long: null, short: null } } },
      { facts, isSettled: false },
    ]
  ) {
    const plan = planOf({ risk: HARD_STOP, long: 0.5, ...unknown });
    assert.ok(plan.desired.every(({ purpose }) => purpose !== "close"));
    assert.equal(riskIn(plan.state).closing.long, null);
  }
  const blind = planOf({ risk: HARD_STOP, long: 0.5, facts: { equity: null } });
  assert.ok(blind.conditions.some((c) => c.code === "risk_input_unknown"));
});

Deno.test("planAsGrid() keeps a closed leg at rest until the cooldown is over, through JSON", () => {
  const closed = planOf({
    risk: HARD_STOP,
    long: 0.5,
    facts: { markPrice: 620 },
  });
  const at = (nowMs: number, state: AsGridState) => {
    const stored = AsGridStateSchema.parse(JSON.parse(JSON.stringify(state)));
    assert.deepEqual(stored, state);
    return planOf({ risk: HARD_STOP, state: stored, nowMs });
  };
  const flat = at(5_000, closed.state);
  assert.deepEqual(linesOf(flat.desired), ["short open 0.05 @ 650"]);
  assert.equal(flat.quiet?.untilMs, 65_000);
  const before = at(64_999, flat.state);
  assert.deepEqual(linesOf(before.desired), ["short open 0.05 @ 650"]);
  assert.ok(
    before.conditions.some((c) =>
      c.code === "leg_rests" && c.message.includes("1970-01-01 00:01:05 UTC")
    ),
  );
  const after = at(65_000, before.state);
  assert.deepEqual(linesOf(after.desired)[0], "long open 0.05 @ 650");
});

Deno.test("planAsGrid() reduces both legs by a tenth of T from 0.8 of T on", () => {
  const risk = { bothLegsHeavy: {} };
  const light = planOf({ risk, long: 0.79, short: 0.9 });
  assert.ok(light.desired.some((o) => o.purpose === "entry"));
  const { desired, state } = planOf({ risk, long: 0.8, short: 0.9 });
  assert.deepEqual(linesOf(desired), [
    "long reduce 0.1 @ 649.03", // 15 basis points below the bid, up to the tick
    "long take_profit 0.1 @ 652.6",
    "short reduce 0.1 @ 650.97",
    "short take_profit 0.1 @ 647.4",
  ]);
  const later = planOf({ risk, long: 0.8, short: 0.9, state, nowMs: 11_000 });
  assert.equal(linesOf(later.desired)[0], "long reduce 0.1 @ market");
  const done = planOf({ risk, long: 0.7, short: 0.8, state, nowMs: 12_000 });
  assert.ok(done.desired.every((o) => o.purpose === "take_profit"));
  assert.equal(riskIn(done.state).heavy.restsUntilMs, 72_000);
});

Deno.test("planAsGrid() halts at a maximum loss, says so once all is closed, and forgets it at a new start", () => {
  const risk = { maxLoss: { maxLoss: 10 } };
  const begun = planOf({ risk, long: 0.5 });
  const facts = { markPrice: 630 };
  const halted = planOf({ risk, long: 0.5, state: begun.state, facts });
  assert.equal(riskIn(halted.state).halt?.code, "max_loss");
  assert.deepEqual(linesOf(halted.desired), ["long close 0.5 @ market"]);
  assert.equal(halted.stop, null, "not before it is done");
  // Switching the layer off does not call it back.
  const off = planOf({ risk: {}, state: halted.state, long: 0.5, facts });
  assert.deepEqual(linesOf(off.desired), ["long close 0.5 @ market"]);
  const done = planOf({ risk, state: halted.state, facts });
  assert.equal(done.stop?.code, "max_loss");
  assert.deepEqual(done.desired, []);
  const again = planOf({
    risk,
    state: done.state,
    facts: { ...facts, runVersion: 2 },
  });
  assert.deepEqual([again.stop, riskIn(again.state).halt], [null, null]);
  assert.equal(again.desired.length, 2);
});

Deno.test("planAsGrid() counts an account's loss from the equity at the start", () => {
  const risk = { accountMaxLoss: { maxLoss: 100 } };
  const { state } = planOf({ risk, long: 0.1 });
  const at = (equity: number) =>
    riskIn(planOf({ risk, long: 0.1, state, facts: { equity } }).state).halt;
  assert.equal(at(900.01), null);
  assert.equal(at(900)?.code, "account_max_loss");
});

Deno.test("planAsGrid() lets overlays shape entries and spacings, never openings, take-profit sizes or what rests", () => {
  const risk = {
    fundingBias: {},
    inventorySkew: { gamma: 0.5 },
  };
  const facts = { fundingRate: 0.0003 };
  const config = { baseSize: 0.1 };
  const { desired, state } = planOf({ config, risk, long: 0.3, facts });
  // i = 1: 0.8 · 0.5, but at least a half.
  assert.deepEqual(linesOf(desired), [
    "long take_profit 0.1 @ 652.6",
    "long entry 0.05 @ 646.1",
    "short open 0.1 @ 650",
  ]);
  const turned = { facts: { fundingRate: -0.0003 }, short: 0.3, state };
  const kept = planOf({ config, risk, long: 0.3, ...turned });
  assert.ok(linesOf(kept.desired).includes("long entry 0.05 @ 646.1"));
  const off = planOf({ config, risk: {}, long: 0.3, ...turned });
  assert.ok(linesOf(off.desired).includes("long entry 0.1 @ 646.1"));
});

const layer = <Value>(value: fc.Arbitrary<Value>) =>
  fc.option(value, { nil: null, freq: 3 });

Deno.test("planAsGrid() planned again from its own state plans the same, whatever layers are on", () => {
  fc.assert(fc.property(
    fc.record({
      hardStop: layer(fc.constant({ maxLossFraction: 0.01 })),
      trailingTakeProfit: layer(
        fc.constant({ startProfit: 1, minDrawdown: 0.5 }),
      ),
      maxLoss: layer(fc.constant({ maxLoss: 5 })),
      accountMaxLoss: layer(fc.constant({ maxLoss: 20 })),
      bothLegsHeavy: layer(fc.constant({})),
      fundingBias: layer(fc.constant({})),
      inventorySkew: layer(fc.constant({ gamma: 1 })),
      volatilitySpacing: layer(fc.constant({ windowMinutes: 30 })),
    }),
    fc.array(
      fc.record({
        long: fc.integer({ min: 0, max: 22 }).map((n) => n / 20),
        short: fc.integer({ min: 0, max: 22 }).map((n) => n / 20),
        markPrice: fc.integer({ min: 600, max: 700 }),
        equity: fc.option(fc.integer({ min: 900, max: 1_100 })),
        fundingRate: fc.option(fc.constantFrom(0.0001, -0.0005)),
      }),
      { minLength: 1, maxLength: 8 },
    ),
    (risk, moments) => {
      let state: AsGridState | undefined;
      for (const [i, { long, short, ...facts }] of moments.entries()) {
        const scene = { risk, long, short, facts, nowMs: 40_000 * i };
        const begun: AsGridState = state ?? inputOf(scene).state;
        const legs = {
          long: { ...begun.legs.long, anchor: 650 },
          short: { ...begun.legs.short, anchor: 650 },
        };
        const once = planOf({ ...scene, state: { ...begun, legs } });
        const twice = planOf({ ...scene, state: once.state });
        assert.deepEqual(twice.desired, once.desired);
        assert.deepEqual(twice.state, once.state);
        const { success, error } = AsGridStateSchema.safeParse(once.state);
        assert.ok(success, error?.message);
        const { quiet } = once;
        state = once.state;
        if (quiet === null) continue;
        const { markPrice } = facts;
        if (markPrice <= quiet.below || markPrice >= quiet.above) continue;
        // Within the quiet nothing changes, whatever the price.
        const low = Math.max(quiet.below, 500);
        const high = Math.min(quiet.above, 800);
        for (const share of [0.01, 0.5, 0.99]) {
          const price = low + (high - low) * share;
          const slope = long - short;
          const equity = facts.equity === null
            ? null
            : facts.equity + slope * (price - markPrice);
          const moved = planOf({
            ...scene,
            state: once.state,
            facts: { ...facts, equity, markPrice: price },
          });
          assert.deepEqual(moved.state.risk, once.state.risk);
        }
      }
    },
  ));
});
