/**
 * The allowlist and what happens at the same moment, on connections of their
 * own that really wait for one another; and a user's second account.
 *
 * @module
 */
import assert from "node:assert/strict";
import type { Sql, TransactionSql } from "postgres";
import { actAs } from "./act_as.ts";
import { meet } from "./meet.ts";
import {
  activate,
  addAdmin,
  addBot,
  addKey,
  addUser,
  type BotRef,
  refusalOf,
} from "./people.ts";
import { openTestSql } from "./test_sql.ts";

const OWN = "1001";
const SECOND = "2002";

/** Somebody approved by one account, with a bot on another that is listed. */
async function addSecond(sql: Sql): Promise<BotRef> {
  const userId = await addUser(sql);
  await activate(sql, userId, OWN);
  const keyId = await addKey(sql, userId, "bitget", SECOND);
  await sql`insert into public.uid_allowlist (uid) values (${OWN}), (${SECOND})`;
  return { userId, keyId, botId: await addBot(sql, { userId, keyId }) };
}

function startAs(sql: Sql, bot: BotRef) {
  return actAs(
    sql,
    { role: "authenticated", userId: bot.userId },
    (tx) => tx`select public.request_bot_start(${bot.botId})`,
  );
}

function callAs(sql: Sql, admin: string, statement: string) {
  return actAs(
    sql,
    { role: "authenticated", userId: admin },
    async (tx) => (await tx.unsafe(`select ${statement} as answer`))[0]?.answer,
  );
}

function storeKey(sql: Sql, userId: string, uid: string) {
  return actAs(sql, { role: "service_role" }, (tx) =>
    tx`
    select public.store_exchange_key(
      exchange_key_id => ${crypto.randomUUID()}, user_id => ${userId},
      label => 'Main', venue => 'bitget', exchange_uid => ${uid},
      key_hint => 'abcd', permissions => '{trade}', ip_restricted => true,
      sealed => 'eyJhbGciOiJFQ0RILUVTIn0..aXY.Y2lwaGVydGV4dA.dGFn', kid => 'k1'
    )`);
}

async function intentOf(sql: Sql, bot: BotRef): Promise<string> {
  const [row] = await sql`
    select desired_state || ' ' || stop_policy as intent, desired_version
    from public.bots where id = ${bot.botId}`;
  return `${row?.intent} ${row?.desired_version}`;
}

async function statusOf(sql: Sql, userId: string): Promise<string> {
  const [row] = await sql`
    select status from public.profiles where user_id = ${userId}`;
  return String(row?.status);
}

Deno.test("a UID off the allowlist stops the bot on its user's second account, whoever removed it", async (t) => {
  const ways: Readonly<
    Record<string, (sql: Sql, admin: string) => Promise<unknown>>
  > = {
    "the API": (sql, admin) =>
      callAs(sql, admin, `public.remove_allowlisted_uid('${SECOND}')`),
    "a list that replaces it": (sql, admin) =>
      callAs(
        sql,
        admin,
        `(select public.apply_allowlist_change(c, public.preview_allowlist_change(c) ->> 'digest')
        from (select '{"add": ["${OWN}"], "replace": true}'::jsonb as c) as change)`,
      ),
    "a row deleted by hand": async (sql) =>
      await sql`delete from public.uid_allowlist where uid = ${SECOND}`,
    "a row edited by hand": async (sql) =>
      await sql`update public.uid_allowlist set uid = '3003' where uid = ${SECOND}`,
  };
  for (const [name, remove] of Object.entries(ways)) {
    await t.step(name, async () => {
      await using test = await openTestSql();
      const { sql } = test;
      const bot = await addSecond(sql);
      const first = {
        ...bot,
        keyId: await addKey(sql, bot.userId, "bitget", OWN),
      };
      const own = { ...first, botId: await addBot(sql, first) };
      await startAs(sql, bot);
      await startAs(sql, own);
      await remove(sql, await addAdmin(sql));
      assert.equal(await intentOf(sql, bot), "stopped keep_take_profits 2");
      assert.match(await intentOf(sql, own), /^running .* 1$/);
      assert.equal(await statusOf(sql, bot.userId), "active");
      const told = await sql`
        select bot_id, level, code from public.bot_events`;
      assert.deepEqual(told.map((row) => ({ ...row })), [
        { bot_id: bot.botId, level: "warning", code: "uid_removed" },
      ]);
      const [audit] = await sql`
        select target, detail->>'exchange_uid' as uid
        from public.audit_events where action = 'bot_unlisted'`;
      assert.deepEqual({ ...audit }, {
        target: `bot:${bot.botId}`,
        uid: SECOND,
      });
      const refusal = await refusalOf(startAs(sql, bot));
      assert.equal(refusal.message, "profile_not_active");
    });
  }
});

Deno.test("the preview names whose bots on a second account stop, and outdates when one starts", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const admin = await addAdmin(sql);
  const bot = await addSecond(sql);
  const change = `'{"remove": ["${SECOND}"]}'::jsonb`;
  const look = () =>
    callAs(sql, admin, `public.preview_allowlist_change(${change})`);
  const before = await look();
  assert.deepEqual([before.stopping, before.stops], [0, []]);
  await startAs(sql, bot);
  const now = await look();
  assert.equal(now.stopping, 1);
  assert.equal(now.stops[0].user_id, bot.userId);
  assert.deepEqual([now.stops[0].uid, now.stops[0].bots], [SECOND, 1]);
  const apply = (digest: string) =>
    callAs(sql, admin, `public.apply_allowlist_change(${change}, '${digest}')`);
  const refusal = await refusalOf(apply(before.digest));
  assert.equal(refusal.message, "preview_outdated");
  await apply(now.digest);
  assert.match(await intentOf(sql, bot), /^stopped/);
});

Deno.test("a key connected while its UID is being listed is approved, whoever comes first", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const admin = await addAdmin(sql);
  const early = await addUser(sql);
  const late = await addUser(sql);
  const list = (uid: string) => async (tx: TransactionSql) => {
    const claims = JSON.stringify({ role: "authenticated", sub: admin });
    await tx`select set_config('request.jwt.claims', ${claims}, true)`;
    await tx`select public.add_allowlisted_uids(${tx.json([uid])})`;
  };
  const stored = await meet(
    test,
    list("11"),
    (other) => storeKey(other, late, "11"),
  );
  assert.equal(stored.status, "fulfilled");
  assert.equal(await statusOf(sql, late), "active");

  const listed = await meet(
    test,
    (tx) =>
      tx`select public.store_exchange_key(
        ${crypto.randomUUID()}, ${early}, 'Main', 'bitget', '12', 'abcd',
        '{trade}', true, 'eyJhbGciOiJFQ0RILUVTIn0..aXY.Y2lwaGVydGV4dA.dGFn', 'k1')`,
    (other) => callAs(other, admin, `public.add_allowlisted_uids('["12"]')`),
  );
  assert.equal(listed.status, "fulfilled");
  assert.equal(await statusOf(sql, early), "active");
});

Deno.test("a bot started while the UID of its account is removed does not run, whoever comes first", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const admin = await addAdmin(sql);
  const bot = await addSecond(sql);
  const asOwner = async (tx: TransactionSql) => {
    const claims = JSON.stringify({ role: "authenticated", sub: bot.userId });
    await tx`select set_config('request.jwt.claims', ${claims}, true)`;
    await tx`select public.request_bot_start(${bot.botId})`;
  };
  const removed = await meet(
    test,
    asOwner,
    (other) =>
      callAs(other, admin, `public.remove_allowlisted_uid('${SECOND}')`),
  );
  assert.equal(removed.status, "fulfilled");
  assert.equal(await intentOf(sql, bot), "stopped keep_take_profits 2");

  await sql`insert into public.uid_allowlist (uid) values (${SECOND})`;
  const started = await meet(
    test,
    (tx) => tx`delete from public.uid_allowlist where uid = ${SECOND}`,
    (other) => startAs(other, bot),
  );
  assert.equal(started.status, "rejected");
  assert.equal(await intentOf(sql, bot), "stopped keep_take_profits 2");
});
