/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { BNB } from "../as_grid/testdata.ts";
import type { EndedOrder } from "../plan.ts";
import { NEVER_HEAVY, watchBothLegs } from "./both_legs_heavy.ts";
import {
  BothLegsHeavySchema,
  CLOSING_LAYERS,
  FundingBiasSchema,
  HardStopSchema,
  InventorySkewSchema,
  LEG_LAYERS,
  OVERLAYS,
  TrailingTakeProfitSchema,
  VolatilitySpacingSchema,
} from "./config.ts";
import { fundingFactor } from "./funding_bias.ts";
import { exceedsLoss } from "./hard_stop.ts";
import { skewFactor } from "./inventory_skew.ts";
import {
  beginLedger,
  countFunding,
  countOrder,
  openLedger,
  profitAt,
} from "./ledger.ts";
import { reachesLoss } from "./max_loss.ts";
import {
  largestEntryFactor,
  shapeLeg,
  smallestEntryFactor,
} from "./overlay.ts";
import { NO_LAYERS } from "./state.ts";
import { trailTakeProfit } from "./trailing_take_profit.ts";
import {
  type PriceWindow,
  spacingFactor,
  volatilityOf,
  watchPrice,
} from "./volatility_spacing.ts";

const near = (value: number, expected: number, tolerance = 1e-9) =>
  assert.ok(Math.abs(value - expected) <= tolerance, `${value} ≠ ${expected}`);

Deno.test("The risk schemas say what each number means, and are off by default", () => {
  for (
    const layer of Object.values({
      ...LEG_LAYERS,
      ...CLOSING_LAYERS,
      ...OVERLAYS,
    })
  ) {
    assert.equal(layer.parse(undefined), null);
    assert.ok(layer.description);
    const on = layer.unwrap().unwrap();
    assert.deepEqual(on.parse({}), layer.parse({}), "{} switches it on");
    for (const field of Object.values(on.shape)) assert.ok(field.description);
  }
});

Deno.test("TrailingTakeProfitSchema refuses one that could only close at a loss", () => {
  const wrong = { startProfit: 5, minDrawdown: 5.01 };
  const { error } = TrailingTakeProfitSchema.safeParse(wrong);
  assert.deepEqual(error?.issues[0]?.path, ["minDrawdown"]);
  assert.ok(
    TrailingTakeProfitSchema.safeParse({ startProfit: 5, minDrawdown: 5 })
      .success,
  );
});

Deno.test("trailTakeProfit() is armed at the start, follows the peak, watches below the start too", () => {
  const layer = TrailingTakeProfitSchema.parse({
    startProfit: 10,
    minDrawdown: 3,
    drawdownFraction: 0.2,
  });
  const at = (pnl: number, peak: number | null) =>
    trailTakeProfit(layer, { pnl, peak });
  assert.deepEqual(at(9.99, null), { peak: null, closes: false });
  assert.deepEqual(at(10, null), { peak: 10, closes: false });
  assert.deepEqual(at(12, 10), { peak: 12, closes: false });
  // The larger of 3 and a fifth of the peak.
  assert.deepEqual(at(9.01, 12), { peak: 12, closes: false });
  assert.deepEqual(at(9, 12), { peak: 12, closes: true }, "below the start");
  assert.equal(at(80.01, 100).closes, false);
  assert.equal(at(80, 100).closes, true);
});

Deno.test("exceedsLoss() wants more than the share, not the share", () => {
  const layer = HardStopSchema.parse({ maxLossFraction: 0.1 });
  assert.equal(exceedsLoss(layer, { pnl: -100, equity: 1_000 }), false);
  assert.equal(exceedsLoss(layer, { pnl: -100.01, equity: 1_000 }), true);
  assert.equal(exceedsLoss(layer, { pnl: 5, equity: -10 }), false);
  assert.equal(exceedsLoss(layer, { pnl: -1, equity: -10 }), true);
});

Deno.test("reachesLoss() is reached by the limit itself", () => {
  assert.equal(reachesLoss({ maxLoss: 50 }, 49.99), false);
  assert.equal(reachesLoss({ maxLoss: 50 }, 50), true);
});

Deno.test("watchBothLegs() reduces at 0.8 of T, releases below 0.75, stops the third time in a UTC day", () => {
  const layer = BothLegsHeavySchema.parse({});
  const DAY_MS = 86_400_000;
  const look = (
    sizes: readonly [number, number],
    nowMs: number,
    memory = NEVER_HEAVY,
    isReducing = false,
  ) => watchBothLegs(layer, { memory, sizes, maxEntry: 1, isReducing, nowMs });
  assert.equal(look([0.79, 2], 0).verdict, "nothing");
  const first = look([0.8, 0.8], 0);
  assert.equal(first.verdict, "reduce");
  assert.deepEqual([first.memory.count, first.memory.entriesOff], [1, true]);
  assert.equal(look([0.8, 0.8], 1, first.memory, true).verdict, "nothing");
  const resting = { ...first.memory, restsUntilMs: 60_000 };
  assert.equal(look([0.8, 0.8], 59_999, resting).verdict, "nothing");
  // 0.7 of T on one leg alone releases nothing, 0.75 exactly neither.
  for (const sizes of [[0.7, 0.75], [0.75, 0.7], [0.79, 0.1]] as const) {
    assert.equal(look(sizes, 60_000, resting).memory.entriesOff, true);
  }
  assert.equal(look([0.1, 0.1], 59_999, resting).memory.entriesOff, true);
  assert.equal(look([0.74, 0.74], 60_000, resting).memory.entriesOff, false);
  const second = look([0.8, 0.8], 60_000, resting);
  assert.deepEqual([second.verdict, second.memory.count], ["reduce", 2]);
  const third = look([0.9, 0.8], DAY_MS - 1, second.memory);
  assert.deepEqual([third.verdict, third.memory.count], ["stop", 3]);
  const tomorrow = look([0.9, 0.8], DAY_MS, second.memory);
  assert.deepEqual([tomorrow.verdict, tomorrow.memory.count], ["reduce", 1]);
});

Deno.test("fundingFactor() leans to the leg that is paid, from the threshold on", () => {
  const overlay = FundingBiasSchema.parse({});
  const factors = (rate: number | null) =>
    (["long", "short"] as const).map((side) =>
      fundingFactor(overlay, side, rate)
    );
  assert.deepEqual(factors(0.0001), [0.8, 1.2]);
  assert.deepEqual(factors(-0.0001), [1.2, 0.8]);
  assert.deepEqual(factors(0.000099), [1, 1]);
  assert.deepEqual(factors(null), [1, 1], "unknown is not zero");
  assert.equal(fundingFactor(null, "long", 0.01), 1);
});

Deno.test("skewFactor() takes from the heavier leg and gives to the lighter", () => {
  const overlay = InventorySkewSchema.parse({ gamma: 0.5 });
  const factors = (long: number, short: number) =>
    (["long", "short"] as const).map((side) =>
      skewFactor(overlay, side, { long, short })
    );
  // i = (0.3 − 0.1) ÷ 0.4 = 0.5
  assert.deepEqual(factors(0.3, 0.1), [0.75, 1.25]);
  assert.deepEqual(factors(0.1, 0.3), [1.25, 0.75]);
  assert.deepEqual(factors(0.2, 0.2), [1, 1]);
  assert.deepEqual(factors(0, 0), [1, 1]);
});

Deno.test("shapeLeg() keeps entries between half and one and a half", () => {
  const layers = {
    ...NO_LAYERS,
    inventorySkew: InventorySkewSchema.parse({ gamma: 1 }),
    fundingBias: FundingBiasSchema.parse({}),
  };
  const leg = (size: number) => ({
    size,
    pnl: 0,
    entryPrice: 650,
    settled: true,
  });
  const shape = (side: "long" | "short") =>
    shapeLeg(layers, {
      side,
      cycle: 3,
      legs: { long: leg(1), short: leg(0) },
      fundingRate: 0.001,
      window: null,
    });
  assert.deepEqual(shape("long"), {
    cycle: 3,
    sizeFactor: 0.5,
    spacingFactor: 1,
  });
  assert.equal(shape("short").sizeFactor, 1.5);
  assert.equal(smallestEntryFactor(layers), 0.5);
  assert.equal(largestEntryFactor(layers), 1.5);
  assert.equal(smallestEntryFactor(NO_LAYERS), 1);
});

Deno.test("watchPrice() and spacingFactor() scale with the volatility of a full window, within bounds", () => {
  const overlay = VolatilitySpacingSchema.parse({
    windowMinutes: 30,
    referenceVolatility: 0.01,
    min: 0.5,
    max: 2,
  });
  const fill = (move: number, steps = 31) => {
    let window: PriceWindow | null = null;
    for (let i = 0; i < steps; i++) {
      const price = i % 2 === 0 ? 650 : 650 * Math.exp(move);
      window = watchPrice(overlay, { window, price, nowMs: i * 60_000 });
      // Within a step nothing changes, whatever the price does.
      const again = watchPrice(overlay, {
        window,
        price: 1,
        nowMs: i * 60_000 + 59_999,
      });
      assert.equal(again, window);
    }
    assert.ok(window !== null);
    return window;
  };
  assert.equal(spacingFactor(overlay, fill(0.01, 30)), 1, "not full yet");
  near(volatilityOf(fill(0.01)) ?? NaN, 0.01 * Math.sqrt(30));
  near(spacingFactor(overlay, fill(0.002)), 0.2 * Math.sqrt(30));
  assert.equal(spacingFactor(overlay, fill(0.00001)), 0.5);
  assert.equal(spacingFactor(overlay, fill(0.05)), 2);
  assert.equal(spacingFactor(null, fill(0.05)), 1);
  // A gap stands still; one as long as the window begins anew.
  const window = fill(0.01);
  const later = (steps: number) =>
    watchPrice(overlay, {
      window,
      price: 650,
      nowMs: (window.step + steps) * 60_000,
    });
  assert.equal(later(30).prices.length, 31);
  near(volatilityOf(later(30)) ?? NaN, 0);
  assert.deepEqual(later(31).prices, [650]);
  const other = { ...overlay, windowMinutes: 60 };
  assert.deepEqual(
    watchPrice(other, { window, price: 7, nowMs: 0 }).prices,
    [7],
    "a changed window begins anew",
  );
});

const ended = (change: Partial<EndedOrder>): EndedOrder => ({
  positionSide: "long",
  purpose: "entry",
  level: 0,
  cycle: 1,
  clientOrderId: "a",
  size: 1,
  filledSize: 1,
  averagePrice: 650,
  status: "filled",
  ...change,
});

Deno.test("countOrder() counts every fill once, fees included", () => {
  const count = (ledger: ReturnType<typeof beginLedger>, order: EndedOrder) =>
    countOrder(ledger, { order, market: BNB, isTaker: false });
  let ledger = beginLedger({ net: 0, price: 650, nowMs: 5 });
  ledger = count(ledger, ended({ filledSize: 0.4, status: "canceled" }));
  const retold = count(ledger, ended({ filledSize: 0.4, status: "canceled" }));
  assert.equal(retold, ledger);
  ledger = count(ledger, ended({}));
  near(ledger.net, 1);
  near(ledger.cash, -650 - 650 * 0.0002);
  ledger = countOrder(ledger, {
    order: ended({ clientOrderId: "b", purpose: "close", averagePrice: 640 }),
    market: BNB,
    isTaker: true,
  });
  near(ledger.net, 0);
  near(profitAt(ledger, 1), -10 - 0.13 - 640 * 0.0006);
  ledger = countFunding(ledger, { amount: -1, atMs: 5 });
  near(profitAt(ledger, 1), -10 - 0.13 - 640 * 0.0006);
  ledger = countFunding(ledger, { amount: -1, atMs: 6 });
  near(profitAt(ledger, 1), -11 - 0.13 - 640 * 0.0006);
});

Deno.test("openLedger() sees what has filled of orders that still work", () => {
  const ledger = beginLedger({ net: -2, price: 650, nowMs: 0 });
  near(profitAt(ledger, 660), -20);
  const open = openLedger(ledger, {
    working: [{
      positionSide: "short",
      purpose: "take_profit",
      level: 0,
      cycle: 1,
      price: 640,
      size: 2,
      filledSize: 1,
      placedAtMs: 0,
    }],
    price: 640,
    market: BNB,
  });
  assert.equal(open.net, -1);
  near(profitAt(open, 650), 10 - 640 * 0.0002);
});
