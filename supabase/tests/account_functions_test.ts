/** delete_account(). @module */
import assert from "node:assert/strict";
import type { Sql } from "postgres";
import { actAs } from "./act_as.ts";
import {
  addFills,
  addKey,
  addOrder,
  addRowsEverywhere,
  addTrader,
  type BotRef,
  refusalOf,
} from "./people.ts";
import { openTestSql } from "./test_sql.ts";

const mailOf = (userId: string) => `${userId}@test.local`;

async function deleteAccount(
  sql: Sql,
  userId: string,
  email = mailOf(userId),
): Promise<void> {
  await actAs(
    sql,
    { role: "authenticated", userId },
    (tx) => tx`select public.delete_account(${email})`,
  );
}

/** How many rows of each table hang on a user. */
async function rowsOf(sql: Sql, bot: BotRef): Promise<Record<string, number>> {
  const { userId, botId, keyId } = bot;
  const [row] = await sql<Record<string, number>[]>`
    select
      (select count(*) from auth.users where id = ${userId})::int as users,
      (select count(*) from public.profiles where user_id = ${userId})::int as profiles,
      (select count(*) from public.exchange_keys where user_id = ${userId})::int as keys,
      (select count(*) from private.exchange_key_secrets where exchange_key_id = ${keyId})::int as secrets,
      (select count(*) from public.bots where user_id = ${userId})::int as bots,
      (select count(*) from public.orders where user_id = ${userId})::int as orders,
      (select count(*) from public.fills where user_id = ${userId})::int as fills,
      (select count(*) from public.funding_payments where user_id = ${userId})::int as payments,
      (select count(*) from public.bot_metrics where bot_id = ${botId})::int as metrics,
      (select count(*) from public.equity_snapshots where bot_id = ${botId})::int as snapshots,
      (select count(*) from public.bot_events where user_id = ${userId})::int as events`;
  return row ?? {};
}

async function finishOrders(sql: Sql, bot: BotRef): Promise<void> {
  await sql`
    update public.orders set status = 'canceled', finished_at = now()
    where user_id = ${bot.userId}`;
}

Deno.test("delete_account() takes everything of the user and nothing of others", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const bot = await addTrader(sql);
  const other = await addTrader(sql);
  for (const one of [bot, other]) {
    await addRowsEverywhere(sql, one);
    await finishOrders(sql, one);
  }
  const before = await rowsOf(sql, other);
  await deleteAccount(sql, bot.userId, ` ${mailOf(bot.userId).toUpperCase()} `);
  assert.deepEqual(
    new Set(Object.values(await rowsOf(sql, bot))),
    new Set([0]),
  );
  assert.deepEqual(await rowsOf(sql, other), before);
  const audit = await sql`
    select action, detail from public.audit_events
    where target = ${`profile:${bot.userId}`}`;
  assert.deepEqual(audit.map((row) => [row.action, row.detail]), [[
    "account_deleted",
    {},
  ]]);
});

Deno.test("delete_account() leaves no row of any table that names the user, but the audit", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const bot = await addTrader(sql);
  const second = await addKey(sql, bot.userId, "bitget", "9090909");
  await addRowsEverywhere(sql, bot);
  await finishOrders(sql, bot);
  await sql`
    insert into private.telegram_chats (channel_id, chat_id)
    select id, '777' from public.alert_channels`;
  await actAs(
    sql,
    { role: "authenticated", userId: bot.userId },
    (tx) => tx`select public.touch_seen()`,
  );
  const names = [bot.userId, bot.keyId, bot.botId, second];
  const tables = await sql`
    select format('%I.%I', n.nspname, c.relname) as name
    from pg_class as c join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname in ('public', 'private', 'auth') and c.relkind in ('r', 'p')
      and c.relname <> 'audit_events'`;
  const naming = async (): Promise<string[]> => {
    const found: string[] = [];
    for (const { name } of tables) {
      const [row] = await sql.unsafe(
        `select exists (
          select from ${name} as t, unnest($1::text[]) as n
          where strpos(t::text, n) > 0
        ) as is_there`,
        [names],
      );
      if (row?.is_there) found.push(name);
    }
    return found;
  };
  assert.ok((await naming()).length > 15);
  await deleteAccount(sql, bot.userId);
  assert.deepEqual(await naming(), []);
});

Deno.test("delete_account() is refused while a bot runs, or has been asked to", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const bot = await addTrader(sql);
  for (
    const [desired, status, version] of [
      ["stopped", "stopping", 0],
      ["running", "idle", 1],
      ["stopped", "stopped", 1],
    ] as const
  ) {
    await sql`
      update public.bots
      set desired_state = ${desired}, status = ${status},
        desired_version = ${version}, acknowledged_version = 0
      where id = ${bot.botId}`;
    const refusal = await refusalOf(deleteAccount(sql, bot.userId));
    assert.equal(refusal.message, "account_in_use", status);
  }
});

Deno.test("delete_account() is refused while orders rest, unless their key is removed", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const bot = await addTrader(sql);
  await addOrder(sql, bot, "open");
  await addFills(sql, bot, ["1"]);
  const refusal = await refusalOf(deleteAccount(sql, bot.userId));
  assert.equal(refusal.message, "account_in_use");
  assert.match(refusal.detail ?? "", /Close that bot out/);
  await sql`
    update public.exchange_keys set status = 'revoked' where id = ${bot.keyId}`;
  await deleteAccount(sql, bot.userId);
});

Deno.test("delete_account() is refused without the own address, to admins, to the suspended", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const bot = await addTrader(sql);
  const wrong = await refusalOf(
    deleteAccount(sql, bot.userId, "somebody@else.example"),
  );
  assert.equal(wrong.message, "validation_failed");
  const other = await addTrader(sql);
  const others = await refusalOf(
    deleteAccount(sql, bot.userId, mailOf(other.userId)),
  );
  assert.equal(others.message, "validation_failed");
  await sql`
    update public.profiles set status = 'suspended', status_reason = 'Test'
    where user_id = ${bot.userId}`;
  const suspended = await refusalOf(deleteAccount(sql, bot.userId));
  assert.equal(suspended.message, "profile_suspended");
  await sql`insert into private.admins (user_id) values (${bot.userId})`;
  const admin = await refusalOf(deleteAccount(sql, bot.userId));
  assert.equal(admin.message, "forbidden");
});
