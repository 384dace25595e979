/** What is forgotten of old history, and what never is. @module */
import assert from "node:assert/strict";
import { addTrader } from "./people.ts";
import { openTestSql, type TestSql } from "./test_sql.ts";

const ALL = 1_000;

async function forget(test: TestSql, rows = ALL): Promise<boolean> {
  const [row] = await test.engine`
    select private.forget_history(${rows}) as more`;
  return row?.more === true;
}

async function forgetAll(test: TestSql): Promise<number> {
  for (let calls = 1;; calls += 1) {
    if (!await forget(test)) return calls;
  }
}

Deno.test("forget_history() keeps a minute of equity for a week, then the last of each hour", async () => {
  await using test = await openTestSql();
  const { botId } = await addTrader(test.sql);
  const other = await addTrader(test.sql);
  for (const id of [botId, other.botId]) {
    await test.sql`
      insert into public.equity_snapshots (bot_id, at, equity)
      select ${id}, at, 100
      from generate_series(
        date_trunc('hour', now()) - interval '7 days 3 hours',
        date_trunc('hour', now()) - interval '6 days 22 hours',
        interval '1 minute'
      ) as at`;
  }
  const calls = await forgetAll(test);
  assert.ok(calls >= 3, `an hour a call: ${calls}`);
  const rows = await test.sql`
    select bot_id, count(*)::int as points,
      count(*) filter (
        where at < date_trunc('hour', now() - interval '7 days')
      )::int as old,
      bool_and(extract(minute from at) = 59) filter (
        where at < date_trunc('hour', now() - interval '7 days')
      ) as are_last
    from public.equity_snapshots group by bot_id`;
  assert.equal(rows.length, 2);
  for (const row of rows) {
    assert.deepEqual({ ...row, bot_id: null }, {
      bot_id: null,
      points: 3 + 121,
      old: 3,
      are_last: true,
    });
  }
  assert.equal(await forget(test), false);
});

Deno.test("forget_history() deletes old orders that never filled, but of each slot the newest, and none that filled", async () => {
  await using test = await openTestSql();
  const { userId, botId, keyId } = await addTrader(test.sql);
  const add = async (
    id: string,
    order: {
      readonly revision: number;
      readonly status: string;
      readonly daysAgo: number;
      readonly filled?: number;
      readonly purpose?: string;
    },
  ) => {
    await test.sql`
      insert into public.orders (
        bot_id, user_id, exchange_key_id, symbol, client_order_id,
        position_side, order_side, purpose, level, cycle, revision, price,
        size, filled_size, status, reason, claim_epoch, finished_at
      ) values (
        ${botId}, ${userId}, ${keyId}, 'BNB/USDT:USDT', ${id}, 'long', 'buy',
        ${order.purpose ?? "entry"}, 0, 0, ${order.revision}, 600, 1,
        ${order.filled ?? 0}, ${order.status},
        '{"rule": "entry", "inputs": {}}', 1,
        ${
      order.status === "open"
        ? null
        : new Date(Date.now() - order.daysAgo * 86_400_000)
    }
      )`;
  };
  const old = { status: "canceled", daysAgo: 31 };
  await add("gone", { ...old, revision: 0 });
  await add("filled_in_part", { ...old, revision: 1, filled: 0.5 });
  await add("young", { ...old, revision: 2, daysAgo: 29 });
  await add("refused", { ...old, revision: 3, status: "rejected" });
  await add("filled", { ...old, revision: 4, status: "filled", filled: 1 });
  await add("newest", { ...old, revision: 5 });
  await add("other_slot", { ...old, revision: 0, purpose: "open" });
  assert.equal(await forget(test, 1), true, "one row at a time");
  await forgetAll(test);
  const rows = await test.sql`
    select client_order_id as id from public.orders order by id`;
  assert.deepEqual(rows.map(({ id }) => id).toSorted(), [
    "filled",
    "filled_in_part",
    "newest",
    "other_slot",
    "young",
  ]);
});

Deno.test("forget_history() keeps log lines for 90 days, information for 30", async () => {
  await using test = await openTestSql();
  const { userId, botId } = await addTrader(test.sql);
  for (const level of ["info", "warning", "error"]) {
    for (const days of [29, 31, 89, 91]) {
      await test.sql`
        insert into public.bot_events (
          bot_id, user_id, level, code, message, created_at
        ) values (
          ${botId}, ${userId}, ${level}, ${`${level}_${days}`}, 'Text',
          now() - make_interval(days => ${days})
        )`;
    }
  }
  await forgetAll(test);
  const rows = await test.sql`select code from public.bot_events`;
  assert.deepEqual(rows.map(({ code }) => code).toSorted(), [
    "error_29",
    "error_31",
    "error_89",
    "info_29",
    "warning_29",
    "warning_31",
    "warning_89",
  ]);
});

Deno.test("forget_history() leaves the work to whoever is at it, and is for engines alone", async () => {
  await using test = await openTestSql();
  const { userId, botId } = await addTrader(test.sql);
  await test.sql`
    insert into public.bot_events (
      bot_id, user_id, level, code, message, created_at
    ) values (${botId}, ${userId}, 'info', 'old', 'Text', now() - interval '1 year')`;
  await test.sql.begin(async (sql) => {
    await sql`select pg_advisory_xact_lock(3, 1)`;
    assert.equal(await forget(test), false);
  });
  const count = async () =>
    (await test.sql`select from public.bot_events`).length;
  assert.equal(await count(), 1);
  await forget(test);
  assert.equal(await count(), 0);
  for (const role of ["anon", "authenticated", "service_role"]) {
    await assert.rejects(
      test.sql.begin(async (sql) => {
        await sql`select set_config('role', ${role}, true)`;
        await sql`select private.forget_history(1)`;
      }),
      /permission denied/,
    );
  }
});
