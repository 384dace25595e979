/** What admins read: people, bots, audit, what a kill would do; the views of Studio. @module */
import assert from "node:assert/strict";
import type { Sql } from "postgres";
import { actAs, tryAs } from "./act_as.ts";
import {
  addAdmin,
  addOrder,
  addPlatformRows,
  addRowsEverywhere,
  addTrader,
  addUser,
  refusalOf,
} from "./people.ts";
import { openTestSql } from "./test_sql.ts";

/** One page of any list. */
interface Page {
  readonly "page_size": number;
  readonly counts: Readonly<Record<string, number>>;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
}

async function ask<T>(sql: Sql, userId: string, call: string): Promise<T> {
  const [row] = await actAs(
    sql,
    { role: "authenticated", userId },
    (tx) => tx.unsafe(`select public.${call} as answer`),
  );
  return row?.answer;
}

Deno.test("is_admin() answers whoever asks about himself", async () => {
  await using test = await openTestSql();
  const admin = await addAdmin(test.sql);
  const user = await addUser(test.sql);
  assert.equal(await ask(test.sql, admin, "is_admin()"), true);
  assert.equal(await ask(test.sql, user, "is_admin()"), false);
});

Deno.test("list_people() puts who waits first, counts, finds and pages", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const admin = await addAdmin(sql);
  const trader = await addTrader(sql);
  const waiting = await addUser(sql, { display_name: "100%_Wait" });
  await sql`
    update public.profiles set status = 'pending_review', exchange_uid = '777001'
    where user_id = ${waiting}`;
  await sql`insert into public.uid_allowlist (uid) values ('777001')`;
  const all = await ask<Page>(sql, admin, "list_people()");
  assert.deepEqual(all.counts, { pending_key: 2, pending_review: 1 });
  assert.equal(all.rows[0]?.user_id, waiting);
  assert.equal(all.rows[0]?.email, `${waiting}@test.local`);
  assert.equal(all.rows[0]?.is_allowlisted, true);
  assert.equal(all.rows.find((r) => r.user_id === admin)?.is_admin, true);
  const him = all.rows.find((r) => r.user_id === trader.userId);
  assert.deepEqual([him?.keys, him?.bots, him?.bots_running], [1, 1, 0]);
  const find = async (text: string) =>
    (await ask<Page>(sql, admin, `list_people('${text}')`)).rows
      .map((row) => row.user_id);
  assert.deepEqual(await find("7770"), [waiting]);
  assert.deepEqual(await find("%_wa"), [waiting]);
  assert.deepEqual(await find(trader.userId.slice(0, 13)), [trader.userId]);
  assert.deepEqual(await find("nobody"), []);
  const closed = await ask<Page>(sql, admin, "list_people('', 'rejected')");
  assert.equal(closed.rows.length, 0);
  assert.equal(closed.counts.pending_review, 1, "counts are of all statuses");

  await sql`
    insert into auth.users (id, email)
    select gen_random_uuid(), 'many' || n || '@test.local'
    from generate_series(1, 60) as n`;
  const pages = await Promise.all(
    [0, 1, 2].map((page) =>
      ask<Page>(sql, admin, `list_people('', null, ${page})`)
    ),
  );
  const ids = pages.flatMap((page) => page.rows.map((row) => row.user_id));
  assert.deepEqual(pages.map((page) => page.rows.length), [50, 13, 0]);
  assert.equal(new Set(ids).size, 63);
});

Deno.test("list_all_bots() shows everybody's bots with owner and engine, faulted ones first", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const admin = await addAdmin(sql);
  const first = await addTrader(sql);
  const second = await addTrader(sql);
  await addRowsEverywhere(sql, first);
  await addPlatformRows(sql);
  await sql`
    update public.bots set engine_id = (select id from public.engines)
    where id = ${first.botId}`;
  await sql`
    update public.bots set status = 'faulted', status_at = now() - interval '1 day'
    where id = ${second.botId}`;
  const page = await ask<Page>(sql, admin, "list_all_bots()");
  assert.deepEqual(page.counts, { idle: 1, faulted: 1 });
  assert.deepEqual(page.rows.map((row) => row.id), [
    second.botId,
    first.botId,
  ]);
  assert.equal(page.rows[1]?.email, `${first.userId}@test.local`);
  assert.equal(page.rows[1]?.engine_name, "engine-1");
  assert.equal(page.rows[1]?.equity, 1000);
  const idle = await ask<Page>(sql, admin, "list_all_bots('BNB', 'idle')");
  assert.deepEqual(idle.rows.map((row) => row.id), [first.botId]);
});

Deno.test("list_audit() pages backwards without a gap and names who and what", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const admin = await addAdmin(sql);
  const trader = await addTrader(sql);
  await sql`
    insert into public.audit_events (actor_id, action, target)
    select ${admin}, 'tested', 'bot:' || ${trader.botId}
    from generate_series(1, 120)`;
  const seen: unknown[] = [];
  let before = "null";
  for (;;) {
    const page = await ask<Page>(
      sql,
      admin,
      `list_audit(${before}, 'tested')`,
    );
    if (page.rows.length === 0) break;
    seen.push(...page.rows.map((row) => row.id));
    assert.equal(page.rows[0]?.actor_email, `${admin}@test.local`);
    assert.equal(page.rows[0]?.target_name, "Test");
    before = String(page.rows.at(-1)?.id);
  }
  assert.equal(new Set(seen).size, 120);
  assert.deepEqual(seen, [...seen].sort((a, b) => Number(b) - Number(a)));
  const his = await ask<Page>(
    sql,
    admin,
    `list_audit(null, null, 'profile:${admin}')`,
  );
  assert.deepEqual(his.rows.map((row) => row.action), ["admin_added"]);
});

Deno.test("preview_kill() counts what kill_all_bots() with this policy reaches", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const admin = await addAdmin(sql);
  const running = await addTrader(sql);
  const holding = await addTrader(sql);
  await sql`
    update public.bots set desired_state = 'running' where id = ${running.botId}`;
  await addOrder(sql, running);
  await addOrder(sql, running, "filled");
  await addOrder(sql, running, "open", { side: "sell" });
  await sql`
    insert into public.bot_metrics (bot_id, long_size, short_size)
    values (${holding.botId}, 0.5, 0.5), (${running.botId}, 0, 2)`;
  const expected = {
    "keep_take_profits": [1, 1, 1, 0, 1],
    "cancel_orders": [1, 2, 0, 0, 1],
    "close_positions": [2, 2, 0, 3, 0],
  };
  for (const [policy, figures] of Object.entries(expected)) {
    const kill = await ask<Record<string, number>>(
      sql,
      admin,
      `preview_kill('${policy}')`,
    );
    assert.deepEqual(
      [
        kill.bots,
        kill.orders_canceled,
        kill.orders_kept,
        kill.positions_closed,
        kill.positions_left,
      ],
      figures,
      policy,
    );
    assert.equal(kill.real_bots, 0);
    const done = await tryAs(
      sql,
      { role: "authenticated", userId: admin },
      (tx) => tx`select public.kill_all_bots(${policy}) as killed`,
    );
    assert.equal(done[0]?.killed, kill.bots);
  }
});

Deno.test("a bot's intent written by hand gets a version, a wake-up and a line in the audit; what it is made of stays", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const { botId } = await addTrader(sql);
  await sql`update public.bots set desired_state = 'running' where id = ${botId}`;
  await sql`
    update public.bots set config = '{"leverage": 2}' where id = ${botId}`;
  const [bot] = await sql`
    select desired_version, config_version from public.bots where id = ${botId}`;
  assert.deepEqual({ ...bot }, { desired_version: 1, config_version: 2 });
  const refused = await refusalOf(sql`
    update public.bots set symbol = 'ETH/USDT:USDT' where id = ${botId}`);
  assert.match(refused.message, /keeps its symbol/);
  const fallen = await refusalOf(sql`
    update public.bots set config_version = 1 where id = ${botId}`);
  assert.match(fallen.message, /version never falls/);
  const audits = await sql`
    select detail->>'by' as by from public.audit_events
    where action = 'bot_edited' and target = ${`bot:${botId}`}`;
  assert.deepEqual(audits.map((row) => row.by), ["postgres", "postgres"]);
});

Deno.test("a revoked key does not come back by hand", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const { keyId } = await addTrader(sql);
  await sql`update public.exchange_keys set status = 'revoked'`;
  const refusal = await refusalOf(sql`
    update public.exchange_keys set status = 'active' where id = ${keyId}`);
  assert.match(refusal.message, /does not come back/);
});

Deno.test("the views of Studio use the rights of whoever looks, and nobody of the API may look", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const trader = await addTrader(sql);
  await addRowsEverywhere(sql, trader);
  await addPlatformRows(sql);
  const views = await sql<{ name: string; invoker: boolean; hint: string }[]>`
    select c.relname as name, obj_description(c.oid, 'pg_class') as hint,
      coalesce('security_invoker=true' = any (c.reloptions), false) as invoker
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname = 'studio'`;
  assert.equal(views.length, 5);
  for (const { name, invoker, hint } of views) {
    assert.ok(invoker, name);
    assert.match(hint, /.{20}/, name);
    await sql.unsafe(`select * from studio.${name}`);
    for (const role of ["anon", "authenticated", "service_role"] as const) {
      const refusal = await refusalOf(tryAs(
        sql,
        { role, userId: trader.userId },
        (tx) => tx.unsafe(`select * from studio.${name}`),
      ));
      assert.equal(refusal.code, "42501", `${role} on ${name}`);
    }
  }
  const people = await sql`select email, running_bots from studio.people`;
  assert.equal(people[0]?.email, `${trader.userId}@test.local`);
});
