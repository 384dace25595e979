import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import postgres from "postgres";
import { applyMigrations, readMigrations } from "./migrations.ts";
import { createTestDatabase } from "./test_database.ts";

const MIGRATIONS = fileURLToPath(new URL("../migrations", import.meta.url));

Deno.test("applyMigrations() writes the Supabase CLI's history, once", async () => {
  await using database = await createTestDatabase();
  const sql = postgres(database.urls.postgres, { max: 1, onnotice: () => {} });
  const files = await readMigrations(MIGRATIONS);
  const rows = await sql`
    select version, name, statements
    from supabase_migrations.schema_migrations order by version`;
  assert.ok(files.length > 0);
  assert.deepEqual(
    rows.map((row) => [row.version, row.name, row.statements]),
    files.map(({ version, name, text }) => [version, name, [text]]),
  );
  assert.deepEqual(await applyMigrations(sql, files), []);
  await sql.end();
});

Deno.test("applyMigrations() names the file that fails and keeps what came before", async () => {
  await using database = await createTestDatabase();
  const sql = postgres(database.urls.postgres, { max: 1, onnotice: () => {} });
  const migration = (version: string, text: string) => ({
    version,
    name: "try",
    text,
  });
  await assert.rejects(
    applyMigrations(sql, [
      migration("90000000000001", "create table public.kept (id int);"),
      migration("90000000000002", "create table public.gone (id int); bad;"),
    ]),
    /Cannot apply migration 90000000000002_try: syntax error/,
  );
  const [row] = await sql`
    select to_regclass('public.kept') is not null as kept,
      to_regclass('public.gone') is not null as gone`;
  assert.deepEqual({ ...row }, { kept: true, gone: false });
  await sql.end();
});

Deno.test("applyMigrations() runs them without superuser rights", async () => {
  await using database = await createTestDatabase();
  const sql = postgres(database.urls.postgres, { max: 1, onnotice: () => {} });
  await assert.rejects(
    applyMigrations(sql, [{
      version: "90000000000001",
      name: "too_much",
      text: "alter system set work_mem = '1GB';",
    }]),
    /Cannot apply migration 90000000000001_too_much/,
  );
  await sql.end();
});

Deno.test("readMigrations() finds none where there is no folder", async () => {
  assert.deepEqual(await readMigrations("/nowhere/at/all"), []);
});
