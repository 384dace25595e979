/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import fc from "fast-check";
import { parseCandles } from "../candles/reader.ts";
import type { CandleColumns } from "../candles/columns.ts";
import { AsGridConfigSchema } from "../strategy/as_grid/config.ts";
import { BNB } from "../strategy/as_grid/testdata.ts";
import { AS_GRID, RANGE_GRID } from "../strategy/kind.ts";
import { RangeGridConfigSchema } from "../strategy/range_grid/config.ts";
import type { RangeGridState } from "../strategy/range_grid/state.ts";
import { runAsGrid } from "./as_grid_run.ts";
import type { FundingRate, RunOptions } from "./candle_run.ts";
import { runPlans } from "./plan_run.ts";
import { asGridRules, rangeGridRules } from "./plan_rules.ts";
import { runRangeGrid } from "./range_grid_run.ts";
import {
  type BacktestFill,
  type BacktestReport,
  FILL_MODELS,
} from "./report.ts";
import {
  columnsOf,
  fundingFor,
  randomMinutes,
  rangeGrids,
  sliceOf,
} from "./testing.ts";

const JULY = `${import.meta.dirname}/../../../../shared/klines/` +
  "BNBUSDT-1m-2025-07.csv";
const july = await Deno.readTextFile(JULY).then(parseCandles, (error) => {
  if (error instanceof Deno.errors.NotFound) return null;
  throw error;
});

const model = fc.constantFrom(...FILL_MODELS);
/** Often so little that margin decides, or the account is liquidated. */
const cash = fc.oneof(
  fc.integer({ min: 6, max: 60 }),
  fc.integer({ min: 20, max: 400 }),
  fc.constant(1_000_000),
);

interface Recorded {
  readonly report: BacktestReport;
  readonly fills: readonly BacktestFill[];
  readonly equity: Float64Array;
}

function record(
  candles: CandleColumns,
  run: (
    recording: Required<
      Pick<RunOptions<unknown>, "equity" | "onFill">
    >,
  ) => BacktestReport,
): Recorded {
  const equity = new Float64Array(candles.length);
  const fills: BacktestFill[] = [];
  const report = run({ equity, onFill: (fill) => fills.push(fill) });
  return { report, fills, equity };
}

/** Equal fill by fill, and to a millionth in money. */
function agree(fast: Recorded, plain: Recorded): void {
  assert.deepEqual(fast.fills, plain.fills);
  const keys = Object.keys(plain.report) as (keyof BacktestReport)[];
  for (const key of keys) {
    const [a, b] = [fast.report[key], plain.report[key]];
    const isNear = typeof a === "number" && typeof b === "number" &&
      Math.abs(a - b) <= 1e-6 * Math.max(1, Math.abs(b));
    assert.ok(isNear || a === b, `${key}: ${a} ≠ ${b}`);
  }
  for (const [i, value] of plain.equity.entries()) {
    const other = fast.equity[i] ?? NaN;
    assert.ok(
      Math.abs(other - value) <= 1e-6 * Math.max(1, Math.abs(value)),
      `equity at ${i}: ${other} ≠ ${value}`,
    );
  }
}

interface Terms {
  readonly cash: number;
  readonly model: (typeof FILL_MODELS)[number];
  readonly funding?: readonly FundingRate[];
}

function compareAsGrid(
  candles: CandleColumns,
  input: Parameters<typeof AsGridConfigSchema.parse>[0],
  terms: Terms,
): Recorded {
  const config = AsGridConfigSchema.parse(input);
  const options = { ...terms, config, market: BNB };
  const fast = record(
    candles,
    (recording) => runAsGrid(candles, { ...options, ...recording }),
  );
  const plain = record(
    candles,
    (recording) =>
      runPlans(candles, { ...options, ...recording }, {
        kind: AS_GRID,
        rules: asGridRules,
        skipsNothing: true,
      }).report,
  );
  agree(fast, plain);
  return plain;
}

function compareRangeGrid(
  candles: CandleColumns,
  input: Parameters<typeof RangeGridConfigSchema.parse>[0],
  terms: Terms,
): Recorded & { readonly end: string; readonly isTrailed: boolean } {
  const config = RangeGridConfigSchema.parse(input);
  const options = { ...terms, config, market: BNB };
  const fast = record(
    candles,
    (recording) => runRangeGrid(candles, { ...options, ...recording }),
  );
  let state: RangeGridState | null = null;
  const plain = record(candles, (recording) => {
    const run = runPlans(candles, { ...options, ...recording }, {
      kind: RANGE_GRID,
      rules: rangeGridRules,
      skipsNothing: true,
    });
    state = run.state;
    return run.report;
  });
  agree(fast, plain);
  assert.ok(state !== null);
  const { pairs, phase, endedBy, offset } = state as RangeGridState;
  const { report } = fast;
  assert.ok("gridPairs" in report && report.gridPairs === pairs.count);
  return { ...plain, end: endedBy ?? phase, isTrailed: offset !== 0 };
}

Deno.test({
  name: "runPlans() meets the golden case of backtest.md",
  ignore: july === null,
  fn() {
    assert.ok(july !== null);
    const config = AsGridConfigSchema.parse({
      baseSize: 0.05,
      leverage: 20,
      risk: { marginGuard: null },
    });
    const { report } = runPlans(july, {
      config,
      market: BNB,
      cash: 1_000,
      model: "path",
    }, { kind: AS_GRID, rules: asGridRules, skipsNothing: true });
    assert.deepEqual(
      [report.fills, report.openings, report.entries, report.takeProfits],
      [1831, 326, 615, 890],
    );
    const near = (value: number, expected: number, tolerance: number) =>
      assert.ok(
        Math.abs(value - expected) <= tolerance,
        `${value} ≠ ${expected}`,
      );
    near(report.finalEquity, 965.6100148, 1e-7);
    near(report.wallet, 967.8186866750, 1e-10);
    near(report.fees, 14.2479852, 1e-7);
    near(report.maxDrawdown, 0.0382095666, 1e-10);
  },
});

/** AS grids small enough that legs pause, and fill on few candles. */
const asGrids = fc.record({
  legs: fc.constantFrom("both" as const, "long" as const, "short" as const),
  maxEntryMultiplier: fc.integer({ min: 2, max: 6 }),
  takeProfitSpacing: fc.constantFrom(0.002, 0.004, 0.02),
  gridSpacing: fc.constantFrom(0.003, 0.006, 0.01),
  leverage: fc.constantFrom(5, 20, 75),
  risk: fc.constantFrom(
    { marginGuard: null },
    { marginGuard: {} },
    { marginGuard: { entryLimit: 0.1, reduceLimit: 0.2 } },
  ),
}).map((grid) => ({
  ...grid,
  baseSize: 0.05,
  takeProfitBoostMultiplier: 1,
}));

Deno.test("runAsGrid() agrees with the plan fill by fill: 1,000 random runs, every model, margin, funding, liquidation", () => {
  const seen = { liquidated: 0, margined: 0, fills: 0, reduced: 0 };
  fc.assert(
    fc.property(randomMinutes, asGrids, model, cash, (candles, grid, m, c) => {
      const { report, fills } = compareAsGrid(columnsOf(candles), grid, {
        model: m,
        cash: c,
        ...(c % 2 === 0 ? { funding: fundingFor(candles) } : {}),
      });
      if (report.liquidated) seen.liquidated++;
      if (c < 400) seen.margined++;
      if (fills.some(({ purpose }) => purpose === "reduce")) seen.reduced++;
      seen.fills += fills.length;
    }),
    // Fixed, because the counts below are a property of the seed too.
    { numRuns: 1_000, seed: 4 },
  );
  assert.ok(seen.liquidated > 5, `${seen.liquidated} liquidated`);
  assert.ok(seen.reduced > 5, `${seen.reduced} reduced by the margin guard`);
  assert.ok(seen.margined > 300 && seen.fills > 20_000, JSON.stringify(seen));
});

Deno.test("runRangeGrid() agrees with the plan fill by fill: 1,000 random runs, every model, margin, funding, liquidation", () => {
  const seen = { liquidated: 0, fills: 0, trailed: 0, ends: new Set() };
  let guarded = 0;
  fc.assert(
    fc.property(
      randomMinutes,
      rangeGrids,
      model,
      cash,
      (candles, grid, m, c) => {
        const columns = columnsOf(candles);
        const input = {
          ...grid,
          leverage: c > 400 ? 3 : c % 3 === 0 ? 75 : 20,
        };
        const terms = {
          model: m,
          cash: c < 400 ? 5 * c : c,
          ...(c % 2 === 0 ? { funding: fundingFor(candles) } : {}),
        };
        const risk = c % 3 === 0
          ? { marginGuard: { entryLimit: 0.05 } }
          : { marginGuard: null };
        const { report, fills, end, isTrailed } = compareRangeGrid(
          columns,
          { ...input, risk },
          terms,
        );
        if (c % 3 === 0) {
          const free = { ...input, risk: { marginGuard: null } };
          const config = RangeGridConfigSchema.parse(free);
          const { entries } = runRangeGrid(columns, {
            ...terms,
            config,
            market: BNB,
          });
          if (entries !== report.entries) guarded++;
        }
        if (report.liquidated) seen.liquidated++;
        if (isTrailed) seen.trailed++;
        seen.ends.add(end);
        seen.fills += fills.length;
      },
    ),
    { numRuns: 1_000, seed: 4 },
  );
  assert.ok(seen.liquidated > 10, `${seen.liquidated} liquidated`);
  assert.ok(guarded > 2, `${guarded} kept from entering`);
  assert.ok(seen.fills > 3_000, `${seen.fills} fills`);
  assert.ok(seen.trailed > 10, `${seen.trailed} trailed`);
  assert.deepEqual(
    [...seen.ends].toSorted(),
    ["running", "stop_loss", "take_profit", "waiting"],
  );
});

for (const [name, real] of [["July 2025", july]] as const) {
  Deno.test({
    name: `runAsGrid() agrees with the plan on ${name}, every model`,
    ignore: real === null,
    fn() {
      assert.ok(real !== null);
      for (const m of FILL_MODELS) {
        const { fills } = compareAsGrid(
          real,
          { baseSize: 0.05, leverage: 20, risk: { marginGuard: null } },
          { cash: 1_000, model: m },
        );
        assert.ok(fills.length > 1_000, `${fills.length} fills`);
      }
    },
  });

  Deno.test({
    name: `runRangeGrid() agrees with the plan on ${name}, every model`,
    ignore: real === null,
    fn() {
      assert.ok(real !== null);
      const grid = {
        lowerPrice: 640,
        upperPrice: 860,
        levels: 100,
        investment: 2_000,
        leverage: 5,
        risk: { marginGuard: null },
      };
      const cases = [
        ...FILL_MODELS.map((m) => ["neutral", m] as const),
        ["long", "path"],
        ["short", "pessimistic"],
      ] as const;
      for (const [direction, m] of cases) {
        // Planned at every close: two days are enough.
        const { fills } = compareRangeGrid(
          sliceOf(real, 0, 2 * 1_440),
          { ...grid, direction },
          { cash: 5_000, model: m },
        );
        assert.ok(fills.length > 20, `${fills.length} fills`);
      }
    },
  });
}

/** A minute each. */
function minutesOf(
  rows: readonly (readonly [number, number, number, number])[],
): CandleColumns {
  return columnsOf(rows.map(([open, high, low, close], i) => ({
    openTimeMs: i * 60_000,
    open,
    high,
    low,
    close,
    volume: 1,
  })));
}

Deno.test("runRangeGrid() agrees with the plan where a gap leaves the stop-loss behind, and where the price runs many steps away", () => {
  const grid = {
    lowerPrice: 640,
    upperPrice: 660,
    levels: 4,
    investment: 1_000,
    leverage: 3,
    risk: { marginGuard: null },
  };
  for (const m of FILL_MODELS) {
    const gap = compareRangeGrid(
      minutesOf([[650, 651, 644, 645], [620, 622, 618, 621]]),
      { ...grid, stopLossPrice: 630 },
      { cash: 5_000, model: m },
    );
    const { purpose, price } = gap.fills.at(-1) ?? {};
    assert.deepEqual([purpose, price], ["close", 620], m);
    const { isTrailed } = compareRangeGrid(
      minutesOf([
        [650, 651, 649, 650],
        [720, 721, 719, 720],
        [720, 720, 712, 713],
        [713, 718, 712, 716],
      ]),
      { ...grid, trailingUpTo: 760 },
      { cash: 5_000, model: m },
    );
    assert.ok(isTrailed);
  }
});
