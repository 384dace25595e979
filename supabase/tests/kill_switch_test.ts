/** kill_all_bots() and what happens at the same moment. @module */
import assert from "node:assert/strict";
import type { Sql } from "postgres";
import { actAs } from "./act_as.ts";
import { meet } from "./meet.ts";
import { addAdmin, addTrader, type BotRef } from "./people.ts";
import { openTestSql } from "./test_sql.ts";

async function kill(sql: Sql, admin: string, policy: string): Promise<number> {
  const [row] = await actAs(
    sql,
    { role: "authenticated", userId: admin },
    (tx) => tx`select public.kill_all_bots(${policy}) as bots`,
  );
  return row?.bots;
}

async function intentOf(sql: Sql, { botId }: BotRef): Promise<string> {
  const [row] = await sql`
    select desired_state || ' ' || stop_policy as intent
    from public.bots where id = ${botId}`;
  return String(row?.intent);
}

/** Puts a bot where its engine would have left it. */
async function place(
  sql: Sql,
  { botId }: BotRef,
  wanted: {
    readonly state: string;
    readonly status: string;
    readonly policy?: string;
  },
): Promise<void> {
  await sql`
    update public.bots
    set desired_state = ${wanted.state}, status = ${wanted.status},
      stop_policy = ${wanted.policy ?? "keep_take_profits"},
      desired_version = desired_version + 1
    where id = ${botId}`;
}

Deno.test("kill_all_bots() reaches a bot whose start is being written at that moment", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const admin = await addAdmin(sql);
  const bot = await addTrader(sql);
  const killed = await meet(
    test,
    async (tx) => {
      const claims = JSON.stringify({ role: "authenticated", sub: bot.userId });
      await tx`select set_config('request.jwt.claims', ${claims}, true)`;
      await tx`select public.request_bot_start(${bot.botId})`;
    },
    (other) => kill(other, admin, "cancel_orders"),
  );
  assert.deepEqual(killed, { status: "fulfilled", value: 1 });
  assert.equal(await intentOf(sql, bot), "stopped cancel_orders");
});

Deno.test("kill_all_bots() never softens a stop that is under way", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const admin = await addAdmin(sql);
  const closing = await addTrader(sql);
  const keeping = await addTrader(sql);
  const running = await addTrader(sql);
  await place(sql, closing, {
    state: "stopped",
    status: "stopping",
    policy: "close_positions",
  });
  await place(sql, keeping, { state: "stopped", status: "stopping" });
  // What a bot was stopped by the last time says nothing of this one.
  await place(sql, running, {
    state: "running",
    status: "running",
    policy: "close_positions",
  });
  assert.equal(await kill(sql, admin, "cancel_orders"), 3);
  assert.equal(await intentOf(sql, closing), "stopped close_positions");
  assert.equal(await intentOf(sql, keeping), "stopped cancel_orders");
  assert.equal(await intentOf(sql, running), "stopped cancel_orders");
});

Deno.test("kill_all_bots() says in each bot's log who stopped it and what becomes of it", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const admin = await addAdmin(sql);
  const bot = await addTrader(sql);
  const idle = await addTrader(sql);
  await place(sql, bot, { state: "running", status: "running" });
  await kill(sql, admin, "close_positions");
  const told = await sql`
    select bot_id, level, code, message from public.bot_events`;
  assert.deepEqual(told.map((row) => [row.bot_id, row.level, row.code]), [
    [bot.botId, "warning", "stopped_by_platform"],
  ]);
  assert.match(told[0]?.message, /closes its positions/);
  assert.equal(await intentOf(sql, idle), "stopped keep_take_profits");
});
