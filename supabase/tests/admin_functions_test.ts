/** set_profile_status(), the allowlist, kill_all_bots(), grace, audit. @module */
import assert from "node:assert/strict";
import type { Row, Sql } from "postgres";
import { until } from "../local/testing/until.ts";
import { actAs, type Actor } from "./act_as.ts";
import {
  activate,
  addAdmin,
  addBot,
  addKey,
  addTrader,
  addUser,
  type BotRef,
  refusalOf,
} from "./people.ts";
import { openTestSql } from "./test_sql.ts";

/** Runs one statement of a user of the API. */
function as(
  sql: Sql,
  userId: string | null,
  statement: string,
): Promise<Row[]> {
  const actor: Actor = {
    role: "authenticated",
    ...(userId !== null && { userId }),
  };
  return actAs(sql, actor, async (tx) => [...await tx.unsafe(statement)]);
}

async function codeOf(statement: Promise<unknown>): Promise<string> {
  const refusal = await refusalOf(statement);
  assert.equal(refusal.code, "P0001", refusal.message);
  return refusal.message;
}

async function run(sql: Sql, bot: BotRef): Promise<void> {
  await sql`
    update public.bots
    set desired_state = 'running', desired_version = 1, acknowledged_version = 1,
      status = 'running'
    where id = ${bot.botId}`;
}

async function intentOf(sql: Sql, bot: BotRef): Promise<string> {
  const [row] = await sql`
    select desired_state, stop_policy, desired_version from public.bots
    where id = ${bot.botId}`;
  return `${row?.desired_state} ${row?.stop_policy} ${row?.desired_version}`;
}

Deno.test("functions of admins refuse visitors and users, and change nothing", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const trader = await addTrader(sql);
  await run(sql, trader);
  const calls = [
    `select public.set_profile_status('${trader.userId}', 'rejected')`,
    `select public.add_allowlisted_uids('["1"]')`,
    `select public.remove_allowlisted_uid('1')`,
    `select public.kill_all_bots('cancel_orders')`,
    `select public.preview_kill('cancel_orders')`,
    `select public.preview_allowlist_change('{"add": ["1"]}')`,
    `select public.apply_allowlist_change('{"add": ["1"]}', 'x')`,
    `select public.list_people()`,
    `select public.list_all_bots()`,
    `select public.list_audit()`,
  ];
  for (const call of calls) {
    assert.equal(await codeOf(as(sql, null, call)), "unauthorized", call);
    assert.equal(await codeOf(as(sql, trader.userId, call)), "forbidden", call);
  }
  assert.equal(await intentOf(sql, trader), "running keep_take_profits 1");
  const audits = await sql`
    select action from public.audit_events where actor_id is not null`;
  assert.deepEqual([...audits], []);
});

Deno.test("an admin who is taken off the list is none at once", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const admin = await addAdmin(sql);
  await as(sql, admin, `select public.kill_all_bots('cancel_orders')`);
  await sql`delete from private.admins`;
  assert.equal(
    await codeOf(
      as(sql, admin, `select public.kill_all_bots('cancel_orders')`),
    ),
    "forbidden",
  );
});

Deno.test("set_profile_status() approves, rejects and reinstates, with a trace of each", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const admin = await addAdmin(sql);
  const userId = await addUser(sql);
  await sql`
    update public.profiles set status = 'pending_review', exchange_uid = '1001'
    where user_id = ${userId}`;
  const set = (status: string, reason = "null") =>
    as(
      sql,
      admin,
      `select * from public.set_profile_status('${userId}', '${status}', ${reason},
        expected_uid => '1001')`,
    );
  assert.equal((await set("active"))[0]?.status, "active");
  assert.equal((await set("rejected", "'No'"))[0]?.status_reason, "No");
  assert.equal((await set("active"))[0]?.status_reason, null);
  const audits = await sql`
    select actor_id, target, detail->>'from' as before, detail->>'to' as after
    from public.audit_events
    where target = ${`profile:${userId}`} order by id`;
  assert.deepEqual(
    audits.map((row) => [row.actor_id, row.target, row.before, row.after]),
    [
      [null, `profile:${userId}`, "pending_key", "pending_review"],
      [admin, `profile:${userId}`, "pending_review", "active"],
      [admin, `profile:${userId}`, "active", "rejected"],
      [admin, `profile:${userId}`, "rejected", "active"],
    ],
  );
});

Deno.test("set_profile_status() refuses what makes no sense", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const admin = await addAdmin(sql);
  const userId = await addUser(sql);
  const set = (args: string) =>
    codeOf(as(sql, admin, `select public.set_profile_status(${args})`));
  assert.equal(await set(`'${crypto.randomUUID()}', 'rejected'`), "not_found");
  assert.equal(await set(`'${userId}', 'boss'`), "validation_failed");
  assert.equal(await set(`'${userId}', null`), "validation_failed");
  assert.equal(
    await set(`'${userId}', 'active'`),
    "validation_failed",
    "no account of a real exchange is connected",
  );
  assert.equal(
    await set(`'${userId}', 'rejected', null, now()`),
    "validation_failed",
  );
  assert.equal(
    await set(`'${userId}', 'rejected', '${"x".repeat(501)}'`),
    "validation_failed",
  );
});

Deno.test("a suspension stops the user's bots, keeping take-profits, and nobody else's", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const admin = await addAdmin(sql);
  const trader = await addTrader(sql);
  const other = await addTrader(sql);
  await run(sql, trader);
  await run(sql, other);
  await as(
    sql,
    admin,
    `select public.set_profile_status('${trader.userId}', 'suspended', 'Fraud')`,
  );
  assert.equal(await intentOf(sql, trader), "stopped keep_take_profits 2");
  assert.equal(await intentOf(sql, other), "running keep_take_profits 1");
});

Deno.test("a rejection stops the user's bots at once, and tells them why", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const admin = await addAdmin(sql);
  const trader = await addTrader(sql);
  await run(sql, trader);
  await as(
    sql,
    admin,
    `select public.set_profile_status('${trader.userId}', 'rejected', 'Fraud')`,
  );
  assert.equal(await intentOf(sql, trader), "stopped keep_take_profits 2");
  const told = await sql`
    select code from public.bot_events where bot_id = ${trader.botId}`;
  assert.deepEqual(told.map((row) => row.code), ["account_rejected"]);
});

Deno.test("a time of grace lets bots run on until stop_overdue_bots() finds it over; suspending again does not restart it", async () => {
  await using test = await openTestSql();
  const { sql, engine } = test;
  const admin = await addAdmin(sql);
  const trader = await addTrader(sql);
  await run(sql, trader);
  const suspend = (grace: string) =>
    as(
      sql,
      admin,
      `select * from public.set_profile_status('${trader.userId}', 'suspended', null, ${grace})`,
    );
  const [first] = await suspend("now() + interval '1 day'");
  const [again] = await suspend("null");
  assert.deepEqual(again?.grace_ends_at, first?.grace_ends_at);
  const overdue = async () => {
    const [row] = await engine`select private.stop_overdue_bots() as stopped`;
    return row?.stopped;
  };
  assert.equal(await overdue(), 0);
  assert.equal(await intentOf(sql, trader), "running keep_take_profits 1");
  await suspend("now() + interval '300 milliseconds'");
  await until("the end of grace", async () => await overdue() === 1 || null);
  assert.equal(await overdue(), 0);
  assert.equal(await intentOf(sql, trader), "stopped keep_take_profits 2");
  const told = await sql`
    select code from public.bot_events where bot_id = ${trader.botId}`;
  assert.deepEqual(told.map((row) => row.code), ["grace_ended"]);
});

Deno.test("a start that races a suspension ends stopped or refused, never running", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const admin = await addAdmin(sql);
  for (let n = 0; n < 10; n++) {
    const trader = await addTrader(sql);
    await Promise.allSettled([
      as(
        sql,
        trader.userId,
        `select public.request_bot_start('${trader.botId}')`,
      ),
      as(
        sql,
        admin,
        `select public.set_profile_status('${trader.userId}', 'suspended')`,
      ),
    ]);
    assert.match(await intentOf(sql, trader), /^stopped/);
  }
});

Deno.test("add_allowlisted_uids() takes texts and objects, skips known ones, activates who waits", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const admin = await addAdmin(sql);
  const waiting = await addUser(sql);
  const rejected = await addUser(sql);
  await sql`
    update public.profiles set status = 'pending_review', exchange_uid = '11'
    where user_id = ${waiting}`;
  await sql`
    update public.profiles set status = 'rejected', exchange_uid = '12'
    where user_id = ${rejected}`;
  const add = async (uids: unknown) =>
    (await as(
      sql,
      admin,
      `select public.add_allowlisted_uids('${
        JSON.stringify(uids)
      }'::jsonb) as added`,
    ))[0]?.added;
  assert.equal(await add(["11", { uid: "12", note: "VIP" }, "11"]), 2);
  assert.equal(await add(["11", "13"]), 1);
  const profiles = await sql`
    select user_id, status from public.profiles
    where user_id in (${waiting}, ${rejected})`;
  assert.deepEqual(
    new Map(profiles.map((row) => [row.user_id, row.status])),
    new Map([[waiting, "active"], [rejected, "rejected"]]),
  );
  const listed = await sql`
    select uid, note, added_by from public.uid_allowlist order by uid`;
  assert.deepEqual(listed.map((row) => [row.uid, row.note, row.added_by]), [
    ["11", null, admin],
    ["12", "VIP", admin],
    ["13", null, admin],
  ]);
});

Deno.test("add_allowlisted_uids() refuses a list with one bad entry as a whole", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const admin = await addAdmin(sql);
  for (
    const uids of [
      '["1", "x"]',
      '["1", null]',
      '["1", 2.5]',
      '["1", {"note": "no uid"}]',
      '["1", ["2"]]',
      "[]",
      "{}",
      "null",
    ]
  ) {
    const code = await codeOf(
      as(sql, admin, `select public.add_allowlisted_uids('${uids}'::jsonb)`),
    );
    assert.equal(code, "validation_failed", uids);
  }
  assert.equal((await sql`select from public.uid_allowlist`).length, 0);
});

Deno.test("remove_allowlisted_uid() removes, and says when there is nothing to remove", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const admin = await addAdmin(sql);
  const userId = await addUser(sql);
  await activate(sql, userId, "11");
  await sql`insert into public.uid_allowlist (uid) values ('11')`;
  const remove = () =>
    as(sql, admin, `select public.remove_allowlisted_uid('11')`);
  await remove();
  assert.equal(await codeOf(remove()), "not_found");
  const [profile] = await sql`
    select status from public.profiles where user_id = ${userId}`;
  assert.equal(profile?.status, "active");
});

Deno.test("kill_all_bots() stops all that run, and with close_positions those that hold a position", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const admin = await addAdmin(sql);
  const running = await addTrader(sql);
  const idle = await addTrader(sql);
  const holding = await addTrader(sql);
  const short = await addTrader(sql);
  await run(sql, running);
  await sql`
    insert into public.bot_metrics (bot_id, long_size, short_size)
    values (${holding.botId}, 0.5, 0), (${short.botId}, 0, 0.5),
      (${idle.botId}, 0, 0)`;
  const kill = async (policy: string) =>
    (await as(
      sql,
      admin,
      `select public.kill_all_bots('${policy}') as killed`,
    ))[0]?.killed;
  assert.equal(await kill("cancel_orders"), 1);
  assert.equal(await intentOf(sql, running), "stopped cancel_orders 2");
  assert.equal(await kill("close_positions"), 3);
  assert.equal(await intentOf(sql, holding), "stopped close_positions 1");
  assert.equal(await intentOf(sql, short), "stopped close_positions 1");
  assert.equal(await intentOf(sql, idle), "stopped keep_take_profits 0");
  assert.equal(await codeOf(kill("panic")), "validation_failed");
});

Deno.test("audit events are changed by nobody, the owner of the table included", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  await sql`
    insert into public.audit_events (action, target) values ('tested', 'all_bots')`;
  for (
    const statement of [
      "update public.audit_events set action = 'other'",
      "delete from public.audit_events",
      "truncate public.audit_events",
    ]
  ) {
    const refusal = await refusalOf(sql.unsafe(statement));
    assert.equal(refusal.message, "Audit events are never changed");
  }
});

Deno.test("deleting a user takes everything of his with him but the audit", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const userId = await addUser(sql);
  const keyId = await addKey(sql, userId);
  const botId = await addBot(sql, { userId, keyId });
  await as(sql, userId, `select public.request_bot_start('${botId}')`);
  await as(sql, userId, `select public.touch_seen()`);
  await sql`
    update public.bots
    set desired_state = 'stopped', desired_version = 2, acknowledged_version = 2`;
  await sql`delete from auth.users where id = ${userId}`;
  const [left] = await sql`
    select (select count(*) from public.profiles)
      + (select count(*) from public.exchange_keys)
      + (select count(*) from private.exchange_key_secrets)
      + (select count(*) from private.user_presence)
      + (select count(*) from public.bots) as rows,
      (select count(*) from public.audit_events
        where action = 'bot_start_requested') as audits`;
  assert.deepEqual({ ...left }, { rows: "0", audits: "1" });
});
