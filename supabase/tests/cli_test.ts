/**
 * What the Supabase CLI says of this folder and of a database migrated by our
 * own runner. It comes from npm at its first use.
 *
 * @module
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { generateTypes, TYPES_FILE } from "../generate_types.ts";
import { applyMigrations, readMigrations } from "../local/migrations.ts";
import { stderrLog } from "../local/stderr_log.ts";
import { startTestCluster } from "../local/test_cluster.ts";
import { createTestDatabase } from "../local/test_database.ts";
import { runSupabase } from "./supabase_cli.ts";

const ROOM = new URL("../", import.meta.url);

Deno.test("database_types.ts is what the CLI generates from the migrations", async () => {
  await using database = await createTestDatabase();
  assert.equal(
    await Deno.readTextFile(TYPES_FILE),
    await generateTypes(database.urls.postgres),
    "run: deno run -A supabase/generate_types.ts",
  );
});

Deno.test("supabase migration list agrees with our runner, and config.toml has no key the CLI does not know", async () => {
  await using database = await createTestDatabase();
  const { stdout, stderr } = await runSupabase([
    "migration",
    "list",
    `--remote=${database.urls.postgres}`,
  ]);
  const rows = stdout.split("\n").map((line) => [...line.matchAll(/\d{14}/g)])
    .filter((stamps) => stamps.length > 0)
    .map((stamps) => stamps.map(([stamp]) => stamp));
  const migrations = await readMigrations(
    fileURLToPath(new URL("migrations", ROOM)),
  );
  assert.deepEqual(
    rows,
    migrations.map(({ version }) => [version, version]),
  );
  assert.doesNotMatch(stderr, /WARN|deprecated|does not recognize/);
});

Deno.test("supabase migration up applies what our runner applies, and neither has anything left to do", async () => {
  const empty = await Deno.makeTempDir();
  await using cluster = await startTestCluster({
    migrations: empty,
    log: stderrLog("warn"),
  });
  await Deno.remove(empty);
  const url = cluster.adminUrl.replace("//supabase_admin:", "//postgres:");
  await runSupabase(["migration", "up", `--remote=${url}`, "--yes"]);
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    const migrations = await readMigrations(
      fileURLToPath(new URL("migrations", ROOM)),
    );
    assert.deepEqual(await applyMigrations(sql, migrations), []);
    const [count] = await sql`
      select count(*)::int as applied
      from supabase_migrations.schema_migrations`;
    assert.equal(count?.applied, migrations.length);
  } finally {
    await sql.end({ timeout: 5 });
  }
});

Deno.test("supabase db advisors finds nothing to warn of", async () => {
  await using database = await createTestDatabase();
  const { stdout, stderr } = await runSupabase([
    "db",
    "advisors",
    `--remote=${database.urls.postgres}`,
    "--fail-on",
    "warn",
  ]);
  assert.match(stdout + stderr, /No issues found/);
});

Deno.test("config.toml names each function with files that are there", async () => {
  const config = await Deno.readTextFile(new URL("config.toml", ROOM));
  const sections = [...config.matchAll(/^\[functions\.(\w+)\]\n((?:.+\n)+)/gm)];
  assert.deepEqual(sections.map((match) => match[1]).sort(), [
    "alerts",
    "bots",
    "keys",
    "uid",
  ]);
  for (const [, name, section = ""] of sections) {
    assert.match(section, /verify_jwt = false/, name ?? "");
    for (const key of ["entrypoint", "import_map"]) {
      const [, path] = new RegExp(`${key} = "(.+)"`).exec(section) ?? [];
      assert.ok(
        (await Deno.stat(new URL(path ?? "", ROOM))).isFile,
        path ?? "",
      );
    }
  }
});

Deno.test("supabase functions deploy finds the functions and what they import", async () => {
  const deployed = new Map<string, string[]>();
  // Stands for the platform's management API, which is not ours.
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      const { searchParams } = new URL(request.url);
      const slug = searchParams.get("slug");
      if (request.method === "GET") return Response.json([]);
      if (slug === null) {
        await request.body?.cancel();
        return Response.json({});
      }
      const files = (await request.formData()).getAll("file")
        .map((file) => file instanceof File ? file.name : "");
      deployed.set(slug, files);
      return Response.json({
        id: slug,
        slug,
        name: slug,
        status: "ACTIVE",
        version: 1,
        "created_at": 1,
        "updated_at": 1,
      }, { status: 201 });
    },
  );
  const api = `http://127.0.0.1:${server.addr.port}`;
  const profile = await Deno.makeTempFile({ suffix: ".yaml" });
  try {
    await Deno.writeTextFile(
      profile,
      `name: test\napi_url: "${api}"\ndashboard_url: "${api}"\nproject_host: "127.0.0.1"\n`,
    );
    await runSupabase([
      "functions",
      "deploy",
      "--use-api",
      `--remote=${"a".repeat(20)}`,
      "--profile",
      profile,
      "--yes",
    ], { SUPABASE_ACCESS_TOKEN: `sbp_${"0".repeat(40)}` });
  } finally {
    await Deno.remove(profile);
  }
  assert.deepEqual([...deployed.keys()].sort(), [
    "alerts",
    "bots",
    "keys",
    "uid",
  ]);
  for (const [slug, files] of deployed) {
    for (
      const file of [
        `functions/${slug}/index.ts`,
        `functions/${slug}/app.ts`,
        "functions/import_map.json",
        "functions/_shared/errors.ts",
        "engine/vault/keys.ts",
      ]
    ) {
      assert.ok(files.includes(file), `${slug} needs ${file}`);
    }
  }
});
