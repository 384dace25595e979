// deno-lint-ignore-file no-console -- an entry point
/**
 * `deno task storm [--engines=3] [--bots=50] [--kills=40] [--foul=0] [--seed=N]`:
 * the kill storm at full size, on a durable Postgres of its own. `foul` is the
 * share of kills that another trouble follows: cut cables, a dead exchange. Ends with 0 when
 * nothing was missing, extra or doubled.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { join } from "node:path";
import { startTestCluster } from "@db/local/test_cluster.ts";
import { SILENT_LOG } from "@engine/store/testing/fixture.ts";
import { describe } from "../bench/distribution.ts";
import { Stage } from "./stage.ts";
import { storm } from "./storm.ts";

const MIGRATIONS = join(
  import.meta.dirname ?? ".",
  ...["..", "..", "supabase", "migrations"],
);
const CALM_MS = 10_000;
/**
 * What an order nobody knows of takes after the last kill until its row says
 * so: 15 s to arrive, 65 s that REST may be behind; and the machine is busy.
 */
const SETTLE_MS = 180_000;
/** design.md §12. */
const MANAGED_MS = 10_000;

function readOptions(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      engines: { type: "string", default: "3" },
      bots: { type: "string", default: "50" },
      kills: { type: "string", default: "40" },
      foul: { type: "string", default: "0" },
      speed: { type: "string", default: "200" },
      seed: {
        type: "string",
        default: String(Math.floor(Math.random() * 2 ** 32)),
      },
    },
  });
  return {
    engines: Number(values.engines),
    bots: Number(values.bots),
    kills: Number(values.kills),
    foul: Number(values.foul),
    speed: Number(values.speed),
    seed: Number(values.seed),
  };
}

async function main(args: string[]): Promise<void> {
  const options = readOptions(args);
  console.log(`Storm: ${JSON.stringify(options)}`);
  await using cluster = await startTestCluster({
    migrations: MIGRATIONS,
    log: SILENT_LOG,
    durable: true,
  });
  await using stage = await Stage.open({ ...options, cluster });
  const startedAtMs = performance.now();
  const report = await storm(stage, { ...options, calmMs: CALM_MS });
  await stage.untilFills(options.bots, 120_000);
  await stage.assertBooksAgree({ withinMs: SETTLE_MS, isWaitAllowed: false });
  const { fills, orders } = await stage.counts();
  const { p50, p95, max, count } = describe(report.managedAgainMs);
  const figures = [p50, p95, max].map((ms) => (ms / 1_000).toFixed(1));
  console.log(
    `${report.kills} kills in ${
      ((performance.now() - startedAtMs) / 1_000).toFixed(0)
    } s; ${count} bots orphaned, managed again after p50 ${figures[0]} s, p95 ${
      figures[1]
    } s, max ${figures[2]} s (${report.interrupted} met a second kill)`,
  );
  if (p95 > MANAGED_MS) {
    console.log("p95 is beyond the 10 s of design.md §12: a busy machine?");
  }
  const settled = describe(report.settledMs);
  const waited = report.settledMs.filter((ms) => ms > MANAGED_MS).length;
  console.log(
    `no order in doubt any more after p50 ${
      (settled.p50 / 1_000).toFixed(1)
    } s, p95 ${(settled.p95 / 1_000).toFixed(1)} s, max ${
      (settled.max / 1_000).toFixed(1)
    } s; ${waited} of ${settled.count} waited longer than 10 s`,
  );
  if (report.troubles.length > 0) console.log(report.troubles.join(" "));
  console.log(
    `${orders} orders, ${fills} fills: books and rows agree to the last digit`,
  );
}

/** What went wrong first: disposal may have failed after it. */
function explain(error: unknown): string {
  if (!(error instanceof SuppressedError)) return Deno.inspect(error);
  return `${explain(error.suppressed)}\nand then: ${explain(error.error)}`;
}

if (import.meta.main) {
  try {
    await main(Deno.args);
  } catch (error) {
    console.log(explain(error));
    Deno.exit(1);
  }
}
