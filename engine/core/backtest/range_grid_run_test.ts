/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import fc from "fast-check";
import type { Candle } from "../model/candle.ts";
import { BNB } from "../strategy/as_grid/testdata.ts";
import { walkRangeGrid } from "../strategy/range_grid/candle_walk.ts";
import {
  type RangeGridConfigInput,
  RangeGridConfigSchema,
} from "../strategy/range_grid/config.ts";
import { type CandleColumns, parseCandles } from "./columns.ts";
import { type RangeGridFill, runRangeGrid } from "./range_grid_run.ts";
import { FILL_MODELS, type FillModel } from "./report.ts";

const JULY = `${import.meta.dirname}/../../../../shared/klines/` +
  "BNBUSDT-1m-2025-07.csv";
const july = await Deno.readTextFile(JULY).then(parseCandles, (error) => {
  if (error instanceof Deno.errors.NotFound) return null;
  throw error;
});

function near(value: number, expected: number, tolerance = 1e-6): void {
  assert.ok(Math.abs(value - expected) <= tolerance, `${value} ≠ ${expected}`);
}

function columnsOf(candles: readonly Candle[]): CandleColumns {
  const column = (key: "openTimeMs" | "open" | "high" | "low" | "close") =>
    Float64Array.from(candles, (candle) => candle[key]);
  return {
    length: candles.length,
    openTimeMs: column("openTimeMs"),
    open: column("open"),
    high: column("high"),
    low: column("low"),
    close: column("close"),
  };
}

function candlesOf(columns: CandleColumns): Candle[] {
  const at = (column: Float64Array, i: number) => column[i] ?? NaN;
  return Array.from({ length: columns.length }, (_, i) => ({
    openTimeMs: at(columns.openTimeMs, i),
    open: at(columns.open, i),
    high: at(columns.high, i),
    low: at(columns.low, i),
    close: at(columns.close, i),
    volume: 1,
  }));
}

/**
 * Random minutes on the tick, with gaps between close and open now and then;
 * from a seed, for arrays that shrink well hardly trade.
 */
const walk = fc.record({
  seed: fc.integer({ min: 1, max: 2_000_000_000 }),
  length: fc.integer({ min: 1, max: 250 }),
  wildness: fc.integer({ min: 50, max: 900 }),
  returns: fc.boolean(),
}).map(({ seed, length, wildness, returns }) => {
  let state = seed;
  const random = () => (state = state * 48_271 % 2_147_483_647) / 2_147_483_647;
  const between = (limit: number) => Math.round((2 * random() - 1) * limit);
  let last = 65_000;
  return Array.from({ length }, (_, i): Candle => {
    const gap = random() < 0.1 ? between(2 * wildness) : 0;
    const drift = returns ? Math.round((65_000 - last) / 20) : 0;
    const open = Math.max(20_000, last + gap);
    const close = Math.max(20_000, open + drift + between(wildness));
    last = close;
    const above = Math.abs(between(wildness));
    const below = Math.abs(between(wildness));
    return {
      openTimeMs: i * 60_000,
      open: open / 100,
      high: (Math.max(open, close) + above) / 100,
      low: (Math.min(open, close) - below) / 100,
      close: close / 100,
      volume: 1,
    };
  });
});

/** Grids of every kind around the walks' prices. */
const grid = fc.record({
  direction: fc.constantFrom("neutral" as const, "long" as const, "short"),
  spacing: fc.constantFrom("arithmetic" as const, "geometric" as const),
  levels: fc.integer({ min: 2, max: 12 }),
  lower: fc.integer({ min: 600, max: 645 }),
  width: fc.integer({ min: 20, max: 90 }),
  openingPosition: fc.boolean(),
  trigger: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  away: fc.constantFrom(8, 60),
  stops: fc.boolean(),
  profits: fc.boolean(),
  trailing: fc.boolean(),
}).map((g): RangeGridConfigInput => {
  const upper = g.lower + g.width;
  const low = g.lower - g.away;
  const high = upper + g.away;
  const isShort = g.direction === "short";
  return {
    lowerPrice: g.lower,
    upperPrice: upper,
    levels: g.levels,
    spacing: g.spacing,
    direction: g.direction,
    investment: 2_000,
    leverage: 3,
    openingPosition: g.openingPosition,
    triggerPrice: g.trigger === null
      ? null
      : Math.round((g.lower + g.trigger * g.width) * 100) / 100,
    stopLossPrice: g.stops ? isShort ? high : low : null,
    takeProfitPrice: g.profits ? isShort ? low : high : null,
    trailingUpTo: g.trailing && g.direction !== "short" ? upper + 40 : null,
    trailingDownTo: g.trailing && g.direction !== "long" ? g.lower - 40 : null,
  };
});

function compare(
  candles: readonly Candle[],
  input: RangeGridConfigInput,
  model: FillModel,
): number {
  const config = RangeGridConfigSchema.parse(input);
  // Enough cash that margin never decides: the plain walk has no margin.
  const options = { config, market: BNB, cash: 1_000_000, model };
  const slow = walkRangeGrid(candles, options);
  const fills: RangeGridFill[] = [];
  const equity = new Float64Array(candles.length);
  const fast = runRangeGrid(columnsOf(candles), {
    ...options,
    equity,
    onFill: (fill) => fills.push(fill),
  });
  assert.deepEqual(fills, slow.fills);
  near(fast.wallet, slow.wallet);
  near(fast.finalEquity, slow.finalEquity);
  near(fast.maxDrawdown, slow.maxDrawdown, 1e-9);
  near(fast.fees, slow.fees);
  assert.equal(fast.gridPairs, slow.profit.pairs);
  near(fast.gridProfit, slow.profit.net);
  assert.equal(fast.endedBy, slow.state.endedBy);
  assert.equal(fast.ordersPlaced, slow.ordersPlaced);
  assert.ok(slow.mostPerInterval <= 1, "each interval at most one order");
  // Money: nothing comes from nowhere.
  near(fast.wallet, options.cash + fast.realized - fast.fees);
  near(fast.finalEquity, options.cash + fast.gridProfit + fast.unpairedPnl);
  assert.equal(fast.fills, fills.length);
  near(equity.at(-1) ?? NaN, fast.finalEquity);
  return fills.length;
}

for (const model of FILL_MODELS) {
  Deno.test(`runRangeGrid() agrees with the plain strategy fill by fill, ${model}`, () => {
    fc.assert(
      fc.property(walk, grid, (candles, config) => {
        compare(candles, config, model);
      }),
      { numRuns: 350 },
    );
  });
}

Deno.test("runRangeGrid() was compared on grids that traded, trailed and ended", () => {
  const ends = new Set<string>();
  let fills = 0;
  let trailed = 0;
  for (const candles of fc.sample(walk, { numRuns: 300, seed: 5 })) {
    for (const input of fc.sample(grid, { numRuns: 2, seed: candles.length })) {
      const config = RangeGridConfigSchema.parse(input);
      const options = {
        config,
        market: BNB,
        cash: 1e6,
        model: "path" as const,
      };
      const report = walkRangeGrid(candles, options);
      fills += report.fills.length;
      if (report.state.offset !== 0) trailed++;
      ends.add(report.state.endedBy ?? report.state.phase);
    }
  }
  assert.ok(fills > 2_000, `${fills} fills`);
  assert.ok(trailed > 10, `${trailed} trailed`);
  assert.deepEqual(
    [...ends].toSorted(),
    ["running", "stop_loss", "take_profit", "waiting"],
  );
});

const MONTH: RangeGridConfigInput = {
  lowerPrice: 640,
  upperPrice: 860,
  levels: 100,
  investment: 2_000,
  leverage: 5,
};

for (const direction of ["neutral", "long", "short"] as const) {
  Deno.test({
    name:
      `runRangeGrid() agrees with the plain strategy on a real month, ${direction}`,
    ignore: july === null,
    fn() {
      assert.ok(july !== null);
      // The plain walk plans at every close: three days of it are enough.
      const days = candlesOf(july).slice(0, 3 * 1_440);
      for (const model of FILL_MODELS) {
        const fills = compare(days, { ...MONTH, direction }, model);
        assert.ok(fills > 20, `${fills} fills`);
      }
    },
  });
}

Deno.test("runRangeGrid() keeps its money in order where margin decides", () => {
  let liquidated = 0;
  fc.assert(
    fc.property(
      walk,
      grid,
      fc.constantFrom(...FILL_MODELS),
      fc.integer({ min: 30, max: 3_000 }),
      (candles, input, model, cash) => {
        const config = RangeGridConfigSchema.parse({ ...input, leverage: 20 });
        const fills: RangeGridFill[] = [];
        const report = runRangeGrid(columnsOf(candles), {
          config,
          market: BNB,
          cash,
          model,
          funding: candles.filter((_, i) => i % 7 === 3)
            .map(({ openTimeMs }) => ({ atMs: openTimeMs, rate: 0.0003 })),
          onFill: (fill) => fills.push(fill),
        });
        const { realized, fees, funding } = report;
        near(report.wallet, cash + realized - fees + (funding ?? NaN));
        near(
          report.finalEquity,
          cash + report.gridProfit + report.unpairedPnl,
        );
        assert.ok(report.gridProfit >= 0, "a closed pair never loses");
        assert.equal(report.fills, fills.length);
        const most = config.investment * config.leverage / config.lowerPrice;
        assert.ok(report.maxLongSize <= most && report.maxShortSize <= most);
        if (report.liquidated) {
          liquidated++;
          assert.deepEqual([report.longSize, report.shortSize], [0, 0]);
        }
      },
    ),
    // Fixed, because the count below is a property of the seed too.
    { numRuns: 500, seed: 7 },
  );
  assert.ok(liquidated > 5, `${liquidated} liquidated`);
});

/** As in the README; the plain walk comes to the same, fill by fill. */
const GOLDEN = [
  ["neutral", 2_117, 1_030, 253.55451680, -462.56391480, 4_790.99060200],
  ["long", 2_118, 1_087, 267.72154760, 1_033.76689416, 6_301.48844176],
  ["short", 2_118, 1_030, 253.55451680, -594.73147656, 4_658.82304024],
] as const;

Deno.test({
  name: "runRangeGrid() meets the golden month of the README",
  ignore: july === null,
  fn() {
    assert.ok(july !== null);
    for (const [direction, fills, pairs, profit, unpaired, equity] of GOLDEN) {
      const config = RangeGridConfigSchema.parse({ ...MONTH, direction });
      const options = { config, market: BNB, cash: 5_000 };
      const report = runRangeGrid(july, { ...options, model: "path" });
      assert.deepEqual([report.fills, report.gridPairs], [fills, pairs]);
      near(report.gridProfit, profit);
      near(report.unpairedPnl, unpaired);
      near(report.finalEquity, equity);
    }
  },
});

Deno.test("runRangeGrid() fills more the more generous the model", () => {
  if (july === null) return;
  const config = RangeGridConfigSchema.parse(MONTH);
  const [pessimistic = 0, path = 0, optimistic = 0] = FILL_MODELS.map((model) =>
    runRangeGrid(july, { config, market: BNB, cash: 5_000, model }).gridPairs
  );
  assert.ok(pessimistic < path && path <= optimistic);
});

Deno.test("runRangeGrid() liquidates an account that cannot carry its position", () => {
  const fall = Array.from({ length: 250 }, (_, i): Candle => ({
    openTimeMs: i * 60_000,
    open: 650 - i,
    high: 650 - i,
    low: 649 - i,
    close: 649 - i,
    volume: 1,
  }));
  const config = RangeGridConfigSchema.parse({
    lowerPrice: 400,
    upperPrice: 700,
    levels: 60,
    direction: "long",
    investment: 200,
    leverage: 20,
  });
  for (const model of FILL_MODELS) {
    const options = { config, market: BNB, cash: 200, model };
    const report = runRangeGrid(columnsOf(fall), options);
    assert.equal(report.liquidated, true, model);
    assert.deepEqual([report.longSize, report.shortSize], [0, 0]);
    near(report.finalEquity, report.wallet, 1e-12);
    near(report.wallet, 200 + report.realized - report.fees, 1e-9);
  }
});

Deno.test("runRangeGrid() settles funding on the position held then", () => {
  const still = Array.from({ length: 20 }, (_, i): Candle => ({
    openTimeMs: i * 60_000,
    open: 650,
    high: 650.5,
    low: 649.5,
    close: 650,
    volume: 1,
  }));
  const config = RangeGridConfigSchema.parse({
    lowerPrice: 640,
    upperPrice: 660,
    levels: 10,
    direction: "long",
    investment: 66,
  });
  const options = { config, market: BNB, cash: 1_000, model: "path" as const };
  const funding = [{ atMs: 10 * 60_000, rate: 0.0001 }];
  const report = runRangeGrid(columnsOf(still), { ...options, funding });
  near(report.funding ?? NaN, -0.25 * 650 * 0.0001, 1e-12);
  near(report.wallet, 1_000 - report.fees + (report.funding ?? NaN), 1e-9);
  assert.equal(runRangeGrid(columnsOf(still), options).funding, null);
});
