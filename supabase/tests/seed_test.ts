/** seed.sql, which `supabase start` runs on Auth's own tables. @module */
import assert from "node:assert/strict";
import postgres from "postgres";
import { createTestDatabase } from "../local/test_database.ts";

const SEED = new URL("../seed.sql", import.meta.url);

Deno.test("seed.sql makes an admin and a trader with passwords told once, twice as once, and refuses a database in use", async () => {
  await using database = await createTestDatabase();
  const seed = await Deno.readTextFile(SEED);
  const notices: string[] = [];
  const sql = postgres(database.urls.admin, {
    max: 1,
    onnotice: (notice) => notices.push(String(notice.message)),
  });
  try {
    // A column of Auth's own table that the embedded one has not.
    await sql`alter table auth.users add column if not exists instance_id uuid`;
    await sql.unsafe(seed).simple();
    await sql.unsafe(seed).simple();
    const told = notices.flatMap((
      notice,
    ) => [...notice.matchAll(/^Seeded (\S+), password ([0-9a-f]{24})$/g)]);
    assert.deepEqual(told.map((match) => match[1]), [
      "admin@trellis.local",
      "demo@trellis.local",
    ]);
    for (const [, email = "", password = ""] of told) {
      const [user] = await sql`
        select u.encrypted_password = extensions.crypt(
            ${password}, u.encrypted_password
          ) as matches, p.display_name,
          exists (select from private.admins as a where a.user_id = u.id) as admin,
          exists (select from auth.identities as i where i.user_id = u.id) as known
        from auth.users as u
        join public.profiles as p on p.user_id = u.id
        where u.email = ${email}`;
      assert.deepEqual({ ...user }, {
        matches: true,
        "display_name": email.startsWith("admin") ? "Admin" : "Demo",
        admin: email.startsWith("admin"),
        known: true,
      });
    }
    await sql`
      insert into auth.users (id, email)
      values (gen_random_uuid(), 'someone@example.com')`;
    await assert.rejects(
      async () => await sql.unsafe(seed).simple(),
      /has users of its own/,
    );
  } finally {
    await sql.end({ timeout: 5 });
  }
});
