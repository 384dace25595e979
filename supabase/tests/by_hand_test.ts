/**
 * What a hand in Studio or SQL can do: refused with a sentence, or in the
 * audit.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Sql } from "postgres";
import { actAs } from "./act_as.ts";
import {
  activate,
  addAdmin,
  addBot,
  addKey,
  addPlatformRows,
  addRowsEverywhere,
  addTrader,
  refusalOf,
} from "./people.ts";
import { openTestSql } from "./test_sql.ts";

/** A bot that has run, with a row in every table. */
async function addHistory(sql: Sql) {
  const trader = await addTrader(sql);
  await addRowsEverywhere(sql, trader);
  await sql`
    update public.bots
    set desired_state = 'running', desired_version = 1, acknowledged_version = 1,
      status = 'running'
    where id = ${trader.botId}`;
  return trader;
}

/** All bots have stopped, as their engines would report. */
async function stopBots(sql: Sql): Promise<void> {
  await sql`update public.bots set desired_state = 'stopped'`;
  await sql`
    update public.bots
    set status = 'stopped', acknowledged_version = desired_version`;
}

/** What the audit gained by a statement. */
async function auditOf(sql: Sql, statement: string) {
  const [last] = await sql`
    select coalesce(max(id), 0) as id from public.audit_events`;
  await sql.unsafe(statement);
  const rows = await sql`
    select action, target, detail->>'by' as by from public.audit_events
    where id > ${last?.id} order by id`;
  return rows.map((row) => `${row.action} ${row.target} ${row.by}`);
}

Deno.test("no table is emptied at once by hand", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  await addHistory(sql);
  const tables = await sql`
    select format('%I.%I', n.nspname, c.relname) as name
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    where c.relkind = 'r' and (
      n.nspname = 'public'
      or (n.nspname = 'private' and c.relname not in (
        -- Nobody misses them: see by_hand_matrix_test.ts.
        'broadcasts', 'rate_limits', 'telegram_links', 'user_presence'
      ))
    )`;
  assert.ok(tables.length > 15);
  for (const { name } of tables) {
    const refusal = await refusalOf(sql.unsafe(`truncate ${name} cascade`));
    assert.equal(refusal.code, "23001", name);
  }
});

Deno.test("an account that has traded keeps its owner, venue and UID", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const { keyId } = await addHistory(sql);
  for (
    const edit of [
      "exchange_uid = '1'",
      "venue = 'bitget'",
      "user_id = gen_random_uuid()",
    ]
  ) {
    const refusal = await refusalOf(
      sql.unsafe(`update public.exchange_keys set ${edit}`),
    );
    assert.match(refusal.message, /keeps its owner, venue and UID/, edit);
  }
  await sql`update public.exchange_keys set label = 'Mine' where id = ${keyId}`;
});

Deno.test("a key revoked by hand loses its secret, and the audit tells", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const { keyId } = await addTrader(sql);
  const told = await auditOf(
    sql,
    "update public.exchange_keys set status = 'revoked'",
  );
  assert.deepEqual(told, [
    `exchange_key_edited exchange_key:${keyId} postgres`,
  ]);
  const secrets = () => sql`select from private.exchange_key_secrets`;
  assert.equal((await secrets()).length, 0);
  const running = await addHistory(sql);
  await sql`
    update public.exchange_keys set status = 'revoked' where id = ${running.keyId}`;
  await test.engine`select private.forget_history(10)`;
  assert.equal(
    (await secrets()).length,
    1,
    "its orders are still to be canceled",
  );
  await stopBots(sql);
  await test.engine`select private.forget_history(10)`;
  assert.equal((await secrets()).length, 0, "no bot needs it any more");
});

Deno.test("keys and bots that have run are not deleted but with their user", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const { userId, keyId } = await addHistory(sql);
  const key = await refusalOf(sql`
    delete from public.exchange_keys where id = ${keyId}`);
  assert.match(key.message, /revoked, not deleted/);
  const bot = await refusalOf(sql`delete from public.bots`);
  assert.match(bot.message, /stopped, not deleted/);
  const deletion = () =>
    refusalOf(sql`delete from auth.users where id = ${userId}`);
  assert.match((await deletion()).message, /still trades/, "it runs");
  await stopBots(sql);
  assert.match((await deletion()).message, /still trades/, "an order rests");
  await sql`update public.orders set status = 'canceled'`;
  await sql`delete from auth.users where id = ${userId}`;
  assert.equal((await sql`select from public.fills`).length, 0);
});

Deno.test("a user deleted while his bot is being started stays, or goes with a bot that never ran", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  for (let round = 0; round < 5; round += 1) {
    const { userId, botId } = await addTrader(sql);
    await sql`
      update public.bots set desired_version = 1, acknowledged_version = 1
      where id = ${botId}`;
    const [start, deletion] = await Promise.allSettled([
      actAs(
        sql,
        { role: "authenticated", userId },
        (tx) => tx`select public.request_bot_start(${botId})`,
      ),
      sql`delete from auth.users where id = ${userId}`,
    ]);
    const left = await sql`select from public.bots where id = ${botId}`;
    assert.equal(start.status === "fulfilled", left.length === 1);
    assert.equal(deletion.status === "fulfilled", left.length === 0);
  }
});

Deno.test("what engines have written about money is neither deleted nor made another by hand", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  await addHistory(sql);
  for (
    const table of ["orders", "fills", "funding_payments", "bot_states"]
  ) {
    const refusal = await refusalOf(sql.unsafe(`delete from public.${table}`));
    assert.match(refusal.message, /not deleted by hand/, table);
  }
  for (
    const [edit, sentence] of [
      ["orders set client_order_id = 'x'", /sent as is never changed/],
      ["orders set price = 1", /sent as is never changed/],
      ["orders set position_side = 'short', order_side = 'sell'", /sent as/],
      ["fills set size = 1", /said of a fill is never changed/],
      ["funding_payments set amount = 5", /said of a payment is never/],
    ] as const
  ) {
    const refusal = await refusalOf(sql.unsafe(`update public.${edit}`));
    assert.match(refusal.message, sentence, edit);
  }
});

Deno.test("a version that leaps is refused: the kill switch reaches every bot", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  await addHistory(sql);
  const admin = await addAdmin(sql);
  for (
    const slip of [
      "desired_version = 2147483647",
      "desired_version = 0, acknowledged_version = 0",
      "config_version = 2147483647",
      "claim_epoch = 9223372036854775807",
      "lock_key = default",
    ]
  ) {
    const refusal = await refusalOf(
      sql.unsafe(`update public.bots set ${slip}`),
    );
    assert.equal(refusal.code, "23001", slip);
  }
  const [killed] = await actAs(
    sql,
    { role: "authenticated", userId: admin },
    (tx) => tx`select public.kill_all_bots('cancel_orders') as bots`,
  );
  assert.equal(killed?.bots, 1);
});

Deno.test("a bot that has run keeps its account", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const { userId } = await addHistory(sql);
  const other = await addKey(sql, userId);
  const refusal = await refusalOf(sql`
    update public.bots set exchange_key_id = ${other}`);
  assert.match(refusal.message, /keeps its account/);
});

Deno.test("a start by hand is asked what a trader's start is", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const { userId, keyId, botId } = await addTrader(sql);
  const start = () =>
    sql`update public.bots set desired_state = 'running' where id = ${botId}`;
  await sql`
    update public.profiles set status = 'suspended', status_reason = 'Look'
    where user_id = ${userId}`;
  const closed = await refusalOf(start());
  assert.equal(
    closed.message,
    "This bot may not start: This account is suspended: Look",
  );
  await sql`
    update public.profiles set status = 'pending_key' where user_id = ${userId}`;
  await sql`
    update public.exchange_keys set status = 'revoked' where id = ${keyId}`;
  assert.match((await refusalOf(start())).message, /key is revoked/);
  const real = await addKey(sql, userId, "bitget", "77");
  const unverified = await addBot(sql, { userId, keyId: real });
  const pending = await refusalOf(sql`
    update public.bots set desired_state = 'running' where id = ${unverified}`);
  assert.match(pending.message, /not verified yet/);
  await activate(sql, userId, "77");
  await sql`
    update public.bots set desired_state = 'running' where id = ${unverified}`;
});

Deno.test("an engine's lease is not lengthened by hand", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  await addPlatformRows(sql);
  const refusal = await refusalOf(sql`
    update public.engines set heartbeat_at = now() + interval '1 day'`);
  assert.match(refusal.message, /not of the future/);
  await test.engine`update public.engines set heartbeat_at = now()`;
});

Deno.test("the audit of an edit by hand keeps no secret", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  await addHistory(sql);
  const told = await auditOf(
    sql,
    "update private.exchange_key_secrets set sealed = 'e30..hush.hush.hush'",
  );
  assert.deepEqual(told, ["rows_edited table:exchange_key_secrets postgres"]);
  await sql.unsafe(`
    select 'hush' as password;
    update public.bot_events set message = 'x'`);
  await sql`update public.alert_channels set target = 'https://hush.test/'`;
  const leaks = await sql`
    select from public.audit_events where detail::text like '%hush%'`;
  assert.equal(leaks.length, 0);
});

Deno.test("an edit by hand of what engines have written stands in the audit; an engine's does not", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const { botId } = await addHistory(sql);
  for (
    const [table, edit] of [
      ["bots", "status = 'stopped'"],
      ["orders", "status = 'canceled'"],
      ["fills", "realized_pnl = 100"],
      ["bot_metrics", "equity = 5"],
      ["equity_snapshots", "equity = 5"],
      ["bot_events", "message = 'x'"],
    ] as const
  ) {
    assert.deepEqual(
      await auditOf(sql, `update public.${table} set ${edit}`),
      [`rows_edited table:${table} postgres`],
    );
  }
  await sql`insert into public.engines (name, host, pid, version, capacity)
    values ('e', 'h', 1, '1', 1)`;
  assert.deepEqual(await auditOf(sql, "delete from public.engines"), [
    "rows_deleted table:engines postgres",
  ]);
  const [statement] = await sql`
    select detail->>'statement' as text from public.audit_events
    where action = 'rows_deleted'`;
  assert.equal(statement?.text, "delete from public.engines");
  const before = await sql`select from public.audit_events`;
  await test.engine`
    update public.bots set status = 'running' where id = ${botId}`;
  await test.engine`
    update public.bot_metrics set equity = 7 where bot_id = ${botId}`;
  const after = await sql`select from public.audit_events`;
  assert.equal(after.length, before.length);
});
