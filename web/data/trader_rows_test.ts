/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import postgres from "postgres";
import { startTestStack } from "../../supabase/local/test_stack.ts";
import { addBot, addKey, addTrader } from "../../supabase/tests/people.ts";
import { createSupabaseClient } from "./client.ts";
import { loadTraderRows } from "./trader_rows.ts";

Deno.test(
  "loadTraderRows() brings an admin his own rows, of those he may all read",
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
    const { data } = await client.auth.signUp({
      email: "admin@example.com",
      password: "correct-horse-battery-9",
    });
    const userId = data.user?.id ?? assert.fail("No user");
    const sql = postgres(stack.database.urls.postgres, {
      max: 1,
      onnotice: () => {},
    });
    try {
      await sql`insert into private.admins (user_id) values (${userId})`;
      const other = await addTrader(sql);
      const keyId = await addKey(sql, userId);
      const botId = await addBot(sql, { userId, keyId });
      await sql`
        insert into public.bot_metrics (bot_id, equity)
        values (${other.botId}, 1), (${botId}, 2)`;
      const everybody = await client.from("bot_metrics").select("bot_id");
      assert.equal(everybody.data?.length, 2);
      const rows = await loadTraderRows(client, userId);
      assert.equal(rows.profile?.userId, userId);
      assert.deepEqual(rows.keys.map(({ id }) => id), [keyId]);
      assert.deepEqual(rows.bots.map(({ id }) => id), [botId]);
      assert.deepEqual(
        rows.metrics.map((one) => [one.botId, one.equity]),
        [[botId, 2]],
      );
    } finally {
      await sql.end({ timeout: 5 });
      await client.auth.stopAutoRefresh();
      localStorage.clear();
    }
  },
);
