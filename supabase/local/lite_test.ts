/** The traps of @supabase/lite (lite.ts): each found in 0.10.0, each held shut. */
import assert from "node:assert/strict";
import { createClient } from "@supabase/supabase-js";
import postgres from "postgres";
import { databaseUrl } from "./database_url.ts";
import { createLite } from "./lite.ts";
import { createTestDatabase, TEST_PASSWORD } from "./test_database.ts";
import { startTestStack, type TestStack } from "./test_stack.ts";

async function inDatabase<T>(
  url: string,
  run: (sql: postgres.Sql) => Promise<T>,
): Promise<T> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    return await run(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

/** Every right on tables, sequences and new ones, as one comparable text. */
function grants(url: string): Promise<string> {
  return inDatabase(url, async (sql) => {
    const rows = await sql`
      select n.nspname || '.' || c.relname as name, c.relacl::text as acl
      from pg_class c
      join pg_namespace n on n.oid = c.relnamespace
      where n.nspname in ('public', 'private', 'realtime', 'auth')
      union all
      select 'defaults of ' || defaclrole::regrole || defaclobjtype::text,
        defaclacl::text
      from pg_default_acl
      order by 1`;
    return rows.map(({ name, acl }) => `${name} ${acl}`).join("\n");
  });
}

async function signedIn(stack: TestStack) {
  const client = createClient(stack.url, stack.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  const { data, error } = await client.auth.signUp({
    email: "trader@example.com",
    password: "correct-horse-battery-9",
    options: { data: { "display_name": "Trader" } },
  });
  assert.equal(error, null);
  assert.ok(data.user !== null);
  return { client, userId: data.user.id };
}

Deno.test("createLite() leaves every grant as the migrations made it", async () => {
  await using stack = await startTestStack();
  const before = await grants(stack.database.urls.admin);
  const { client } = await signedIn(stack);
  await client.from("bots").select("*");
  await client.from("profiles").select("*");
  assert.equal(await grants(stack.database.urls.admin), before);
});

Deno.test("createLite() switches role even when no table has row level security", async () => {
  await using database = await createTestDatabase();
  await inDatabase(database.urls.postgres, async (sql) => {
    await sql.unsafe(`
      create table public.open_table (id int);
      insert into public.open_table values (1);
      -- Else lite does not see it at all.
      grant select on public.open_table to authenticated;
      do $$
      declare t regclass;
      begin
        for t in select c.oid from pg_class c
          where c.relnamespace = 'public'::regnamespace and c.relrowsecurity
        loop
          execute format('alter table %s disable row level security', t);
        end loop;
      end $$;`);
  });
  await using lite = createLite({
    databaseUrl: databaseUrl(database.urls.admin, {
      user: "lite_api",
      password: TEST_PASSWORD,
    }),
    siteUrl: "http://127.0.0.1",
    redirectUrls: [],
    jwtSecret: "a secret for tests that is longer than 32 bytes",
    jwtExpiry: 60,
    publishableKey: "sb_publishable_test",
    secretKey: "sb_secret_test",
    onMail: () => {},
  });
  const response = await lite.fetch(
    new Request("http://127.0.0.1/rest/v1/open_table?select=*", {
      headers: { apikey: "sb_publishable_test" },
    }),
    "127.0.0.1",
  );
  assert.equal((await response.json()).code, "42501");
});

Deno.test("createLite() cannot reach what its login was not given", async () => {
  await using database = await createTestDatabase();
  await inDatabase(database.urls.liteApi, async (sql) => {
    const [login] = await sql`
      select rolsuper, rolbypassrls from pg_roles where rolname = current_user`;
    assert.deepEqual({ ...login }, { rolsuper: false, rolbypassrls: false });
    await assert.rejects(
      sql`select * from private.exchange_key_secrets`,
      { code: "42501" },
    );
  });
});

Deno.test("createLite() answers values as PostgREST does", async () => {
  await using stack = await startTestStack();
  const { client, userId } = await signedIn(stack);
  await inDatabase(stack.database.urls.postgres, (sql) =>
    sql`
      insert into public.exchange_keys
        (user_id, label, venue, exchange_uid, key_hint, permissions,
         ip_restricted, status, verified_at)
      values (${userId}, 'k', 'paper', '1', 'abcd', '{trade}', false, 'active',
        '2026-11-22 14:32:45.5+00')`);
  const { data, error } = await client.from("exchange_keys")
    .select("verified_at,permissions,ip_restricted").single();
  assert.equal(error, null);
  assert.equal(data.verified_at, "2026-11-22T14:32:45.5+00:00");
  assert.deepEqual(data.permissions, ["trade"]);
});

Deno.test("createLite() stores metadata as objects, as triggers expect", async () => {
  await using stack = await startTestStack();
  const { userId } = await signedIn(stack);
  await inDatabase(stack.database.urls.postgres, async (sql) => {
    const [user] = await sql`
      select jsonb_typeof(raw_user_meta_data) as kind,
        raw_user_meta_data ->> 'display_name' as name
      from auth.users where id = ${userId}`;
    assert.deepEqual({ ...user }, { kind: "object", name: "Trader" });
  });
});

Deno.test("createLite() hands json arguments over as json, not as text", async () => {
  await using database = await createTestDatabase();
  await inDatabase(database.urls.postgres, (sql) =>
    sql.unsafe(`
      create function public.kind_of(value jsonb) returns text language sql
        set search_path = '' as 'select jsonb_typeof(value)';
      grant execute on function public.kind_of to anon;`));
  await using lite = createLite({
    databaseUrl: database.urls.liteApi,
    siteUrl: "http://127.0.0.1",
    redirectUrls: [],
    jwtSecret: "a secret for tests that is longer than 32 bytes",
    jwtExpiry: 60,
    publishableKey: "sb_publishable_test",
    secretKey: "sb_secret_test",
    onMail: () => {},
  });
  const kindOf = async (value: unknown): Promise<unknown> => {
    const response = await lite.fetch(
      new Request("http://127.0.0.1/rest/v1/rpc/kind_of", {
        method: "POST",
        headers: {
          apikey: "sb_publishable_test",
          "content-type": "application/json",
        },
        body: JSON.stringify({ value }),
      }),
      "127.0.0.1",
    );
    return await response.json();
  };
  assert.equal(await kindOf([1, 2]), "array");
  assert.equal(await kindOf({ a: 1 }), "object");
  assert.equal(await kindOf("some text"), "string");
});

Deno.test("createLite() answers a function's own refusal as PostgREST does", async () => {
  await using stack = await startTestStack();
  const client = createClient(stack.url, stack.publishableKey, {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  await client.auth.signUp({
    email: "owner@example.com",
    password: "correct-horse-battery-9",
  });
  const { status, error } = await client.rpc("revoke_exchange_key", {
    "exchange_key_id": crypto.randomUUID(),
  });
  assert.equal(status, 400);
  assert.equal(error?.code, "P0001");
  assert.equal(error?.message, "not_found");
  assert.equal(error?.details, "There is no such key");
});
