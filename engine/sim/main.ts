/**
 * `deno task sim --seed N --runs N`: runs the simulation.
 *
 * @module
 */
// deno-lint-ignore-file no-console
import { parseArgs } from "node:util";
import { type Mutation, MUTATIONS } from "./mutations.ts";
import { CALM, type Kind } from "./weather.ts";
import { simulate } from "./simulate.ts";

const HELP = `Simulates engines, exchange and database under faults.

  --seed N    first seed (1)
  --runs N    how many seeds in a row (1)
  --trace     say everything that happens
  --without A,B  faults that do not happen: ${Object.keys(CALM).join(", ")}
  --mutation A  take a safety rule away: ${MUTATIONS.join(", ")}
  --keep-on   go on after a violation`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: "string", default: "1" },
      runs: { type: "string", default: "1" },
      trace: { type: "boolean", default: false },
      "keep-on": { type: "boolean", default: false },
      without: { type: "string", default: "" },
      mutation: { type: "string" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const first = Number(values.seed);
  const runs = Number(values.runs);
  const startedAtMs = performance.now();
  const without = new Set(values.without.split(",").filter(isKind));
  let failed = 0;
  let simulatedMs = 0;
  let fills = 0;
  for (let seed = first; seed < first + runs; seed++) {
    const run = await simulate(seed, {
      without,
      ...(isMutation(values.mutation) && { mutation: values.mutation }),
      ...(values.trace && { trace: (line: string) => console.log(line) }),
    });
    simulatedMs += run.lastedMs;
    fills += run.fills;
    if (run.violation === null) continue;
    failed++;
    const { name, message, stack } = run.violation;
    console.log(`seed=${seed} ${name === "Violation" ? message : stack}`);
    if (!values["keep-on"]) break;
  }
  const seconds = (performance.now() - startedAtMs) / 1_000;
  console.log(
    `${runs} runs from seed ${first}: ${failed} failed, ${fills} fills, ${
      (simulatedMs / 3_600_000).toFixed(1)
    } h simulated in ${seconds.toFixed(1)} s`,
  );
  return failed === 0 ? 0 : 1;
}

function isKind(text: string): text is Kind {
  return text in CALM;
}

function isMutation(text: string | undefined): text is Mutation {
  return MUTATIONS.some((mutation) => mutation === text);
}

if (import.meta.main) Deno.exit(await main());
