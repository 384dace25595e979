/** create_bot(), update_bot(), request_bot_start(), _stop(), _close(). @module */
import assert from "node:assert/strict";
import type { JSONValue, Row, Sql } from "postgres";
import { actAs } from "./act_as.ts";
import {
  activate,
  addBot,
  addKey,
  addTrader,
  addUser,
  type BotRef,
  refusalOf,
} from "./people.ts";
import { openTestSql } from "./test_sql.ts";

/** Arguments by name. */
type Arguments = Readonly<Record<string, JSONValue>>;

/** Calls a function of the API as a user; returns its row. */
async function call(
  sql: Sql,
  userId: string,
  name: string,
  args: Arguments,
): Promise<Row> {
  const names = Object.keys(args);
  const values = Object.entries(args).map(([key, value]) =>
    key === "config" && value !== null ? sql.json(value) : value
  );
  const list = names.map((key, index) => `${key} => $${index + 1}`).join(", ");
  const [row] = await actAs(
    sql,
    { role: "authenticated", userId },
    (tx) => tx.unsafe(`select * from public.${name}(${list})`, values),
  );
  assert.ok(row);
  return row;
}

const start = (sql: Sql, bot: BotRef): Promise<Row> =>
  call(sql, bot.userId, "request_bot_start", { bot_id: bot.botId });
const stop = (
  sql: Sql,
  bot: BotRef,
  policy = "cancel_orders",
): Promise<Row> =>
  call(sql, bot.userId, "request_bot_stop", {
    bot_id: bot.botId,
    stop_policy: policy,
  });
const close = (sql: Sql, bot: BotRef): Promise<Row> =>
  call(sql, bot.userId, "request_bot_close", { bot_id: bot.botId });

/** Answers the newest intent, as an engine does. */
async function report(sql: Sql, bot: BotRef, status: string): Promise<void> {
  await sql`
    update public.bots
    set status = ${status}, acknowledged_version = desired_version
    where id = ${bot.botId}`;
}

async function codeOf(statement: Promise<unknown>): Promise<string> {
  const refusal = await refusalOf(statement);
  assert.equal(refusal.code, "P0001", refusal.message);
  assert.ok((refusal.detail ?? "").length > 10, refusal.message);
  return refusal.message;
}

const BOT = {
  name: "Grid",
  symbol: "BNB/USDT:USDT",
  strategy: "as_grid",
  config: { leverage: 10 },
};

Deno.test("create_bot() makes a bot at rest that belongs to the caller", async () => {
  await using test = await openTestSql();
  const userId = await addUser(test.sql);
  const keyId = await addKey(test.sql, userId);
  const bot = await call(test.sql, userId, "create_bot", {
    exchange_key_id: keyId,
    ...BOT,
    name: "  Grid ",
  });
  assert.equal(bot.user_id, userId);
  assert.equal(bot.name, "Grid");
  assert.deepEqual(bot.config, BOT.config);
  assert.deepEqual(
    [bot.desired_state, bot.status, bot.desired_version, bot.config_version],
    ["stopped", "idle", 0, 1],
  );
});

Deno.test("create_bot() refuses foreign keys, closed profiles and impossible input, and makes nothing", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const userId = await addUser(sql);
  const stranger = await addUser(sql);
  const keyId = await addKey(sql, userId);
  const invalid = await addKey(sql, userId);
  await sql`
    update public.exchange_keys set status = 'invalid' where id = ${invalid}`;
  const own = { "exchange_key_id": keyId, ...BOT };
  const cases: readonly [string, Arguments][] = [
    ["not_found", { ...own, exchange_key_id: await addKey(sql, stranger) }],
    ["not_found", { ...own, exchange_key_id: crypto.randomUUID() }],
    ["key_invalid", { ...own, exchange_key_id: invalid }],
    ["validation_failed", { ...own, name: "   " }],
    ["validation_failed", { ...own, name: "x".repeat(81) }],
    ["validation_failed", { ...own, strategy: "martingale" }],
    ["validation_failed", { ...own, config: null }],
    ["validation_failed", { ...own, config: { note: "x".repeat(17_000) } }],
    ["symbol_unknown", { ...own, symbol: "BNBUSDT" }],
    ["symbol_unknown", { ...own, symbol: null }],
  ];
  for (const [code, args] of cases) {
    assert.equal(await codeOf(call(sql, userId, "create_bot", args)), code);
  }
  for (
    const [status, code] of [["suspended", "profile_suspended"], [
      "rejected",
      "profile_not_active",
    ]] as const
  ) {
    await sql`
      update public.profiles set status = ${status} where user_id = ${userId}`;
    assert.equal(await codeOf(call(sql, userId, "create_bot", own)), code);
  }
  assert.equal((await sql`select from public.bots`).length, 0);
});

Deno.test("create_bot() makes a thousand bots of one user, and none of another's count", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const userId = await addUser(sql);
  const own = { "exchange_key_id": await addKey(sql, userId), ...BOT };
  await sql`
    insert into public.bots (user_id, exchange_key_id, name, symbol, strategy, config)
    select ${userId}, ${own.exchange_key_id}, 'Grid', ${BOT.symbol}, 'as_grid', '{}'
    from generate_series(1, 999)`;
  await call(sql, userId, "create_bot", own);
  const more = await codeOf(call(sql, userId, "create_bot", own));
  assert.equal(more, "validation_failed");
  const other = await addUser(sql);
  await call(sql, other, "create_bot", {
    ...own,
    "exchange_key_id": await addKey(sql, other),
  });
});

Deno.test("update_bot() raises config_version when the configuration changed, and only then", async () => {
  await using test = await openTestSql();
  const { userId, botId } = await addTrader(test.sql);
  const update = (args: Arguments) =>
    call(test.sql, userId, "update_bot", { bot_id: botId, ...args });
  assert.equal((await update({ name: "New" })).config_version, 1);
  assert.equal((await update({ config: { leverage: 5 } })).config_version, 2);
  assert.equal((await update({ config: { leverage: 5 } })).config_version, 2);
  const bot = await update({ name: null, config: null });
  assert.deepEqual([bot.name, bot.config, bot.config_version], [
    "New",
    { leverage: 5 },
    2,
  ]);
});

Deno.test("update_bot() refuses what was made from settings that are not the newest", async () => {
  await using test = await openTestSql();
  const { userId, botId } = await addTrader(test.sql);
  const update = (args: Arguments) =>
    call(test.sql, userId, "update_bot", { bot_id: botId, ...args });
  const first = { config: { leverage: 5 }, "config_version": 1 };
  assert.equal((await update(first)).config_version, 2);
  const second = { config: { leverage: 7 }, "config_version": 1 };
  assert.equal(await codeOf(update(second)), "config_changed");
  const renamed = { name: "Late", "config_version": 1 };
  assert.equal(await codeOf(update(renamed)), "config_changed");
  // Its answer was lost, and it is said again.
  assert.equal((await update(first)).config_version, 2);
  const third = await update({ ...second, "config_version": 2 });
  assert.deepEqual([third.config, third.config_version], [{ leverage: 7 }, 3]);
});

Deno.test("update_bot() refuses foreign bots, impossible input and a bot that is stopping", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const trader = await addTrader(sql);
  const stranger = await addUser(sql);
  const args = { "bot_id": trader.botId, name: "New" };
  assert.equal(
    await codeOf(call(sql, stranger, "update_bot", args)),
    "not_found",
  );
  const impossible: readonly Arguments[] = [
    { name: "" },
    { config: [1] },
    { config: "{}" },
    { name: "Fine", config: { note: "x".repeat(17_000) } },
  ];
  for (const change of impossible) {
    const refused = call(sql, trader.userId, "update_bot", {
      bot_id: trader.botId,
      ...change,
    });
    assert.equal(await codeOf(refused), "validation_failed");
  }
  await report(sql, trader, "stopping");
  assert.equal(
    await codeOf(call(sql, trader.userId, "update_bot", args)),
    "bot_not_editable",
  );
});

Deno.test("request_bot_start() raises the intent on paper whatever the UID's verification", async () => {
  await using test = await openTestSql();
  const trader = await addTrader(test.sql);
  const bot = await start(test.sql, trader);
  assert.deepEqual(
    [bot.desired_state, bot.desired_version, bot.acknowledged_version],
    ["running", 1, 0],
  );
  assert.equal(bot.status, "idle", "status is the engine's to write");
});

Deno.test("request_bot_start() on a real venue needs an active profile and a verified UID", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const userId = await addUser(sql);
  const keyId = await addKey(sql, userId, "bitget", "1001");
  const trader = { userId, keyId, botId: await addBot(sql, { userId, keyId }) };
  for (const status of ["pending_key", "pending_review"]) {
    await sql`
      update public.profiles
      set status = ${status},
        exchange_uid = ${status === "pending_key" ? null : "1001"}
      where user_id = ${userId}`;
    assert.equal(await codeOf(start(sql, trader)), "profile_not_active");
  }
  await activate(sql, userId, "2002");
  assert.equal(await codeOf(start(sql, trader)), "profile_not_active");
  await sql`insert into public.uid_allowlist (uid) values ('1001')`;
  assert.equal((await start(sql, trader)).desired_state, "running");
});

Deno.test("request_bot_start() refuses each state that forbids it", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const trader = await addTrader(sql);
  const stranger = await addUser(sql);
  assert.equal(
    await codeOf(start(sql, { ...trader, userId: stranger })),
    "not_found",
  );
  await start(sql, trader);
  assert.equal(await codeOf(start(sql, trader)), "bot_already_running");
  await report(sql, trader, "running");
  assert.equal(await codeOf(start(sql, trader)), "bot_already_running");
  await stop(sql, trader);
  assert.equal(await codeOf(start(sql, trader)), "bot_already_running");
  await report(sql, trader, "stopped");
  await sql`
    update public.exchange_keys set status = 'invalid' where id = ${trader.keyId}`;
  assert.equal(await codeOf(start(sql, trader)), "key_invalid");
  await sql`
    update public.exchange_keys set status = 'active' where id = ${trader.keyId}`;
  for (
    const [status, code] of [["suspended", "profile_suspended"], [
      "rejected",
      "profile_not_active",
    ]] as const
  ) {
    await sql`
      update public.profiles set status = ${status}
      where user_id = ${trader.userId}`;
    assert.equal(await codeOf(start(sql, trader)), code);
  }
});

Deno.test("request_bot_start() starts a faulted bot anew", async () => {
  await using test = await openTestSql();
  const trader = await addTrader(test.sql);
  await start(test.sql, trader);
  await report(test.sql, trader, "faulted");
  assert.equal((await start(test.sql, trader)).desired_version, 2);
});

Deno.test("request_bot_start() lets one bot a symbol and account run, also while the other still stops", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const first = await addTrader(sql);
  const second = { ...first, botId: await addBot(sql, first) };
  const other = {
    ...first,
    botId: await addBot(sql, first, "BTC/USDT:USDT"),
  };
  await start(sql, first);
  assert.equal(await codeOf(start(sql, second)), "symbol_in_use");
  await start(sql, other);
  await report(sql, first, "running");
  await stop(sql, first);
  assert.equal(await codeOf(start(sql, second)), "symbol_in_use");
  await report(sql, first, "stopped");
  await start(sql, second);
});

Deno.test("request_bot_start() lets one of two that start at the same moment run", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const first = await addTrader(sql);
  const second = { ...first, botId: await addBot(sql, first) };
  const outcomes = await Promise.allSettled([
    start(sql, first),
    start(sql, second),
  ]);
  assert.deepEqual(
    outcomes.map(({ status }) => status).sort(),
    ["fulfilled", "rejected"],
  );
  const lost = outcomes.find((outcome) => outcome.status === "rejected");
  assert.equal(lost?.reason.message, "symbol_in_use");
});

Deno.test("request_bot_stop() raises the intent with its policy; another policy replaces it on the way", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const trader = await addTrader(sql);
  await start(sql, trader);
  await report(sql, trader, "running");
  const first = await stop(sql, trader, "keep_take_profits");
  assert.deepEqual([first.desired_state, first.desired_version], [
    "stopped",
    2,
  ]);
  const same = await stop(sql, trader, "keep_take_profits");
  assert.equal(same.desired_version, 2, "asked twice is asked once");
  const harder = await stop(sql, trader, "close_positions");
  assert.deepEqual([harder.stop_policy, harder.desired_version], [
    "close_positions",
    3,
  ]);
});

Deno.test("request_bot_stop() refuses a bot at rest, an unknown policy and a foreign bot", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const trader = await addTrader(sql);
  assert.equal(await codeOf(stop(sql, trader)), "bot_not_running");
  await start(sql, trader);
  assert.equal(await codeOf(stop(sql, trader, "hold")), "validation_failed");
  const stranger = { ...trader, userId: await addUser(sql) };
  assert.equal(await codeOf(stop(sql, stranger)), "not_found");
  await stop(sql, trader);
  await report(sql, trader, "stopped");
  assert.equal(await codeOf(stop(sql, trader)), "bot_not_running");
});

Deno.test("request_bot_stop() and request_bot_close() stay open to a suspended user: less risk is always allowed", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const trader = await addTrader(sql);
  await start(sql, trader);
  await report(sql, trader, "faulted");
  await sql`
    update public.profiles set status = 'suspended'
    where user_id = ${trader.userId}`;
  await stop(sql, trader);
  assert.equal((await close(sql, trader)).stop_policy, "close_positions");
});

Deno.test("request_bot_close() closes a stopped bot too, once, and not one that never ran", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const trader = await addTrader(sql);
  assert.equal(await codeOf(close(sql, trader)), "bot_not_running");
  await start(sql, trader);
  await stop(sql, trader, "keep_take_profits");
  await report(sql, trader, "stopped");
  const bot = await close(sql, trader);
  assert.deepEqual([bot.desired_state, bot.desired_version], ["stopped", 3]);
  assert.equal((await close(sql, trader)).desired_version, 3);
  const stranger = { ...trader, userId: await addUser(sql) };
  assert.equal(await codeOf(close(sql, stranger)), "not_found");
});

Deno.test("intents are audited in their user's name", async () => {
  await using test = await openTestSql();
  const trader = await addTrader(test.sql);
  await start(test.sql, trader);
  await stop(test.sql, trader);
  const rows = await test.sql`
    select actor_id, action from public.audit_events
    where actor_id is not null order by id`;
  assert.deepEqual(rows.map((row) => [row.actor_id, row.action]), [
    [trader.userId, "bot_start_requested"],
    [trader.userId, "bot_stop_requested"],
  ]);
});

Deno.test("functions of the API limit how often a user may call, and only that user", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const trader = await addTrader(sql);
  const other = await addTrader(sql);
  const flip = async (): Promise<void> => {
    await start(sql, trader);
    await stop(sql, trader);
  };
  let code = "";
  for (let n = 0; n < 200 && code === ""; n++) {
    await flip().catch((error) => {
      code = error.message;
    });
  }
  assert.equal(code, "rate_limited");
  await start(sql, other);
  const [row] =
    await sql`select count(*)::int as audits from public.audit_events`;
  assert.ok(row?.audits <= 260, "a refused call leaves no trace");
});

Deno.test("request_bot_start() and revoke_exchange_key() at the same moment: never a running bot on a revoked key", async () => {
  await using test = await openTestSql();
  const { sql } = test;
  const outcomes = new Set<string>();
  for (let n = 0; n < 20; n++) {
    const trader = await addTrader(sql);
    const calls = [
      () => start(sql, trader),
      () =>
        call(sql, trader.userId, "revoke_exchange_key", {
          exchange_key_id: trader.keyId,
        }),
    ];
    if (n % 2 === 1) calls.reverse();
    await Promise.allSettled(calls.map((each) => each()));
    const [row] = await sql`
      select b.desired_state, k.status from public.bots as b
      join public.exchange_keys as k on k.id = b.exchange_key_id
      where b.id = ${trader.botId}`;
    outcomes.add(`${row?.desired_state} ${row?.status}`);
  }
  assert.equal(outcomes.has("running revoked"), false);
  assert.ok(outcomes.size > 0);
});
