/**
 * `deno task backtest`: candles × configuration → report, in the terminal.
 *
 * @module
 */
import { ENGINE_VERSION } from "@core/version.ts";
import { FillLog } from "./fill_log.ts";
import { readInputs } from "./inputs.ts";
import { HELP, parseOptions } from "./options.ts";
import {
  drawCurve,
  equityCsv,
  fillsCsv,
  formatHead,
  formatTable,
  jsonOf,
} from "./print.ts";
import { type ModelRun, runModel } from "./run.ts";
import { print, runProgram } from "./usage_error.ts";
import { writeFile } from "./write_file.ts";

async function main(args: readonly string[]): Promise<void> {
  const options = parseOptions(args);
  if (options === "help") return await print(HELP);
  const inputs = await readInputs(options);
  const { candles } = inputs;
  const runs: ModelRun[] = [];
  const curves: string[] = [];
  const equity = new Float64Array(candles.length);
  const fills = options.csv === null ? null : new FillLog();
  for (const model of options.models) {
    const drawing = { equity, fills };
    runs.push(runModel(model, inputs, { ...options, drawing }));
    curves.push(`equity, ${model}\n${drawCurve(equity)}\n`);
    if (fills === null) continue;
    const path = (name: string) => `${options.csv}/${name}-${model}.csv`;
    await writeFile(path("equity"), equityCsv(candles, equity));
    await writeFile(path("fills"), fillsCsv(candles, fills));
  }
  if (!options.json) {
    const head = formatHead({ ...inputs, cash: options.cash }, runs);
    return await print([head, formatTable(runs), "", ...curves].join("\n"));
  }
  const models = Object.fromEntries(
    runs.map((run) => [run.model, jsonOf(run)]),
  );
  await print(
    JSON.stringify({
      candles: candles.length,
      dataHash: inputs.dataHash,
      engineVersion: ENGINE_VERSION,
      config: inputs.bot.config,
      models,
    }) + "\n",
  );
}

if (import.meta.main) await runProgram(() => main(Deno.args));
