/**
 * The test command: `deno task test [PATH…] [options of deno test]`.
 *
 * Boots one throw-away Postgres for the run, makes the migrated template that
 * `createTestDatabase()` clones, runs `deno test` and ends with a line
 * `N passed, N failed` (and `, N skipped`).
 *
 * @module
 */
import { join } from "node:path";
import { startTestCluster } from "../supabase/local/test_cluster.ts";
import { TEST_DATABASE_VARIABLE } from "../supabase/local/test_database.ts";
import { stderrLog } from "../supabase/local/stderr_log.ts";
import { countTests, describeCount } from "./test_count.ts";

/** A test that never ends must not keep the run from telling. */
const RUN_MS_MAX = 30 * 60_000;
const ROOT = join(import.meta.dirname ?? ".", "..");
const SEED = join(ROOT, ".ci", "test_seed.ts");

async function runTests(
  adminUrl: string,
  stop: AbortSignal,
): Promise<number> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--parallel", `--preload=${SEED}`, ...Deno.args],
    cwd: ROOT,
    env: {
      [TEST_DATABASE_VARIABLE]: adminUrl,
      ...(Deno.stdout.isTerminal() && { FORCE_COLOR: "1" }),
    },
    stdin: "null",
    stdout: "piped",
    stderr: "inherit",
    signal: AbortSignal.any([stop, AbortSignal.timeout(RUN_MS_MAX)]),
  }).spawn();
  const decoder = new TextDecoder();
  let output = "";
  for await (const chunk of child.stdout) {
    await Deno.stdout.write(chunk);
    output += decoder.decode(chunk, { stream: true });
  }
  const { code } = await child.status;
  const count = countTests(output, code);
  await Deno.stdout.write(
    new TextEncoder().encode(`${describeCount(count)}\n`),
  );
  return code !== 0 ? code : count.failed > 0 ? 1 : 0;
}

async function main(): Promise<number> {
  // Interrupted, it still stops its Postgres and takes its files away.
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    Deno.addSignalListener(signal, () => stop.abort());
  }
  await using cluster = await startTestCluster({
    migrations: join(ROOT, "supabase", "migrations"),
    log: stderrLog("warn"),
  });
  return await runTests(cluster.adminUrl, stop.signal);
}

if (import.meta.main) {
  let code: number;
  try {
    code = await main();
  } catch (error) {
    stderrLog("info").error("test_run_failed", { error });
    await Deno.stdout.write(
      new TextEncoder().encode("0 passed, 1 failed\n"),
    );
    code = 1;
  }
  Deno.exit(code);
}
