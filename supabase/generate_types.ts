/**
 * Writes `database_types.ts` from the migrations: boots a throw-away Postgres,
 * applies them, and asks the Supabase CLI for the types.
 *
 * `deno run -A supabase/generate_types.ts`
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { stderrLog } from "./local/stderr_log.ts";
import { startTestCluster } from "./local/test_cluster.ts";
import { runSupabase } from "./tests/supabase_cli.ts";

/** Where the generated types are. */
export const TYPES_FILE = fileURLToPath(
  new URL("./database_types.ts", import.meta.url),
);

const HEADER =
  "// Generated from the migrations by generate_types.ts. Do not edit.\n";

/**
 * Returns the text of `database_types.ts` for a migrated database.
 *
 * @param url Of the role `postgres`.
 * @throws {Error} If the CLI or the formatter fails.
 */
export async function generateTypes(url: string): Promise<string> {
  const { stdout: raw } = await runSupabase([
    "gen",
    "types",
    "typescript",
    "--schema",
    "public",
    `--remote=${url}`,
  ]);
  // The CLI draws its progress on stdout, too.
  const start = raw.indexOf("export type Json");
  if (start < 0) throw new Error(`The CLI answered no types: ${raw}`);
  return await format(HEADER + raw.slice(start));
}

async function format(text: string): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--no-config", "--ext", "ts", "-"],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  if (!success) {
    throw new Error(`Cannot format the types: ${decoder.decode(stderr)}`);
  }
  return decoder.decode(stdout);
}

if (import.meta.main) {
  const log = stderrLog("info");
  await using cluster = await startTestCluster({
    migrations: fileURLToPath(new URL("./migrations", import.meta.url)),
    log,
  });
  const url = cluster.adminUrl.replace("//supabase_admin:", "//postgres:");
  await Deno.writeTextFile(TYPES_FILE, await generateTypes(url));
  log.info("types_written", { file: TYPES_FILE });
}
