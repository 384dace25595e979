/** What follows from a changed profile, whoever changes it: API, Studio, SQL. @module */
import assert from "node:assert/strict";
import type { Row, Sql } from "postgres";
import { actAs } from "./act_as.ts";
import {
  activate,
  addAdmin,
  addTrader,
  addUser,
  type BotRef,
  refusalOf,
} from "./people.ts";
import { openTestSql } from "./test_sql.ts";

const HOUR_MS = 3_600_000;

async function run(sql: Sql, bot: BotRef): Promise<void> {
  await sql`
    update public.bots
    set desired_state = 'running', desired_version = 1, acknowledged_version = 1,
      status = 'running'
    where id = ${bot.botId}`;
}

async function profileOf(sql: Sql, userId: string): Promise<Row> {
  const [row] = await sql`
    select * from public.profiles where user_id = ${userId}`;
  assert.ok(row !== undefined);
  return row;
}

/** As in Studio: no user, the role `postgres`. */
async function edit(sql: Sql, userId: string, change: string): Promise<void> {
  await sql.unsafe(
    `update public.profiles set ${change} where user_id = '${userId}'`,
  );
}

Deno.test("profiles: impossible moves are refused to whoever writes by hand", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const userId = await addUser(sql);
  const refused = async (change: string): Promise<string> =>
    (await refusalOf(edit(sql, userId, change))).message;
  assert.match(await refused("status = 'pending_review'"), /review_has_uid/);
  assert.match(await refused("status = 'active'"), /active_has_uid/);
  assert.match(await refused("exchange_uid = '1'"), /pending_key_has_no_uid/);
  await activate(sql, userId, "1001");
  assert.match(await refused("exchange_uid = '1002'"), /keeps the UID/);
  assert.match(await refused("status = 'pending_review'"), /cannot become/);
  assert.match(
    await refused("status = 'pending_key', exchange_uid = null"),
    /cannot become/,
  );
  assert.match(await refused("grace_ends_at = now()"), /grace_needs/);
  assert.match(
    await refused(
      "status = 'suspended', grace_ends_at = now() + interval '91 days'",
    ),
    /at most 90 days/,
  );
  const profile = await profileOf(sql, userId);
  assert.equal(profile.status, "active");
});

Deno.test("profiles: a suspension by hand stops bots, is audited with who did it, and tells the page", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const trader = await addTrader(sql);
  await run(sql, trader);
  await edit(sql, trader.userId, "status = 'suspended', status_reason = 'Why'");
  const [bot] = await sql`
    select desired_state, desired_version from public.bots
    where id = ${trader.botId}`;
  assert.deepEqual({ ...bot }, {
    desired_state: "stopped",
    desired_version: 2,
  });
  const audits = await sql`
    select actor_id, action, detail from public.audit_events
    where target = ${`profile:${trader.userId}`}`;
  assert.equal(audits.length, 1);
  assert.equal(audits[0]?.actor_id, null);
  assert.equal(audits[0]?.action, "profile_status_set");
  assert.equal(audits[0]?.detail.by, "postgres");
  assert.equal(audits[0]?.detail.bots_stopped, 1);
  const events = await sql`
    select code, message from public.bot_events where bot_id = ${trader.botId}`;
  assert.equal(events[0]?.code, "account_suspended");
  assert.match(String(events[0]?.message), /\(Why\)/);
  const messages = await sql`
    select payload from realtime.messages
    where topic = ${`user:${trader.userId}`} and event = 'profile'`;
  assert.equal(messages[0]?.payload.rows[0].status, "suspended");
});

Deno.test("profiles: the clock of grace starts with the suspension, and a turn through another status does not start it again", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const trader = await addTrader(sql);
  await activate(sql, trader.userId, "1001");
  await run(sql, trader);
  const before = await profileOf(sql, trader.userId);
  await edit(
    sql,
    trader.userId,
    "status = 'suspended', grace_ends_at = now() + interval '24 hours'",
  );
  const first = await profileOf(sql, trader.userId);
  assert.ok(first.status_at > before.status_at);
  assert.equal(+first.grace_ends_at - +first.status_at, 24 * HOUR_MS);

  await edit(sql, trader.userId, "status = 'active'");
  const lifted = await profileOf(sql, trader.userId);
  assert.equal(lifted.grace_ends_at, null);
  assert.deepEqual(lifted.last_grace_ends_at, first.grace_ends_at);
  await edit(
    sql,
    trader.userId,
    "status = 'suspended', grace_ends_at = now() + interval '72 hours'",
  );
  const again = await profileOf(sql, trader.userId);
  assert.deepEqual(again.grace_ends_at, first.grace_ends_at, "not restarted");

  // Longer, if somebody says so while it runs; nobody rewinds the stamps.
  await edit(
    sql,
    trader.userId,
    "grace_ends_at = now() + interval '48 hours', status_at = now() - interval '1 year', last_grace_ends_at = null",
  );
  const longer = await profileOf(sql, trader.userId);
  assert.ok(longer.grace_ends_at > first.grace_ends_at);
  assert.deepEqual(longer.status_at, again.status_at);
  assert.deepEqual(longer.last_grace_ends_at, again.last_grace_ends_at);
  const [bot] = await sql`
    select desired_state from public.bots where id = ${trader.botId}`;
  assert.equal(bot?.desired_state, "running");
  const audits = await sql`
    select detail->>'grace_ends_at' as ends from public.audit_events
    where target = ${`profile:${trader.userId}`} and detail->>'to' = 'suspended'`;
  assert.equal(audits.length, 3);
});

Deno.test("profiles: a reason does not outlive the status it was given for", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const userId = await addUser(sql);
  await edit(sql, userId, "status = 'suspended', status_reason = 'Fraud'");
  await edit(sql, userId, "status = 'pending_key'");
  assert.equal((await profileOf(sql, userId)).status_reason, null);
});

Deno.test("profiles: the engines of a user's running bots are woken when grace begins and when it is lifted", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const trader = await addTrader(sql);
  await run(sql, trader);
  const heard: string[] = [];
  const { unlisten } = await test.engine.listen(
    "trellis_bots",
    (id) => void heard.push(id),
  );
  const wait = async (count: number): Promise<void> => {
    const end = performance.now() + 10_000;
    while (heard.length < count && performance.now() < end) {
      await test.engine`select 1`;
    }
    assert.deepEqual(heard, Array(count).fill(trader.botId));
  };
  await edit(
    sql,
    trader.userId,
    "status = 'suspended', grace_ends_at = now() + interval '1 hour'",
  );
  await wait(1);
  await edit(sql, trader.userId, "status = 'pending_key'");
  await wait(2);
  await unlisten();
});

Deno.test("profiles: a profile goes with its user and not alone", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const userId = await addUser(sql);
  const refusal = await refusalOf(sql`
    delete from public.profiles where user_id = ${userId}`);
  assert.match(refusal.message, /deleted with its user/);
  await sql`delete from auth.users where id = ${userId}`;
  assert.equal((await sql`select from public.profiles`).length, 0);
});

Deno.test("set_profile_status() approves the UID that was looked at, and no other", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const admin = await addAdmin(sql);
  const userId = await addUser(sql);
  await edit(sql, userId, "status = 'pending_review', exchange_uid = '1001'");
  const set = (args: string) =>
    actAs(
      sql,
      { role: "authenticated", userId: admin },
      (tx) =>
        tx.unsafe(`select public.set_profile_status('${userId}', ${args})`),
    );
  const codeOf = async (args: string) => (await refusalOf(set(args))).message;
  assert.equal(await codeOf("'active'"), "validation_failed");
  // The user connects another account between the look and the click.
  await edit(sql, userId, "exchange_uid = '6666'");
  assert.equal(
    await codeOf("'active', expected_uid => '1001'"),
    "profile_changed",
  );
  assert.equal((await profileOf(sql, userId)).status, "pending_review");
  await set("'active', expected_uid => '6666'");
  assert.equal(
    await codeOf("'rejected', expected_status => 'pending_review'"),
    "profile_changed",
  );
  assert.equal(await codeOf("'pending_review'"), "validation_failed");
  assert.equal(
    await codeOf(
      "'suspended', grace_ends_at => now() + interval '91 days'",
    ),
    "validation_failed",
  );
  await set("'rejected', 'No', expected_status => 'active'");
  const swaps = await sql`
    select detail->>'uid_before' as before, detail->>'exchange_uid' as after
    from public.audit_events where action = 'profile_uid_set'`;
  assert.deepEqual(swaps.map((row) => ({ ...row })), [
    { before: "1001", after: "6666" },
  ]);
});
