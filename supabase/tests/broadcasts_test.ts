/** What the database sends to private topics: design.md §10. @module */
import assert from "node:assert/strict";
import type { Sql, TransactionSql } from "postgres";
import { actAs } from "./act_as.ts";
import {
  addFills,
  addOrder,
  addTrader,
  addUser,
  type BotRef,
} from "./people.ts";
import { openTestSql } from "./test_sql.ts";

interface Sent {
  readonly topic: string;
  readonly event: string;
  readonly private: boolean;
  readonly payload: {
    readonly rows: readonly Readonly<Record<string, unknown>>[];
    readonly truncated?: true;
  };
}

/** Takes the messages sent so far. */
async function takeSent(sql: Sql): Promise<readonly Sent[]> {
  const rows = await sql<Sent[]>`
    with taken as (delete from realtime.messages returning *)
    select topic, event, private, payload from taken
    order by inserted_at, event`;
  return [...rows];
}

async function addEvent(
  sql: Sql | TransactionSql,
  bot: BotRef,
  code: string,
): Promise<void> {
  await sql`
    insert into public.bot_events (bot_id, user_id, level, code, message)
    values (${bot.botId}, ${bot.userId}, 'info', ${code}, 'Text')`;
}

Deno.test("a batch of fills is one message a user, its rows as the Data API shows them", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const one = await addTrader(sql);
  const two = await addTrader(sql);
  await takeSent(sql);
  await sql`
    insert into public.fills (
      bot_id, exchange_key_id, user_id, venue_order_id, venue_trade_id, symbol,
      position_side, order_side, price, size, liquidity, filled_at
    )
    select b.id, b.exchange_key_id, b.user_id, 'o', 't-' || n, b.symbol, 'long',
      'buy', 650.10, 0.05, 'maker', '2026-11-22T15:00:00+08:00'
    from public.bots as b, generate_series(1, 3) as n`;
  const sent = await takeSent(sql);
  assert.deepEqual(
    sent.map((m) => [m.topic, m.event, m.private, m.payload.rows.length])
      .sort(),
    [one, two].map((t) => [`user:${t.userId}`, "fill", true, 3]).sort(),
  );
  const row = sent[0]?.payload.rows[0];
  assert.equal(row?.price, 650.1);
  assert.equal(row?.filled_at, "2026-11-22T07:00:00+00:00");
  const columns = await sql`
    select column_name from information_schema.columns
    where table_schema = 'public' and table_name = 'fills'`;
  assert.deepEqual(
    Object.keys(row ?? {}).sort(),
    columns.map((c) => c.column_name).sort(),
  );
});

Deno.test("rows are told in UTC whatever the writer's session", async () => {
  await using test = await openTestSql();
  const bot = await addTrader(test.sql);
  await takeSent(test.sql);
  await test.sql.begin(async (tx) => {
    await tx`set local timezone = 'Asia/Taipei'`;
    await addEvent(tx, bot, "told");
  });
  const [message] = await takeSent(test.sql);
  assert.match(String(message?.payload.rows[0]?.created_at), /\+00:00$/);
});

Deno.test("many statements in one transaction are one message an event, in their order", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const bot = await addTrader(sql);
  await takeSent(sql);
  await sql.begin(async (tx) => {
    for (const code of ["first", "second", "third"]) {
      await addEvent(tx, bot, code);
      await tx`
        update public.bots set status_code = ${code} where id = ${bot.botId}`;
    }
  });
  const sent = await takeSent(sql);
  assert.deepEqual(
    sent.map((m) => [
      m.event,
      m.payload.rows.map((row) => row.code ?? row.status_code),
    ]).sort(),
    [
      ["bot", ["first", "second", "third"]],
      ["event", ["first", "second", "third"]],
    ],
  );
  assert.equal((await sql`select from private.broadcasts`).length, 0);
});

Deno.test("what is rolled back is not told", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const bot = await addTrader(sql);
  await takeSent(sql);
  await sql.begin(async (tx) => {
    await addEvent(tx, bot, "kept");
    await tx.savepoint(async (inner) => {
      await addEvent(inner, bot, "dropped");
      throw new Error("back");
    }).catch(() => undefined);
  });
  const sent = await takeSent(sql);
  assert.deepEqual(
    sent.map((m) => m.payload.rows.map((row) => row.code)),
    [["kept"]],
  );
});

Deno.test("bot: changes a trader can see are told, a claim is not", async () => {
  await using test = await openTestSql();
  const bot = await addTrader(test.sql);
  assert.deepEqual(
    (await takeSent(test.sql)).map((m) => m.event),
    ["bot"],
    "a new bot is told",
  );
  await test.engine`
    update public.bots set claim_epoch = claim_epoch + 1, engine_id = null`;
  assert.deepEqual(await takeSent(test.sql), []);
  await test.engine`update public.bots set status = 'running'`;
  const [message] = await takeSent(test.sql);
  assert.equal(message?.payload.rows[0]?.status, "running");
  await actAs(
    test.sql,
    { role: "authenticated", userId: bot.userId },
    (tx) => tx`select public.update_bot(${bot.botId}, 'New', null)`,
  );
  assert.equal((await takeSent(test.sql)).length, 1);
});

Deno.test("order: rejected and unresolved orders are told once, resting ones are not", async () => {
  await using test = await openTestSql();
  const bot = await addTrader(test.sql);
  const id = await addOrder(test.sql, bot, "pending");
  await takeSent(test.sql);
  const told: string[] = [];
  for (
    const status of [
      "submitted",
      "unresolved",
      "unresolved",
      "open",
      "rejected",
    ]
  ) {
    await test.engine`
      update public.orders set status = ${status}, reject_code = '40762'
      where client_order_id = ${id}`;
    for (const message of await takeSent(test.sql)) {
      told.push(`${message.event} ${message.payload.rows[0]?.status}`);
    }
  }
  assert.deepEqual(told, ["order unresolved", "order rejected"]);
});

Deno.test("a long message carries the last hundred rows and says that it is cut", async () => {
  await using test = await openTestSql();
  const bot = await addTrader(test.sql);
  await takeSent(test.sql);
  const ids = Array.from({ length: 150 }, (_, n) => `t-${n}`);
  await addFills(test.sql, bot, ids);
  const [message] = await takeSent(test.sql);
  assert.equal(message?.payload.truncated, true);
  assert.deepEqual(
    message?.payload.rows.map((row) => row.venue_trade_id),
    ids.slice(50),
  );
});

Deno.test("broadcast_metrics() sends one merged message a user seen lately, not again at once, and to nobody else", async () => {
  await using test = await openTestSql();
  const { sql, engine } = test;
  const seen = await addTrader(sql);
  const unseen = await addTrader(sql);
  const [second] = await sql`
    insert into public.bots (
      user_id, exchange_key_id, name, symbol, strategy, config
    )
    values (
      ${seen.userId}, ${seen.keyId}, 'Two', 'BTC/USDT:USDT', 'as_grid', '{}'
    )
    returning id`;
  for (const botId of [seen.botId, second?.id, unseen.botId]) {
    await engine`
      insert into public.bot_metrics (bot_id, equity) values (${botId}, 1000.5)`;
  }
  const broadcast = async () => {
    const [row] = await engine`select private.broadcast_metrics() as sent`;
    return row?.sent;
  };
  await takeSent(sql);
  assert.equal(await broadcast(), 0);
  await actAs(
    sql,
    { role: "authenticated", userId: seen.userId },
    (tx) => tx`select public.touch_seen()`,
  );
  assert.deepEqual(
    await Promise.all([broadcast(), broadcast()]).then((all) => all.sort()),
    [0, 1],
    "of two engines one sends",
  );
  const sent = await takeSent(sql);
  assert.deepEqual(
    sent.map((m) => [m.topic, m.event, m.payload.rows.length]),
    [[`user:${seen.userId}`, "metrics", 2]],
  );
  assert.equal(sent[0]?.payload.rows[0]?.equity, 1000.5);
  const age = (column: string, by: string) =>
    sql.unsafe(
      `update private.user_presence set ${column} = now() - interval '${by}'`,
    );
  await age("metrics_sent_at", "5 seconds");
  assert.equal(await broadcast(), 1, "five seconds later again");
  await age("metrics_sent_at", "5 seconds");
  await sql`alter table public.bot_metrics disable trigger user`;
  await sql`
    update public.bot_metrics set updated_at = now() - interval '1 minute'`;
  assert.equal(await broadcast(), 0, "nothing new, nothing sent");
  await sql`update public.bot_metrics set updated_at = now()`;
  await age("seen_at", "3 minutes");
  assert.equal(await broadcast(), 0, "the page is closed");
});

/** What Realtime carries in a message on the smallest plan. */
const MESSAGE_BYTES_MAX = 256 * 1024;

const bytesOf = (message: Sent | undefined) =>
  new TextEncoder().encode(JSON.stringify(message)).length;

/** Makes that many more bots of a trader, each with figures of full length. */
async function addBots(
  sql: Sql,
  owner: BotRef,
  count: number,
  config: string,
): Promise<void> {
  await sql`
    with made as (
      insert into public.bots (
        user_id, exchange_key_id, name, symbol, strategy, config
      )
      select ${owner.userId}, ${owner.keyId}, repeat('網', 80),
        'S' || n || '/USDT:USDT', 'as_grid', ${config}::text::jsonb
      from generate_series(1, ${count}::int) as n
      returning id
    )
    insert into public.bot_metrics (
      bot_id, mark_price, long_size, long_entry_price, short_size,
      short_entry_price, unrealized_pnl, realized_pnl, fees, funding, equity,
      margin_ratio, open_orders, fills_count, last_sync_at, grid_profit,
      grid_pairs, long_liquidation_price, short_liquidation_price,
      long_break_even_price, short_break_even_price
    )
    select id, x, x, x, x, x, x, x, x, x, x, x, 1000, 1000000, now(), x, 1000000,
      x, x, x, x
    from made, (select 123456.123456789012345678 as x) as figures`;
}

Deno.test("a hundred bots stopped at once are told in a message that Realtime carries", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const trader = await addTrader(sql);
  const config = JSON.stringify({ note: "格".repeat(5_000) });
  await addBots(sql, trader, 100, config);
  await takeSent(sql);
  await sql`update public.bots set stop_policy = 'cancel_orders'`;
  const [message, ...more] = await takeSent(sql);
  assert.equal(more.length, 0);
  assert.equal(message?.payload.truncated, true);
  assert.ok(bytesOf(message) < MESSAGE_BYTES_MAX, `${bytesOf(message)} bytes`);
  assert.ok((message?.payload.rows.length ?? 0) >= 10);
});

Deno.test("figures of 250 bots come whole, in three messages that Realtime carries", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const trader = await addTrader(sql);
  await addBots(sql, trader, 250, "{}");
  await actAs(
    sql,
    { role: "authenticated", userId: trader.userId },
    (tx) => tx`select public.touch_seen()`,
  );
  await takeSent(sql);
  const [row] = await test.engine`select private.broadcast_metrics() as sent`;
  assert.equal(row?.sent, 3);
  const sent = await takeSent(sql);
  for (const message of sent) {
    assert.equal(message.payload.truncated, undefined);
    assert.ok(bytesOf(message) < MESSAGE_BYTES_MAX / 2);
  }
  const told = sent.flatMap((message) =>
    message.payload.rows.map((row) => row.bot_id)
  );
  assert.equal(new Set(told).size, 250);
});

Deno.test("touch_seen() is for those who are signed in; nobody but engines broadcasts metrics", async () => {
  await using test = await openTestSql();
  const userId = await addUser(test.sql);
  await assert.rejects(
    actAs(
      test.sql,
      { role: "authenticated" },
      (tx) => tx`select public.touch_seen()`,
    ),
    /unauthorized/,
  );
  for (const role of ["anon", "authenticated", "service_role"] as const) {
    await assert.rejects(
      actAs(
        test.sql,
        { role, userId },
        (tx) => tx`select private.broadcast_metrics()`,
      ),
      /permission denied/,
    );
  }
});

Deno.test("realtime.messages: a user reads his own topic, nobody else's, and sends nothing", async () => {
  await using test = await openTestSql();
  const owner = await addTrader(test.sql);
  const stranger = await addUser(test.sql);
  await addEvent(test.sql, owner, "told");
  const topic = `user:${owner.userId}`;
  const read = (userId: string | null, asked = topic) =>
    actAs(
      test.sql,
      userId === null ? { role: "anon" } : { role: "authenticated", userId },
      async (tx) => {
        await tx`select set_config('realtime.topic', ${asked}, true)`;
        const rows = await tx`
          select from realtime.messages where topic = ${asked}`;
        return rows.length;
      },
    );
  assert.ok(await read(owner.userId) > 0);
  assert.equal(await read(stranger), 0);
  assert.equal(await read(null), 0);
  assert.equal(await read(owner.userId, "user:"), 0);
  assert.equal(await read(owner.userId, `user:${stranger}`), 0);
  for (const event of ["fill", "x"]) {
    await assert.rejects(
      actAs(
        test.sql,
        { role: "authenticated", userId: owner.userId },
        (tx) =>
          tx`
            insert into realtime.messages (topic, extension, event, private)
            values (${topic}, 'broadcast', ${event}, true)`,
      ),
      /row-level security/,
    );
  }
});
