/**
 * `deno task backtest`: candles × configuration → report, in the terminal.
 *
 * @module
 */
import { ENGINE_VERSION } from "@core/version.ts";
import { readInputs } from "./inputs.ts";
import { HELP, parseOptions } from "./options.ts";
import { drawCurve, equityCsv, fillsCsv, formatTable } from "./print.ts";
import { type ModelRun, runModel } from "./run.ts";
import { print, runProgram, UsageError, writeAll } from "./usage_error.ts";

async function main(args: readonly string[]): Promise<void> {
  const options = parseOptions(args);
  if (options === "help") return await print(HELP);
  const inputs = await readInputs(options);
  const { candles } = inputs;
  const runs: Omit<ModelRun, "equity" | "fills">[] = [];
  const curves: string[] = [];
  // One model after the other: nothing large outlives its turn.
  for (const model of options.models) {
    const { equity, fills, ...run } = runModel(model, inputs, options);
    runs.push(run);
    curves.push(`equity, ${model}\n${drawCurve(equity)}\n`);
    if (options.csv === null) continue;
    const path = (name: string) => `${options.csv}/${name}-${model}.csv`;
    await writeFile(path("equity"), equityCsv(candles, equity));
    await writeFile(path("fills"), fillsCsv(candles, fills));
  }
  if (!options.json) {
    const head = `${candles.length} candles, funding ${
      inputs.funding === null ? "unknown" : "known"
    }`;
    return await print([head, formatTable(runs), "", ...curves].join("\n"));
  }
  const models = Object.fromEntries(
    runs.map(({ model, report, candlesPerSecond }) => [
      model,
      { ...report, candlesPerSecond },
    ]),
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

/** Writes a file part by part. @throws {UsageError} Where it cannot. */
async function writeFile(path: string, parts: Iterable<string>): Promise<void> {
  try {
    await Deno.mkdir(path.replace(/[^/\\]*$/, ""), { recursive: true });
    using file = await Deno.create(path);
    const encoder = new TextEncoder();
    for (const part of parts) await writeAll(file, encoder.encode(part));
  } catch (error) {
    throw new UsageError(`Cannot write ${path}: ${error}`);
  }
}

if (import.meta.main) await runProgram(() => main(Deno.args));
