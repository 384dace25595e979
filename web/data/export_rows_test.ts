/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import postgres from "postgres";
import { createTestDatabase } from "../../supabase/local/test_database.ts";
import { EXPORTED_TABLES } from "./export_rows.ts";

Deno.test("EXPORTED_TABLES are all tables that show a trader rows of his own", async () => {
  await using database = await createTestDatabase();
  const sql = postgres(database.urls.postgres, { max: 1, onnotice: () => {} });
  try {
    const rows = await sql`
      select distinct p.tablename from pg_policies as p
      where p.schemaname = 'public' and p.cmd = 'SELECT'
        and 'authenticated' = any (p.roles) and p.qual ~ 'auth\\.uid'`;
    const readable = rows.map((row) => String(row.tablename)).sort();
    assert.ok(readable.includes("alert_messages"));
    assert.deepEqual([...EXPORTED_TABLES].sort(), readable);
  } finally {
    await sql.end({ timeout: 5 });
  }
});
