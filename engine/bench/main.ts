// deno-lint-ignore-file no-console -- an entry point
/**
 * `deno task bench [SECTION …] [--json]`: how fast an engine answers, how much
 * one process carries, how soon another takes over. Real Postgres (durable
 * commits), the paper exchange and the engines are processes of their own,
 * everything on this machine.
 *
 * @module
 */
import { backtestSection } from "./backtest.ts";
import { reactionSection } from "./reaction.ts";
import { scaleSection } from "./scale.ts";
import { describeMachine, formatMachine } from "./machine.ts";
import {
  formatHead,
  formatMeasurement,
  type Measurement,
  type Section,
} from "./measurement.ts";
import { takeOverSection } from "./take_over.ts";
import { visibleSection } from "./visible.ts";

const SECTIONS: readonly Section[] = [
  reactionSection,
  scaleSection,
  takeOverSection,
  backtestSection,
  visibleSection,
];

const USAGE = `Usage: deno task bench [SECTION …] [--json]
Without a section all of them run, in this order:
${SECTIONS.map(({ name, about }) => `  ${name.padEnd(12)}${about}`).join("\n")}
  --json      one JSON object instead of the table
Percentiles are nearest ranks. Run it on a quiet machine: the load before the
bench began stands in its first line.`;

async function main(args: readonly string[]): Promise<number> {
  const isJson = args.includes("--json");
  const names = args.filter((arg) => arg !== "--json");
  if (names.some((name) => name === "--help" || name === "-h")) {
    console.log(USAGE);
    return 0;
  }
  const unknown = names.find((name) =>
    !SECTIONS.some((section) => section.name === name)
  );
  if (unknown !== undefined) {
    console.error(`Unknown section: ${unknown}\n\n${USAGE}`);
    return 2;
  }
  const machine = await describeMachine();
  if (!isJson) console.log(`${formatMachine(machine)}\n\n${formatHead()}`);
  const measurements: (Measurement & { readonly section: string })[] = [];
  for (const section of SECTIONS) {
    if (names.length > 0 && !names.includes(section.name)) continue;
    await section.run((measurement) => {
      measurements.push({ section: section.name, ...measurement });
      if (!isJson) console.log(formatMeasurement(measurement));
    });
  }
  if (isJson) console.log(JSON.stringify({ machine, measurements }, null, 2));
  return 0;
}

if (import.meta.main) Deno.exit(await main(Deno.args));
