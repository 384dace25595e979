/**
 * What a hand in Studio or SQL can do: refused with a sentence, or in the
 * audit.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Sql } from "postgres";
import { addRowsEverywhere, addTrader, refusalOf } from "./people.ts";
import { openTestSql } from "./test_sql.ts";

/** A bot that has run, with a row in every table. */
async function addHistory(sql: Sql) {
  const trader = await addTrader(sql);
  await addRowsEverywhere(sql, trader);
  await sql`
    update public.bots
    set desired_state = 'running', desired_version = 1, acknowledged_version = 1,
      status = 'running'`;
  return trader;
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
      or (n.nspname = 'private' and c.relname in ('admins', 'exchange_key_secrets'))
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
  assert.equal(
    (await secrets()).length,
    1,
    "its orders are still to be canceled",
  );
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
  await sql`delete from auth.users where id = ${userId}`;
  assert.equal((await sql`select from public.fills`).length, 0);
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
      ["funding_payments", "amount = 5"],
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
  assert.deepEqual(await auditOf(sql, "delete from public.fills"), [
    "rows_deleted table:fills postgres",
  ]);
  const [statement] = await sql`
    select detail->>'statement' as text from public.audit_events
    where action = 'rows_deleted'`;
  assert.equal(statement?.text, "delete from public.fills");
  const before = await sql`select from public.audit_events`;
  await test.engine`
    update public.bots set status = 'running' where id = ${botId}`;
  await test.engine`
    update public.bot_metrics set equity = 7 where bot_id = ${botId}`;
  const after = await sql`select from public.audit_events`;
  assert.equal(after.length, before.length);
});
