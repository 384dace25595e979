/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import fc from "fast-check";
import { parseCandles } from "../candles/reader.ts";
import type { Candle } from "../model/candle.ts";
import {
  type AsGridConfigInput,
  AsGridConfigSchema,
} from "../strategy/as_grid/config.ts";
import { BNB } from "../strategy/as_grid/testdata.ts";
import { AS_GRID, RANGE_GRID } from "../strategy/kind.ts";
import {
  type RangeGridConfigInput,
  RangeGridConfigSchema,
} from "../strategy/range_grid/config.ts";
import { runAsGrid } from "./as_grid_run.ts";
import type { RunOptions } from "./candle_run.ts";
import { runPlans } from "./plan_run.ts";
import { asGridRules, rangeGridRules } from "./plan_rules.ts";
import { runRangeGrid } from "./range_grid_run.ts";
import { parseBot, runBot } from "./run_bot.ts";
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

const maybe = <Value>(value: fc.Arbitrary<Value>) =>
  fc.option(value, { nil: null, freq: 2 });

/** Limits so tight that a few minutes reach them. */
const closing = {
  trailingTakeProfit: maybe(fc.record({
    startProfit: fc.constantFrom(0.3, 1, 3),
    minDrawdown: fc.constantFrom(0.1, 0.3),
    drawdownFraction: fc.constantFrom(0.1, 0.5),
    cooldownSeconds: fc.constantFrom(0, 90, 600),
  })),
  hardStop: maybe(fc.record({
    maxLossFraction: fc.constantFrom(0.005, 0.01),
    cooldownSeconds: fc.constantFrom(60, 300),
  })),
  maxLoss: maybe(fc.record({ maxLoss: fc.constantFrom(1, 2, 10) })),
  accountMaxLoss: maybe(fc.record({ maxLoss: fc.constantFrom(1, 4, 20) })),
};

const asGridRisk = fc.record({
  ...closing,
  bothLegsHeavy: maybe(fc.record({
    cooldownSeconds: fc.constantFrom(10, 120),
    maxPerDay: fc.constantFrom(2, 3),
  })),
  fundingBias: maybe(fc.constant({})),
  inventorySkew: maybe(fc.record({ gamma: fc.constantFrom(0.3, 1) })),
  volatilitySpacing: maybe(fc.record({
    windowMinutes: fc.constantFrom(30, 60),
    referenceVolatility: fc.constantFrom(0.01, 0.03),
  })),
});

const asGrids = fc.record({
  legs: fc.constantFrom("both" as const, "both" as const, "long" as const),
  maxEntryMultiplier: fc.integer({ min: 2, max: 4 }),
  takeProfitSpacing: fc.constantFrom(0.004, 0.02, 0.1),
  gridSpacing: fc.constantFrom(0.003, 0.006),
  risk: asGridRisk,
}).map((grid): AsGridConfigInput => ({
  ...grid,
  baseSize: 0.1,
  leverage: 20,
  takeProfitBoostMultiplier: 1,
}));

type Seen = Map<string, number>;

function see(seen: Seen, code: string): void {
  seen.set(code, (seen.get(code) ?? 0) + 1);
}

/** Runs as it is run, and again with every candle looked at. */
function compare(
  length: number,
  run: (
    recording: Pick<RunOptions<unknown>, "equity" | "onFill">,
    skipsNothing: boolean,
  ) => BacktestReport,
): readonly [BacktestReport, readonly BacktestFill[]] {
  const [fast, plain] = [false, true].map((skipsNothing) => {
    const fills: BacktestFill[] = [];
    const equity = new Float64Array(length);
    const onFill = (fill: BacktestFill) => void fills.push(fill);
    return { report: run({ equity, onFill }, skipsNothing), fills, equity };
  });
  assert.ok(fast !== undefined && plain !== undefined);
  assert.deepEqual(fast.fills, plain.fills);
  for (const [i, value] of plain.equity.entries()) {
    const other = fast.equity[i] ?? NaN;
    assert.ok(Math.abs(other - value) < 1e-6, `${i}: ${other} ≠ ${value}`);
  }
  const money = ["finalEquity", "wallet", "fees", "maxDrawdown"] as const;
  for (const key of money) {
    const distance = Math.abs(fast.report[key] - plain.report[key]);
    assert.ok(distance < 1e-6, `${key} differs by ${distance}`);
  }
  for (const key of ["ordersPlaced", "closes", "stoppedBy"] as const) {
    assert.equal(fast.report[key], plain.report[key], key);
  }
  const { wallet, realized, fees, funding } = plain.report;
  assert.ok(Math.abs(wallet - 300 - realized + fees - (funding ?? 0)) < 1e-6);
  return [plain.report, plain.fills];
}

Deno.test("runAsGrid() with risk layers skips only candles in which nothing would happen", () => {
  const seen: Seen = new Map();
  fc.assert(
    fc.property(
      randomMinutes,
      asGrids,
      fc.constantFrom(...FILL_MODELS),
      (candles, input, model) => {
        const config = AsGridConfigSchema.parse(input);
        const columns = columnsOf(candles);
        const options = {
          config,
          market: BNB,
          cash: 300,
          model,
          funding: fundingFor(candles),
        };
        const [report, fills] = compare(
          candles.length,
          (recording, skipsNothing) =>
            skipsNothing
              ? runPlans(columns, { ...options, ...recording }, {
                kind: AS_GRID,
                rules: asGridRules,
                skipsNothing,
              }).report
              : runAsGrid(columns, { ...options, ...recording }),
        );
        see(seen, report.stoppedBy ?? "runs");
        for (const purpose of ["reduce", "close"] as const) {
          if (fills.some((fill) => fill.purpose === purpose)) {
            see(seen, purpose);
          }
        }
        const isShaped = fills.some((fill) =>
          fill.purpose === "entry" && fill.size !== 0.1
        );
        if (isShaped) see(seen, "shaped");
        const most = config.maxEntryMultiplier * 0.1 + 0.15 + 1e-9;
        assert.ok(report.maxLongSize <= most && report.maxShortSize <= most);
      },
    ),
    // Fixed, because the counts below are a property of the seed too.
    { numRuns: 250, seed: 4 },
  );
  for (
    const code of [
      "max_loss",
      "account_max_loss",
      "both_legs_heavy_stop",
      "reduce",
      "close",
      "shaped",
      "runs",
    ]
  ) assert.ok((seen.get(code) ?? 0) >= 1, `${code}: ${seen.get(code)}`);
});

Deno.test("runRangeGrid() with risk layers skips only candles in which nothing would happen", () => {
  const seen: Seen = new Map();
  fc.assert(
    fc.property(
      randomMinutes,
      rangeGrids,
      fc.record(closing),
      fc.constantFrom(...FILL_MODELS),
      (candles, grid, risk, model) => {
        const input: RangeGridConfigInput = {
          ...grid,
          investment: 300,
          levels: Math.min(grid.levels, 6),
          risk,
        };
        const config = RangeGridConfigSchema.parse(input);
        const columns = columnsOf(candles);
        const options = {
          config,
          market: BNB,
          cash: 300,
          model,
          funding: fundingFor(candles),
        };
        const [report] = compare(
          candles.length,
          (recording, skipsNothing) =>
            skipsNothing
              ? runPlans(columns, { ...options, ...recording }, {
                kind: RANGE_GRID,
                rules: rangeGridRules,
                skipsNothing,
              }).report
              : runRangeGrid(columns, { ...options, ...recording }),
        );
        see(seen, report.stoppedBy ?? "runs");
        if (report.closes > 0) see(seen, "close");
        const end = runRangeGrid(columns, options).endedBy;
        if (end !== null) see(seen, end);
      },
    ),
    { numRuns: 150, seed: 4 },
  );
  for (
    const code of [
      "max_loss",
      "account_max_loss",
      "trailing_take_profit",
      "stop_loss",
      "close",
      "runs",
    ]
  ) assert.ok((seen.get(code) ?? 0) >= 1, `${code}: ${seen.get(code)}`);
});

Deno.test({
  name:
    "runAsGrid() and runRangeGrid() with risk layers skip nothing of real minutes either",
  ignore: july === null,
  fn() {
    assert.ok(july !== null);
    const closes: number[] = [];
    const risk = {
      hardStop: { maxLossFraction: 0.005, cooldownSeconds: 1_800 },
      trailingTakeProfit: { startProfit: 0.5, minDrawdown: 0.2 },
    };
    const asGrid = AsGridConfigSchema.parse({
      baseSize: 0.1,
      maxEntryMultiplier: 6,
      risk: {
        ...risk,
        bothLegsHeavy: {},
        inventorySkew: {},
        volatilitySpacing: { windowMinutes: 60, referenceVolatility: 0.005 },
      },
    });
    const rangeGrid = RangeGridConfigSchema.parse({
      lowerPrice: 640,
      upperPrice: 680,
      levels: 20,
      direction: "long",
      investment: 300,
      risk: { hardStop: risk.hardStop },
    });
    const days = sliceOf(july, 0, 2 * 1_440);
    const hours = sliceOf(july, 0, 400);
    for (const model of FILL_MODELS) {
      const plain = { market: BNB, cash: 300, model };
      const [a] = compare(days.length, (recording, skipsNothing) => {
        const options = { ...plain, ...recording, config: asGrid };
        return skipsNothing
          ? runPlans(days, options, {
            kind: AS_GRID,
            rules: asGridRules,
            skipsNothing,
          }).report
          : runAsGrid(days, options);
      });
      const [b] = compare(hours.length, (recording, skipsNothing) => {
        const options = { ...plain, ...recording, config: rangeGrid };
        return skipsNothing
          ? runPlans(hours, options, {
            kind: RANGE_GRID,
            rules: rangeGridRules,
            skipsNothing,
          }).report
          : runRangeGrid(hours, options);
      });
      closes.push(a.closes, b.closes);
    }
    assert.ok(closes.every((count) => count > 0), `${closes} closes`);
  },
});

/** Minutes that go straight from price to price, `minutes` each. */
function pathOf(prices: readonly number[], minutes = 5): Candle[] {
  const points = prices.slice(1).flatMap((to, leg) => {
    const from = prices[leg] ?? to;
    return Array.from(
      { length: minutes },
      (_, k) => from + (to - from) * (k + 1) / minutes,
    );
  });
  let last = prices[0] ?? NaN;
  return points.map((close, i) => {
    const open = last;
    last = Math.round(close * 100) / 100;
    return {
      openTimeMs: i * 60_000,
      open,
      high: Math.max(open, last),
      low: Math.min(open, last),
      close: last,
      volume: 1,
    };
  });
}

function fillsOf(
  prices: readonly number[],
  config: Partial<AsGridConfigInput>,
  minutes = 5,
): readonly [BacktestReport, string[]] {
  const fills: string[] = [];
  const report = runAsGrid(columnsOf(pathOf(prices, minutes)), {
    config: AsGridConfigSchema.parse({
      baseSize: 1,
      legs: "long",
      gridSpacing: 0.2,
      takeProfitSpacing: 0.1,
      leverage: 20,
      ...config,
    }),
    market: BNB,
    cash: 1_000,
    model: "path",
    onFill: ({ candle, positionSide, purpose, price, size }) =>
      fills.push(`${candle} ${positionSide} ${purpose} ${size} @ ${price}`),
  });
  return [report, fills];
}

Deno.test("runAsGrid() closes at the hard stop, at the taker fee, and rests as long as it is told", () => {
  const [report, fills] = fillsOf([650, 649, 640, 639], {
    risk: { hardStop: { maxLossFraction: 0.005, cooldownSeconds: 420 } },
  });
  // The first point at which 0.5 % of the equity is lost: 643.6.
  assert.deepEqual(fills, [
    "0 long open 1 @ 650",
    "7 long close 1 @ 643.6",
    "14 long open 1 @ 639.2",
  ]);
  const fees = 650 * 0.0002 + 643.6 * 0.0006 + 639.2 * 0.0002;
  assert.ok(Math.abs(report.fees - fees) < 1e-9);
  assert.equal(report.closes, 1);
  assert.equal(report.fills, 3);
});

Deno.test("runAsGrid() trails the profit through the four points of a candle", () => {
  const [, fills] = fillsOf([650, 649, 660, 655, 656], {
    risk: {
      trailingTakeProfit: {
        startProfit: 5,
        minDrawdown: 2,
        drawdownFraction: 0.3,
        cooldownSeconds: 0,
      },
    },
  });
  // The peak is 10 at 660; a third of it, 3, is lost at 657.
  assert.deepEqual(fills.slice(0, 2), [
    "0 long open 1 @ 650",
    "12 long close 1 @ 657",
  ]);
});

Deno.test("runAsGrid() ends at the maximum loss, fees and funding included, and trades no more", () => {
  const [report, fills] = fillsOf([650, 649, 630, 700, 600], {
    risk: { maxLoss: { maxLoss: 10 } },
  });
  assert.deepEqual(fills, ["0 long open 1 @ 650", "7 long close 1 @ 637.6"]);
  assert.equal(report.stoppedBy, "max_loss");
  assert.equal(report.finalEquity, report.wallet);
  const [account] = fillsOf([650, 649, 630, 700, 600], {
    risk: { accountMaxLoss: { maxLoss: 10 } },
  });
  assert.equal(account.stoppedBy, "account_max_loss");
});

Deno.test("runAsGrid() reduces at the margin guard's limit, a tenth of T, a minute apart, and opens nothing", () => {
  const [report, fills] = fillsOf([650, 649, 574, 560, 650], {
    baseSize: 10,
    takeProfitBoostMultiplier: 1,
    maxEntryMultiplier: 2,
    risk: { marginGuard: { entryLimit: 0.05, reduceLimit: 0.1 } },
  });
  // 10 BNB at 650 and a fee of 1.30: the ratio passes 0.1 below 579.08.
  assert.deepEqual(fills.slice(0, 3), [
    "0 long open 10 @ 650",
    "9 long reduce 2 @ 574",
    "10 long reduce 2 @ 571.2",
  ]);
  assert.ok(fills.every((fill) => !fill.includes("entry")));
  assert.equal(report.liquidated, false);
  const [plain] = fillsOf([650, 649, 574, 545, 650], {
    baseSize: 10,
    takeProfitBoostMultiplier: 1,
    maxEntryMultiplier: 2,
    risk: { marginGuard: null },
  });
  assert.equal(plain.liquidated, true);
});

Deno.test("runBot() asks the margin guard only where the configuration names it", () => {
  const candles = columnsOf(pathOf([650, 649, 574, 560]));
  const marginGuard = { entryLimit: 0.05, reduceLimit: 0.1 };
  const reduced = [{}, { risk: { marginGuard } }, { risk: { hardStop: null } }]
    .map((named) => {
      const bot = parseBot("as_grid", {
        baseSize: 10,
        legs: "long",
        gridSpacing: 0.2,
        takeProfitSpacing: 0.1,
        leverage: 20,
        takeProfitBoostMultiplier: 1,
        maxEntryMultiplier: 2,
        ...named,
      }, null);
      const fills: string[] = [];
      runBot(candles, bot, {
        market: BNB,
        cash: 1_000,
        funding: null,
        model: "path",
        onFill: ({ purpose }) => fills.push(purpose),
      });
      return fills.join();
    });
  assert.deepEqual(reduced, ["open", "open,reduce,reduce,reduce", "open"]);
});
