/** bot_history(), account_history(), bot_next_orders(). @module */
import assert from "node:assert/strict";
import type { Sql } from "postgres";
import { actAs } from "./act_as.ts";
import {
  addBot,
  addOrder,
  addTrader,
  type BotRef,
  refusalOf,
} from "./people.ts";
import { openTestSql } from "./test_sql.ts";

const NOON = Date.parse("2026-11-22T12:00:00Z");
const minute = (n: number): string => new Date(NOON + n * 60_000).toISOString();

async function addSnapshot(
  sql: Sql,
  bot: BotRef,
  at: string,
  parts: { readonly equity: number | null; readonly realized: number | null },
): Promise<void> {
  await sql`
    insert into public.equity_snapshots (
      bot_id, at, equity, realized_pnl, unrealized_pnl, fees, funding
    )
    values (${bot.botId}, ${at}, ${parts.equity}, ${parts.realized}, 5, 2, -1)`;
}

interface History {
  readonly "bot_id"?: string;
  readonly "exchange_key_id"?: string;
  readonly coin?: string;
  readonly equity?: readonly (number | null)[];
  readonly net?: readonly (number | null)[];
}

/** As JSON, as the Data API hands it out. */
async function historyOf(
  sql: Sql,
  what: "account_history" | "bot_history",
  userId: string,
  instants: readonly string[],
): Promise<readonly History[]> {
  const rows = await actAs(
    sql,
    { role: "authenticated", userId },
    (tx) =>
      tx`
        select to_json(h)::text as json
        from ${tx(`public.${what}`)}(${
        sql.array([...instants])
      }::timestamptz[]) as h`,
  );
  return rows.map((row) => JSON.parse(String(row.json)));
}

Deno.test("bot_history() says what was known at each instant, and zero before the first minute", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const bot = await addTrader(sql);
  await addSnapshot(sql, bot, minute(0), { equity: 1000, realized: 10 });
  await addSnapshot(sql, bot, minute(1), { equity: 1001, realized: null });
  await addSnapshot(sql, bot, minute(2), { equity: 1002.5, realized: 30 });
  const [row] = await historyOf(sql, "bot_history", bot.userId, [
    minute(-1),
    minute(0),
    minute(1.5),
    minute(60),
  ]);
  assert.equal(row?.bot_id, bot.botId);
  // 10 − 2 − 1 + 5; then a part is unknown; then 30 − 2 − 1 + 5.
  assert.deepEqual(row?.net, [0, 12, null, 32]);
});

Deno.test("account_history() takes the newest look of any bot, and keeps coins apart", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const first = await addTrader(sql);
  const second = {
    ...first,
    botId: await addBot(sql, first, "ETH/USDT:USDT"),
  };
  const usdc = { ...first, botId: await addBot(sql, first, "ETH/USDC:USDC") };
  const realized = 0;
  await addSnapshot(sql, first, minute(0), { equity: 1000, realized });
  await addSnapshot(sql, second, minute(1), { equity: 1100, realized });
  await addSnapshot(sql, second, minute(2), { equity: null, realized });
  await addSnapshot(sql, usdc, minute(1), { equity: 7, realized });
  const rows = await historyOf(sql, "account_history", first.userId, [
    minute(-1),
    minute(0),
    minute(1),
    minute(2),
  ]);
  assert.deepEqual(
    rows.map((row) => [row.exchange_key_id, row.coin, row.equity]),
    [
      [first.keyId, "USDC", [null, null, 7, 7]],
      [first.keyId, "USDT", [null, 1000, 1100, 1100]],
    ],
  );
});

Deno.test("bot_history() shows nobody another's bots, not even an admin", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const bot = await addTrader(sql);
  const other = await addTrader(sql);
  await sql`insert into private.admins (user_id) values (${other.userId})`;
  await addSnapshot(sql, bot, minute(0), { equity: 1000, realized: 10 });
  const { userId } = other;
  const bots = await historyOf(sql, "bot_history", userId, [minute(0)]);
  assert.deepEqual(bots.map((row) => row.bot_id), [other.botId]);
  const accounts = await historyOf(sql, "account_history", userId, [minute(0)]);
  assert.deepEqual(accounts.map((row) => row.equity), [[null]]);
});

Deno.test("bot_history() refuses to be asked for too much", async () => {
  await using test = await openTestSql();
  const { userId } = await addTrader(test.sql);
  for (const count of [0, 201]) {
    const many = Array.from({ length: count }, (_, i) => minute(i));
    for (const what of ["account_history", "bot_history"] as const) {
      const refusal = await refusalOf(historyOf(test.sql, what, userId, many));
      assert.equal(refusal.message, "validation_failed");
    }
  }
});

Deno.test("bot_history() answers for a hundred bots and a day of minutes at once", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const { userId, keyId } = await addTrader(sql);
  await sql`
    insert into public.bots (user_id, exchange_key_id, name, symbol, strategy, config)
    select ${userId}, ${keyId}, 'Bot ' || n, 'BNB/USDT:USDT', 'as_grid', '{}'
    from generate_series(1, 99) as n`;
  await sql`
    insert into public.equity_snapshots
    select b.id, at, 1000, 1, 1, 1, 1
    from public.bots as b,
      generate_series(${minute(-1440)}::timestamptz, ${
    minute(0)
  }::timestamptz, '1 minute') as at
    where b.user_id = ${userId}`;
  await sql`analyze public.equity_snapshots`;
  const instants = Array.from({ length: 50 }, (_, i) => minute(-29 * i));
  const [plan] = await actAs(
    sql,
    { role: "authenticated", userId },
    async (tx) => {
      // A statement in a function has no plan of its own to look at: time it.
      const startMs = performance.now();
      const rows = await tx`
        select bot_id from public.bot_history(${
        sql.array(instants)
      }::timestamptz[])`;
      await tx`
        select coin from public.account_history(${
        sql.array(instants)
      }::timestamptz[])`;
      return [{ rows: rows.length, ms: performance.now() - startMs }];
    },
  );
  assert.equal(plan?.rows, 100);
  // 144,000 snapshots, 5,000 answers: reading them all takes seconds under RLS.
  assert.ok(plan.ms < 2_000, `${plan.ms} ms`);
});

Deno.test("bot_next_orders() finds the orders a moving price meets first", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const bot = await addTrader(sql);
  const other = await addTrader(sql);
  await addOrder(sql, other);
  const orders = [
    ["buy", 640, "open"],
    ["buy", 650, "partially_filled"],
    ["buy", 655, "canceled"],
    ["sell", 670, "open"],
    ["sell", 660, "open"],
  ] as const;
  for (const [side, price, status] of orders) {
    const id = await addOrder(sql, bot, status, { side, price });
    await sql`
      update public.orders
      set filled_size = ${status === "partially_filled" ? 0.02 : 0}
      where client_order_id = ${id}`;
  }
  const rows = await actAs(
    sql,
    { role: "authenticated", userId: bot.userId },
    (tx) => tx`select * from public.bot_next_orders()`,
  );
  assert.deepEqual(
    rows.map((row) => [row.bot_id, row.order_side, row.price, row.size]),
    [[bot.botId, "buy", "650", "0.03"], [bot.botId, "sell", "660", "0.05"]],
  );
});
