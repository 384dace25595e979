import assert from "node:assert/strict";
import postgres from "postgres";
import { createTestDatabase } from "./test_database.ts";

Deno.test("createTestDatabase() clones a database each role can enter", async () => {
  await using database = await createTestDatabase();
  const users = [];
  for (const url of Object.values(database.urls)) {
    const sql = postgres(url, { max: 1 });
    const [row] =
      await sql`select current_user as user, current_database() as database`;
    users.push([row?.user, row?.database]);
    await sql.end();
  }
  assert.deepEqual(users, [
    ["postgres", database.name],
    ["engine", database.name],
    ["supabase_admin", database.name],
    ["lite_api", database.name],
  ]);
});

Deno.test("createTestDatabase() keeps clones apart and drops them", async () => {
  let url: string;
  {
    await using one = await createTestDatabase();
    await using two = await createTestDatabase();
    url = one.urls.postgres;
    assert.notEqual(one.name, two.name);
    const sql = postgres(url, { max: 1 });
    await sql`create table public.only_here (id int)`;
    await sql.end();
    const other = postgres(two.urls.postgres, { max: 1 });
    const [row] = await other`select to_regclass('public.only_here') as found`;
    await other.end();
    assert.equal(row?.found, null);
  }
  const sql = postgres(url, { max: 1 });
  await assert.rejects(sql`select 1`, { code: "3D000" });
  await sql.end();
});
