/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { BNB } from "../as_grid/testdata.ts";
import type { WorkingOrder } from "../plan.ts";
import { assessRisk, type RiskInput } from "./assess.ts";
import { closingOrder } from "./closing_order.ts";
import {
  BothLegsHeavySchema,
  HardStopSchema,
  type RiskLayers,
  TrailingTakeProfitSchema,
  VolatilitySpacingSchema,
} from "./config.ts";
import type { RiskFacts } from "./facts.ts";
import { takesMarket } from "./ledger.ts";
import { guardMargin } from "./margin_guard.ts";
import { beginReduction, reductionOrder } from "./reduce.ts";
import {
  createRiskState,
  NO_LAYERS,
  resumeRisk,
  riskModeOf,
  type RiskState,
} from "./state.ts";
import { watchPrice } from "./volatility_spacing.ts";

interface Scene extends Partial<Omit<RiskInput, "layers" | "facts" | "state">> {
  readonly layers?: Partial<RiskLayers>;
  readonly facts?: Partial<RiskFacts>;
  readonly state?: Partial<RiskState>;
  /** Held, base; opened at 650. */
  readonly sizes?: readonly [long: number, short: number];
  readonly isSettled?: boolean;
}

function assess(scene: Scene) {
  const { layers, facts, state, sizes = [0, 0], isSettled = true, ...rest } =
    scene;
  const position = (size: number) => ({
    size,
    entryPrice: size > 0 ? 650 : null,
    settled: isSettled,
  });
  const [long, short] = sizes;
  return assessRisk({
    layers: { ...NO_LAYERS, ...layers },
    state: { ...createRiskState(1), ...state },
    facts: {
      runVersion: 1,
      equity: 1_000,
      markPrice: 650,
      fundingRate: null,
      entryPrices: { long: 650, short: 650 },
      ...facts,
    },
    positions: { long: position(long), short: position(short) },
    owned: { long: true, short: true },
    runs: { long: true, short: true },
    cycles: { long: 3, short: 3 },
    maxEntry: 1,
    market: BNB,
    quote: { bestBid: 650, bestAsk: 650 },
    working: [],
    nowMs: 100_000,
    ...rest,
  });
}

function working(order: Partial<WorkingOrder>): WorkingOrder {
  return {
    positionSide: "long",
    purpose: "take_profit",
    level: 0,
    price: 652,
    size: 0.05,
    filledSize: 0,
    cycle: 3,
    placedAtMs: 0,
    ...order,
  };
}

const TRAILING = TrailingTakeProfitSchema.parse({
  startProfit: 10,
  minDrawdown: 3,
});
const HARD_STOP = HardStopSchema.parse({ maxLossFraction: 0.1 });
const HEAVY = BothLegsHeavySchema.parse({});
const CLOSING = { code: "trailing_take_profit", cooldownSeconds: 60 } as const;
const HALT = { code: "max_loss", message: "Lost.", closes: true } as const;

Deno.test("guardMargin() reduces above its second limit, not at it", () => {
  const limits = { entryLimit: 0.5, reduceLimit: 0.8 };
  const at = (ratio: number) =>
    guardMargin(limits, { ratio, entriesOff: false });
  assert.equal(at(0.8), "no_entries");
});

Deno.test("closingOrder() asks for at most the largest order, and leaves one that works alone", () => {
  const close = (held: number, orders: readonly WorkingOrder[]) =>
    closingOrder({
      side: "long",
      held,
      working: orders,
      market: { ...BNB, maxOrderSize: 2 },
      cycle: 3,
      reason: { rule: "hard_stop", inputs: {} },
    }).map(({ size }) => size);
  const current = working({ purpose: "close", price: null, size: 2 });
  assert.deepEqual(close(5, []), [2]);
  assert.deepEqual(close(0.5, [current]), [2], "its fills are on their way");
  assert.deepEqual(close(0, [current]), [2]);
  assert.deepEqual(close(0, []), []);
});

Deno.test("beginReduction() takes off at least what can be traded alone", () => {
  const begin = (size: number, amount: number) =>
    beginReduction({
      side: "long",
      size,
      amount,
      market: { ...BNB, minSize: 0.05 },
      quote: { bestBid: 650, bestAsk: 650.01 },
      nowMs: 0,
    }).targetSize;
  assert.equal(begin(0.3, 0.02), 0.25);
  assert.equal(begin(0.08, 0.05), 0, "nor does it leave less than that");
});

Deno.test("reductionOrder() counts what of it has filled", () => {
  const reduction = { targetSize: 0.5, price: 649, startedAtMs: 0 };
  const order = (current: WorkingOrder, nowMs: number) =>
    reductionOrder(reduction, {
      side: "long",
      size: 0.07,
      current,
      cycle: 3,
      market: BNB,
      reason: { rule: "margin_guard_reduce", inputs: {} },
      nowMs,
    });
  const part = working({ purpose: "reduce", price: 649, filledSize: 0.03 });
  assert.equal(order(part, 9_999).size, 0.1, "the same order goes on");
  const { size, price } = order(part, 10_000);
  assert.deepEqual([size, price], [0.07, null], "a new one for the rest");
});

Deno.test("watchPrice() keeps its window when the clock goes back", () => {
  const overlay = VolatilitySpacingSchema.parse({ windowMinutes: 30 });
  const window = { windowMinutes: 30, step: 10, prices: [650, 651] };
  const back = watchPrice(overlay, { window, price: 700, nowMs: 9 * 60_000 });
  assert.equal(back, window);
});

Deno.test("takesMarket() is told of reductions and closes alone", () => {
  assert.equal(takesMarket({ purpose: "take_profit" }), false);
  assert.equal(takesMarket({ purpose: "entry" }), false);
  assert.equal(takesMarket({ purpose: "reduce" }), true);
  assert.equal(takesMarket({ purpose: "close" }), true);
});

Deno.test("resumeRisk() counts anew after a new start, and keeps cooldowns", () => {
  const before: RiskState = {
    ...createRiskState(1),
    trailingPeak: 5,
    heavy: { entriesOff: true, restsUntilMs: 9, day: 7, count: 2 },
    closing: { long: CLOSING, short: null },
    restsUntilMs: { long: 99, short: 0 },
    ledger: { cash: 1, net: 2, applied: [], fundingUntilMs: 0 },
    equityReference: 1_000,
    halt: HALT,
  };
  assert.equal(resumeRisk(before, 1), before);
  assert.deepEqual(resumeRisk(before, 2), {
    ...createRiskState(2),
    heavy: { entriesOff: true, restsUntilMs: 9, day: 7, count: 0 },
    restsUntilMs: { long: 99, short: 0 },
  });
});

Deno.test("riskModeOf() changes when a leg's rest ends", () => {
  const state = {
    ...createRiskState(1),
    restsUntilMs: { long: 10, short: 0 },
  };
  assert.notEqual(riskModeOf(state, "long", 9), riskModeOf(state, "long", 10));
  assert.equal(riskModeOf(state, "short", 9), riskModeOf(state, "short", 10));
});

Deno.test("assessRisk() calls a closing over when the leg is flat for certain", () => {
  const closing = { long: CLOSING, short: null };
  const after = (scene: Scene) =>
    assess({
      layers: { trailingTakeProfit: TRAILING },
      ...scene,
      state: { closing },
    })
      .state;
  const over = after({});
  assert.deepEqual([over.closing.long, over.restsUntilMs.long], [
    null,
    160_000,
  ]);
  for (
    const scene of [
      { working: [working({ purpose: "close" })] },
      { isSettled: false },
      { sizes: [0.01, 0] as const },
    ]
  ) assert.deepEqual(after(scene).closing.long, CLOSING, JSON.stringify(scene));
});

Deno.test("assessRisk() ends a reduction whose layer is switched off", () => {
  const reductions = {
    long: { targetSize: 0.5, price: 649, startedAtMs: 0 },
    short: null,
  };
  const after = (bothLegsHeavy: RiskLayers["bothLegsHeavy"]) =>
    assess({
      layers: { bothLegsHeavy },
      sizes: [0.6, 0],
      state: { reductions },
    }).state.reductions.long;
  assert.equal(after(HEAVY), reductions.long);
  assert.equal(after(null), null);
});

Deno.test("assessRisk() begins nothing on positions that are not settled", () => {
  const layers = {
    maxLoss: { maxLoss: 10 },
    bothLegsHeavy: HEAVY,
    inventorySkew: { gamma: 1 },
  };
  const scene = { layers, sizes: [0.9, 0.9] as const };
  const { state: unsettled } = assess({ ...scene, isSettled: false });
  assert.equal(unsettled.ledger, null);
  assert.equal(unsettled.reductions.long, null);
  assert.equal(unsettled.overlays.long, null);
  const { state } = assess(scene);
  assert.ok(state.ledger !== null);
  assert.ok(state.reductions.long !== null && state.overlays.long !== null);
});

Deno.test("assessRisk() lets what closes a leg first go on closing it", () => {
  const { state } = assess({
    layers: { hardStop: HARD_STOP, trailingTakeProfit: TRAILING },
    sizes: [1, 0],
    facts: { markPrice: 500 },
    state: { closing: { long: CLOSING, short: null } },
  });
  assert.equal(state.closing.long, CLOSING);
});

Deno.test("assessRisk() rests the flat leg at a trailing take-profit, and leaves one that does not run", () => {
  const turned = (scene: Scene) =>
    assess({
      layers: { trailingTakeProfit: TRAILING },
      sizes: [1, 0],
      facts: { markPrice: 660 },
      state: { trailingPeak: 20 },
      ...scene,
    }).state;
  const both = turned({});
  assert.equal(both.closing.long?.code, "trailing_take_profit");
  assert.deepEqual([both.closing.short, both.restsUntilMs.short], [
    null,
    160_000,
  ]);
  const alone = turned({ runs: { long: true, short: false } });
  assert.deepEqual([alone.closing.short, alone.restsUntilMs.short], [null, 0]);
  // An opening that works may fill: first it has to go.
  const busy = turned({
    working: [working({ positionSide: "short", purpose: "open" })],
  });
  assert.equal(busy.closing.short?.code, "trailing_take_profit");
  assert.equal(busy.restsUntilMs.short, 0);
});

Deno.test("assessRisk() forgets the peak of a profit that is no longer held", () => {
  const layers = { trailingTakeProfit: TRAILING };
  const { state } = assess({ layers, state: { trailingPeak: 20 } });
  assert.equal(state.trailingPeak, null);
});

Deno.test("assessRisk() tells the stop when nothing is left to be done", () => {
  const stop = (scene: Scene, halt: RiskState["halt"] = HALT) =>
    assess({ ...scene, state: { halt } }).stop?.code ?? null;
  assert.equal(stop({}), "max_loss");
  assert.equal(stop({ working: [working({})] }), null);
  assert.equal(stop({ sizes: [0.01, 0] }), null);
  assert.equal(stop({ isSettled: false }), null);
  const heavy = {
    code: "both_legs_heavy_stop",
    message: "Too heavy.",
    closes: false,
  } as const;
  const sizes = [0.9, 0.9] as const;
  assert.equal(stop({ sizes, working: [working({})] }, heavy), heavy.code);
  const entry = working({ purpose: "entry" });
  assert.equal(stop({ sizes, working: [entry] }, heavy), null);
});

Deno.test("assessRisk() does not speak of heavy legs once the layer is off", () => {
  const heavy = { entriesOff: true, restsUntilMs: 0, day: 0, count: 1 };
  const codes = (bothLegsHeavy: RiskLayers["bothLegsHeavy"]) =>
    assess({ layers: { bothLegsHeavy }, sizes: [0.9, 0.1], state: { heavy } })
      .conditions.map(({ code }) => code);
  assert.deepEqual(codes(HEAVY), ["both_legs_heavy"]);
  assert.deepEqual(codes(null), []);
});

Deno.test("assessRisk() is quiet as far as the hard stop's own equity moves with the price", () => {
  const { quiet } = assess({
    layers: { hardStop: HARD_STOP },
    sizes: [0.5, 0],
  });
  // 0.5 · (650 − p) = 0.1 · (1000 − 0.5 · (650 − p))
  const price = 650 - 1_000 * 0.1 / (0.5 * 1.1);
  assert.ok(Math.abs(quiet.below - price) < 1e-5, `${quiet.below} ${price}`);
  assert.equal(quiet.above, Infinity);
});

Deno.test("assessRisk() is quiet until time alone changes something", () => {
  const volatilitySpacing = VolatilitySpacingSchema.parse({
    windowMinutes: 30,
  });
  const heavy = { entriesOff: true, restsUntilMs: 130_000, day: 0, count: 1 };
  const layers = { bothLegsHeavy: HEAVY };
  assert.equal(assess({ layers, state: { heavy } }).quiet.untilMs, 130_000);
  const spaced = assess({ layers: { volatilitySpacing } });
  assert.equal(spaced.quiet.untilMs, 120_000, "the next full minute");
});

Deno.test("assessRisk() counts nothing of a leg that is a stranger's", () => {
  const { state } = assess({
    layers: { hardStop: HARD_STOP, maxLoss: { maxLoss: 10 } },
    sizes: [5, 0],
    owned: { long: false, short: true },
    facts: { markPrice: 400 },
  });
  assert.equal(state.closing.long, null);
  assert.deepEqual([state.ledger?.net, (state.ledger?.cash ?? 1) + 0], [0, 0]);
});
