/**
 * `deno task sweep`: many combinations over the same candles, on all cores,
 * ranked by what they did after the time they were chosen on.
 *
 * @module
 */
import {
  combinationAt,
  COMBINATIONS_MAX,
  countCombinations,
  drawCombinations,
  randomFrom,
  rank,
  type RankedResult,
  SweepError,
  type SweepResult,
  type SweepSetting,
  walkForward,
  walkOutcome,
} from "@core/sweep/mod.ts";
import { ENGINE_VERSION } from "@core/version.ts";
import { readSweepInputs, type SweepInputs } from "../inputs.ts";
import { ProgressBar } from "../progress_bar.ts";
import { print, runProgram, UsageError } from "../usage_error.ts";
import { writeFile } from "../write_file.ts";
import { drawHeatMap, heatMapHtml, heatMapOf } from "./heat_map.ts";
import { Journal } from "./journal.ts";
import { HELP, parseSweepOptions, type SweepOptions } from "./options.ts";
import { sweepOnCores } from "./pool.ts";
import { formatRanking, formatWalk, rankingCsv } from "./report.ts";

/** Everything of one sweep. */
interface Sweep {
  readonly options: SweepOptions;
  readonly inputs: SweepInputs;
  readonly setting: SweepSetting;
  readonly indices: readonly number[];
}

async function main(args: readonly string[]): Promise<void> {
  const options = parseSweepOptions(args);
  if (options === "help") return await print(HELP);
  const indices = indicesOf(options);
  const inputs = await readSweepInputs(options);
  const sweep = {
    options,
    inputs,
    setting: settingOf(options, inputs),
    indices,
  };
  const startedAtMs = performance.now();
  const results = await run(sweep);
  const seconds = (performance.now() - startedAtMs) / 1_000;
  refuseIfAllAre(results);
  const ranked = rank(results, options);
  await writeFiles(sweep, ranked);
  await print(
    options.json
      ? `${JSON.stringify(summaryOf(sweep, ranked))}\n`
      : reportOf(sweep, ranked, seconds),
  );
}

/** The numbers of the combinations that are tried. */
function indicesOf({ parameters, samples, seed }: SweepOptions): number[] {
  const all = countCombinations(parameters);
  const wanted = Math.min(samples ?? all, all);
  if (wanted > COMBINATIONS_MAX) {
    throw new UsageError(
      `Cannot try ${wanted} combinations: at most ${COMBINATIONS_MAX}; --samples draws some`,
    );
  }
  return drawCombinations(parameters, wanted, randomFrom(seed))
    .sort((a, b) => a - b);
}

function settingOf(options: SweepOptions, inputs: SweepInputs): SweepSetting {
  const { strategy, parameters, cash, model, folds, train } = options;
  const { config, market, funding, candles } = inputs;
  try {
    const windows = walkForward(candles.length, { folds, trainShare: train });
    return {
      strategy,
      config,
      parameters,
      windows,
      market,
      cash,
      model,
      funding,
    };
  } catch (error) {
    if (!(error instanceof SweepError)) throw error;
    throw new UsageError(error.message);
  }
}

async function run(sweep: Sweep): Promise<SweepResult[]> {
  const { options, inputs, setting, indices } = sweep;
  using journal = options.out === null
    ? null
    : await Journal.open(`${options.out}/journal.jsonl`, headOf(sweep));
  const known = journal?.known ?? new Map<number, SweepResult>();
  const results = indices.flatMap((index) => known.get(index) ?? []);
  const bar = new ProgressBar("combinations");
  await bar.show(results.length, indices.length);
  await sweepOnCores({
    candles: inputs.candles,
    setting,
    indices: indices.filter((index) => !known.has(index)),
    workers: options.workers,
    onResults: async (some) => {
      results.push(...some);
      await journal?.append(some);
      await bar.show(results.length, indices.length);
    },
  });
  await bar.end();
  return results;
}

/** What a journal's results are about: all that a figure depends on. */
function headOf({ inputs, setting }: Sweep): Readonly<Record<string, unknown>> {
  const { candles, dataHash, funding, market, config } = inputs;
  const { strategy, parameters, windows, cash, model } = setting;
  return {
    candles: candles.length,
    dataHash,
    engineVersion: ENGINE_VERSION,
    strategy,
    config,
    parameters,
    model,
    cash,
    market,
    windows,
    funding,
  };
}

/** A parameter that is misspelt is refused in every combination. */
function refuseIfAllAre(results: readonly SweepResult[]): void {
  const [first] = results;
  if (first === undefined || results.some((one) => one.refused === null)) {
    return;
  }
  throw new UsageError(
    `Cannot run any of ${results.length} combinations: ${first.refused}`,
  );
}

async function writeFiles(
  { options, inputs }: Sweep,
  ranked: readonly RankedResult[],
): Promise<void> {
  const { out, parameters } = options;
  if (out === null) return;
  await writeFile(`${out}/results.csv`, rankingCsv(parameters, ranked));
  const map = heatMapOf(parameters, ranked);
  if (map === null) return;
  const note = `${options.strategy}, ${options.model}, ${options.goal}, ${
    options.folds === 0 ? "in sample" : `${options.folds} folds, out of sample`
  }; ${inputs.candles.length} candles, data ${
    inputs.dataHash.slice(0, 12)
  }, engine ${ENGINE_VERSION}`;
  const title = `Sweep of ${parameters.map(({ path }) => path).join(", ")}`;
  await writeFile(`${out}/heat-map.html`, [heatMapHtml(map, { title, note })]);
}

function summaryOf(sweep: Sweep, ranked: readonly RankedResult[]) {
  const { options, indices } = sweep;
  const { parameters, top, goal, minTrades } = options;
  const { windows: _windows, funding: _funding, ...head } = headOf(sweep);
  return {
    ...head,
    goal,
    minTrades,
    folds: options.folds,
    combinations: indices.length,
    walkForward: walkOutcome(ranked, options),
    results: ranked.slice(0, top).map((result) => ({
      ...result,
      values: Object.fromEntries(
        combinationAt(parameters, result.index).map((value, i) => [
          parameters[i]?.path ?? "",
          value,
        ]),
      ),
    })),
  };
}

function reportOf(
  { options, inputs, indices, setting }: Sweep,
  ranked: readonly RankedResult[],
  seconds: number,
): string {
  const { parameters, top, folds } = options;
  const walked = setting.windows.reduce(
    (sum, { train, test }) =>
      sum + train.to - train.from + (test === null ? 0 : test.to - test.from),
    0,
  ) * indices.length;
  const map = heatMapOf(parameters, ranked);
  return [
    `${indices.length} combinations, ${inputs.candles.length} candles, ${
      seconds.toFixed(1)
    } s, ${(walked / seconds / 1e6).toFixed(1)} million candles a second`,
    "",
    folds === 0
      ? "ranked in sample: nothing was kept aside"
      : `ranked out of sample: ${folds} test windows`,
    formatRanking(parameters, ranked, top),
    ...map === null
      ? []
      : ["", drawHeatMap(map, Deno.stdout.isTerminal() && !Deno.noColor)],
    ...folds === 0 ? [] : [
      "",
      "walk forward",
      formatWalk(parameters, walkOutcome(ranked, options)),
    ],
    ...options.out === null ? [] : ["", `written to ${options.out}`],
    "",
  ].join("\n");
}

if (import.meta.main) await runProgram(() => main(Deno.args));
