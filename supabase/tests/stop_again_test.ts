/** Stopping bots that faulted while they stopped. @module */
import assert from "node:assert/strict";
import type { Sql } from "postgres";
import { actAs } from "./act_as.ts";
import { addAdmin, addTrader, type BotRef } from "./people.ts";
import { openTestSql } from "./test_sql.ts";

/** A bot that was asked to stop and faulted at it. */
async function addFaulted(sql: Sql): Promise<BotRef> {
  const bot = await addTrader(sql);
  await sql`
    update public.bots
    set desired_state = 'stopped', stop_policy = 'cancel_orders',
      desired_version = 2, acknowledged_version = 2, status = 'faulted',
      status_code = 'key_invalid', status_reason = 'The key is refused'
    where id = ${bot.botId}`;
  return bot;
}

async function versionOf(sql: Sql, bot: BotRef): Promise<unknown> {
  const [row] = await sql`
    select desired_version, stop_policy from public.bots
    where id = ${bot.botId}`;
  return { ...row };
}

async function stop(sql: Sql, bot: BotRef, policy: string): Promise<void> {
  await actAs(
    sql,
    { role: "authenticated", userId: bot.userId },
    (tx) => tx`select public.request_bot_stop(${bot.botId}, ${policy})`,
  );
}

Deno.test("request_bot_stop() asks again for a stop that faulted, once until it is answered", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const bot = await addFaulted(sql);
  await stop(sql, bot, "cancel_orders");
  const asked = { "desired_version": 3, "stop_policy": "cancel_orders" };
  assert.deepEqual(await versionOf(sql, bot), asked);
  await stop(sql, bot, "cancel_orders");
  assert.deepEqual(await versionOf(sql, bot), asked);
  await stop(sql, bot, "close_positions");
  assert.deepEqual(await versionOf(sql, bot), {
    "desired_version": 4,
    "stop_policy": "close_positions",
  });
});

Deno.test("kill_all_bots() reaches a bot whose stop faulted, and its preview counts it", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const admin = await addAdmin(sql);
  const bot = await addFaulted(sql);
  const asAdmin = (name: string) =>
    actAs(
      sql,
      { role: "authenticated", userId: admin },
      (tx) => tx.unsafe(`select public.${name}('cancel_orders') as answer`),
    );
  const [preview] = await asAdmin("preview_kill");
  assert.equal(preview?.answer.bots, 1);
  const [killed] = await asAdmin("kill_all_bots");
  assert.equal(killed?.answer, 1);
  assert.deepEqual(await versionOf(sql, bot), {
    "desired_version": 3,
    "stop_policy": "cancel_orders",
  });
});
