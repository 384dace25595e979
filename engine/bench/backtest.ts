/**
 * `deno task bench backtest`: how fast and how small backtests are.
 *
 * - candles a second on one core, both strategies, all fill models, beside the
 *   bare loop over the same arrays;
 * - a year of minutes × 1,000 combinations on all cores;
 * - what a year takes in the terminal, the whole program.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import {
  type CandleColumns,
  parseBot,
  runBot,
  type StrategyConfig,
} from "@core/backtest/mod.ts";
import { BNB } from "@core/strategy/as_grid/testdata.ts";
import { walkForward } from "@core/sweep/mod.ts";
import { sweepOnCores } from "@engine/backtest/sweep/pool.ts";
import {
  bareLoop,
  MODELS,
  readJuly,
  walkedCandles,
  writeCandles,
  YEAR,
} from "./backtest_candles.ts";
import type { Report, Section } from "./measurement.ts";

const MAIN = fileURLToPath(new URL("../backtest/main.ts", import.meta.url));
/** Each figure is the best of several: others use the machine as well. */
const ROUNDS = 5;
const ROUND_MS = 300;
const COMBINATIONS = 1_000;
const CASH = 10_000;
const MB = 1_048_576;
const GRID_SPACING = 0.006;

const AS_GRID = { baseSize: 0.05, leverage: 20 };
const RANGE_GRID = {
  lowerPrice: 560,
  upperPrice: 740,
  levels: 100,
  investment: 2_000,
};

/** Candles a second: the best round. */
function speedOf(candles: CandleColumns, run: () => unknown): number {
  run(); // for the compiler
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const startedAtMs = performance.now();
    let runs = 0;
    let spentMs = 0;
    do {
      run();
      runs++;
      spentMs = performance.now() - startedAtMs;
    } while (spentMs < ROUND_MS);
    best = Math.max(best, runs * candles.length / spentMs * 1_000);
  }
  return best;
}

function botsFor(
  price: number,
): readonly (readonly [string, StrategyConfig])[] {
  // The same range around whatever the price is.
  const scale = price / 650;
  const range = {
    ...RANGE_GRID,
    lowerPrice: Math.round(RANGE_GRID.lowerPrice * scale),
    upperPrice: Math.round(RANGE_GRID.upperPrice * scale),
  };
  return [
    ["AS grid", parseBot("as_grid", AS_GRID, null)],
    ["range grid", parseBot("range_grid", range, null)],
  ];
}

function reportSpeeds(
  candles: CandleColumns,
  when: string,
  report: Report,
): void {
  const floor = speedOf(candles, () => bareLoop(candles, GRID_SPACING)) / 1e6;
  for (const [name, bot] of botsFor(candles.open[0] ?? NaN)) {
    for (const model of MODELS) {
      const options = { market: BNB, cash: CASH, model, funding: null };
      const speed = speedOf(candles, () => runBot(candles, bot, options));
      const isGoal = bot.strategy === "as_grid" && model === "path";
      report({
        name: `${name}, ${when}, ${model}`,
        unit: "M candles/s",
        value: speed / 1e6,
        floor,
        ...(isGoal && { goal: "≥ 20" }),
      });
    }
  }
}

async function reportSweeps(
  year: CandleColumns,
  report: Report,
): Promise<void> {
  const values = (from: number, count: number, step: number) =>
    Array.from(
      { length: count },
      (_, i) => Number((from + i * step).toPrecision(6)),
    );
  const sweeps = [
    {
      strategy: "as_grid",
      config: AS_GRID,
      parameters: [
        { path: "takeProfitSpacing", values: values(0.002, 40, 0.0002) },
        { path: "gridSpacing", values: values(0.003, 25, 0.0004) },
      ],
    },
    {
      strategy: "range_grid",
      config: RANGE_GRID,
      parameters: [
        { path: "levels", values: values(20, 50, 2) },
        { path: "leverage", values: values(1, 20, 1) },
      ],
    },
  ] as const;
  for (const { strategy, config, parameters } of sweeps) {
    const startedAtMs = performance.now();
    let refused = 0;
    await sweepOnCores({
      candles: year,
      setting: {
        strategy,
        config,
        parameters,
        windows: walkForward(year.length, { folds: 0, trainShare: 0.7 }),
        market: BNB,
        cash: CASH,
        model: "path",
        funding: null,
      },
      indices: Array.from({ length: COMBINATIONS }, (_, i) => i),
      workers: navigator.hardwareConcurrency,
      onResults: (results) => {
        refused += results.filter((one) => one.refused !== null).length;
        return Promise.resolve();
      },
    });
    if (refused > 0) throw new Error(`${refused} combinations were refused`);
    const seconds = (performance.now() - startedAtMs) / 1_000;
    report({
      name: `${strategy}, a year × ${COMBINATIONS}, all cores`,
      unit: "s",
      value: seconds,
    });
    report({
      name: `${strategy}, the same, together`,
      unit: "M candles/s",
      value: COMBINATIONS * year.length / seconds / 1e6,
    });
  }
}

/** The program's own peak, as the kernel counts it. */
async function peakOf(child: Deno.ChildProcess): Promise<number | null> {
  let peak: number | null = null;
  let isOver = false;
  const status = child.status.finally(() => (isOver = true));
  while (!isOver) {
    const text = await Deno.readTextFile(`/proc/${child.pid}/status`)
      .catch(() => "");
    const kb = /VmHWM:\s+(\d+) kB/.exec(text)?.[1];
    if (kb !== undefined) peak = Number(kb) * 1_024;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  const { success } = await status;
  if (!success) throw new Error("The backtest failed");
  return peak;
}

async function reportMemory(
  year: CandleColumns,
  report: Report,
): Promise<void> {
  const directory = await Deno.makeTempDir();
  try {
    const path = `${directory}/year.csv`;
    await writeCandles(path, year);
    for (
      const [strategy, config] of [
        ["as_grid", AS_GRID],
        ["range_grid", RANGE_GRID],
      ] as const
    ) {
      const child = new Deno.Command(Deno.execPath(), {
        args: [
          // As `deno task backtest` runs it.
          "run",
          "--quiet",
          "-A",
          "--v8-flags=--max-semi-space-size=1",
          MAIN,
          ...["--candles", path, "--strategy", strategy],
          ...["--config", JSON.stringify(config), "--cash", String(CASH)],
        ],
        stdin: "null",
        stdout: "null",
        stderr: "inherit",
      }).spawn();
      const peak = await peakOf(child);
      if (peak === null) continue; // Only Linux tells.
      report({
        name: `${strategy}, a year, three models, whole program`,
        unit: "MB",
        value: peak / MB,
        goal: "< 100",
      });
    }
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
}

/** See the header of this file. */
export const backtestSection: Section = {
  name: "backtest",
  about: "candles a second, a year × 1,000 combinations, memory of a year",
  async run(report) {
    const july = await readJuly();
    if (july !== null) reportSpeeds(july, "July 2025", report);
    const year = walkedCandles(YEAR);
    reportSpeeds(year, "made-up year", report);
    await reportSweeps(year, report);
    await reportMemory(year, report);
  },
};
