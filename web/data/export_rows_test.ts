/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import postgres from "postgres";
import { createTestDatabase } from "../../supabase/local/test_database.ts";
import { startTestStack } from "../../supabase/local/test_stack.ts";
import { addBot, addFills, addKey } from "../../supabase/tests/people.ts";
import { createSupabaseClient } from "./client.ts";
import { EXACT_COLUMNS, EXPORTED_TABLES, exportRows } from "./export_rows.ts";

Deno.test("EXPORTED_TABLES are all tables that show a trader rows of his own, EXACT_COLUMNS all their decimals", async () => {
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
    const numerics = await sql`
      select table_name as name,
        array_agg(column_name::text order by column_name::text) as columns
      from information_schema.columns
      where table_schema = 'public' and data_type = 'numeric'
        and table_name = any (${sql.array(readable)})
      group by table_name`;
    assert.deepEqual(
      Object.fromEntries(numerics.map((row) => [row.name, row.columns])),
      Object.fromEntries(
        Object.entries(EXACT_COLUMNS).map(([t, c]) => [t, [...c].sort()]),
      ),
    );
  } finally {
    await sql.end({ timeout: 5 });
  }
});

Deno.test(
  "exportRows() keeps every digit, and reads nobody else's rows",
  // supabase-js lets timers run out.
  { sanitizeOps: false, sanitizeResources: false },
  async () => {
    await using stack = await startTestStack();
    const client = createSupabaseClient({
      supabaseUrl: stack.url,
      publishableKey: stack.publishableKey,
      venues: { paper: null, bitget: { rest: "", ws: "" } },
      mailInboxUrl: null,
      demo: null,
    });
    const idOf = async (email: string) => {
      const { data } = await client.auth.signUp({
        email,
        password: "correct-horse-battery-9",
      });
      return data.user?.id ?? assert.fail("No user");
    };
    const other = await idOf("other@example.com");
    const userId = await idOf("trader@example.com");
    const sql = postgres(stack.database.urls.postgres, {
      max: 1,
      onnotice: () => {},
    });
    try {
      for (const id of [other, userId]) {
        const keyId = await addKey(sql, id);
        const botId = await addBot(sql, { userId: id, keyId });
        await addFills(sql, { userId: id, keyId, botId }, [`of ${id}`]);
      }
      await sql`update public.fills set realized_pnl = 1234567.123456789012345678`;
      const rows = await exportRows(client, userId, {
        signal: new AbortController().signal,
        onProgress: () => {},
      });
      assert.deepEqual(
        rows.fills?.map((row) => [row.realized_pnl, row.price, row.fee]),
        [["1234567.123456789012345678", "650.1", "0.0065"]],
      );
      assert.equal(rows.fills?.[0]?.venue_trade_id, `of ${userId}`);
      assert.deepEqual(Object.keys(rows).sort(), [...EXPORTED_TABLES].sort());
      assert.equal(JSON.stringify(rows).includes("exact_"), false);
    } finally {
      await sql.end({ timeout: 5 });
      await client.auth.stopAutoRefresh();
      localStorage.clear();
    }
  },
);

Deno.test(
  "exportRows() reads to the end on a server that gives fewer rows than asked for",
  // supabase-js lets timers run out.
  { sanitizeOps: false, sanitizeResources: false },
  async () => {
    const ids = [1, 2, 3, 4, 5];
    const given = 2;
    await using server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, onListen: () => {} },
      (request) => {
        const { pathname, searchParams } = new URL(request.url);
        const after = Number(searchParams.get("id")?.replace("gt.", "") ?? 0);
        const rows = pathname === "/rest/v1/orders"
          ? ids.filter((id) => id > after).slice(0, given)
          : [];
        return Response.json(rows.map((id) => ({ id })));
      },
    );
    const client = createSupabaseClient({
      supabaseUrl: `http://127.0.0.1:${server.addr.port}`,
      publishableKey: "sb_publishable_test",
      venues: { paper: null, bitget: { rest: "", ws: "" } },
      mailInboxUrl: null,
      demo: null,
    });
    try {
      const rows = await exportRows(client, crypto.randomUUID(), {
        signal: new AbortController().signal,
        onProgress: () => {},
      });
      assert.deepEqual(rows.orders?.map(({ id }) => id), ids);
    } finally {
      await client.auth.stopAutoRefresh();
      localStorage.clear();
    }
  },
);
