/**
 * `deno task backtest`: candles × configuration → report, in the terminal.
 *
 * @module
 */
import { readInputs } from "./inputs.ts";
import { HELP, parseOptions, UsageError } from "./options.ts";
import { drawCurve, equityCsv, fillsCsv, formatTable } from "./print.ts";
import { type ModelRun, runModel } from "./run.ts";

/** The version of the code that decides; stored with results. */
const ENGINE_VERSION = "0.1.0";

/** Writes text to stdout, whole. */
async function print(text: string): Promise<void> {
  const writer = Deno.stdout.writable.getWriter();
  await writer.write(new TextEncoder().encode(text));
  writer.releaseLock();
}

async function main(args: readonly string[]): Promise<void> {
  const options = parseOptions(args);
  if (options === "help") return await print(HELP);
  const inputs = await readInputs(options);
  const { candles } = inputs;
  const runs = options.models.map((model) => runModel(model, inputs, options));
  if (options.csv !== null) {
    await Deno.mkdir(options.csv, { recursive: true });
    for (const run of runs) {
      const file = (name: string) => `${options.csv}/${name}-${run.model}.csv`;
      await Deno.writeTextFile(file("equity"), equityCsv(candles, run));
      await Deno.writeTextFile(file("fills"), fillsCsv(candles, run));
    }
  }
  if (!options.json) return await print(formatReport(candles.length, runs));
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
      config: inputs.config,
      models,
    }) + "\n",
  );
}

function formatReport(length: number, runs: readonly ModelRun[]): string {
  const curves = runs.map(({ model, equity }) =>
    `equity, ${model}\n${drawCurve(equity)}\n`
  );
  return [`${length} candles`, formatTable(runs), "", ...curves].join("\n");
}

if (import.meta.main) {
  try {
    await main(Deno.args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await Deno.stderr.write(new TextEncoder().encode(`${error.message}\n`));
    Deno.exit(2);
  }
}
