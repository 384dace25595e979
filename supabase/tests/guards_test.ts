/** What the database refuses even to an engine with a fault in it. @module */
import assert from "node:assert/strict";
import { addFills, addOrder, addTrader, refusalOf } from "./people.ts";
import { openTestSql } from "./test_sql.ts";

Deno.test("orders: filled size never falls (I5)", async () => {
  await using test = await openTestSql();
  const bot = await addTrader(test.sql);
  const id = await addOrder(test.sql, bot);
  const fill = (size: string) =>
    test.engine`
      update public.orders set filled_size = ${size}
      where client_order_id = ${id}`;
  await fill("0.02");
  await fill("0.02");
  await fill("0.03");
  const refusal = await refusalOf(fill("0.0299999999"));
  assert.equal(refusal.message, "An order's filled size never falls");
});

Deno.test("orders: a finished order never reopens (I5), a canceled one may turn out filled", async () => {
  await using test = await openTestSql();
  const bot = await addTrader(test.sql);
  const set = (id: string, status: string) =>
    test.engine`
      update public.orders set status = ${status} where client_order_id = ${id}`;
  for (const finished of ["filled", "canceled", "rejected"]) {
    const id = await addOrder(test.sql, bot);
    await set(id, finished);
    for (
      const status of [
        "pending",
        "submitted",
        "open",
        "partially_filled",
        "unresolved",
      ]
    ) {
      const refusal = await refusalOf(set(id, status));
      assert.equal(
        refusal.message,
        "A finished order never reopens",
        `${finished} to ${status}`,
      );
    }
  }
  const id = await addOrder(test.sql, bot);
  await set(id, "canceled");
  await set(id, "filled");
  const [order] = await test.sql`
    select finished_at is not null as stamped from public.orders
    where client_order_id = ${id}`;
  assert.equal(order?.stamped, true);
});

Deno.test("orders: the direction follows from leg and purpose", async () => {
  await using test = await openTestSql();
  const bot = await addTrader(test.sql);
  const refusal = await refusalOf(
    test.sql`
      insert into public.orders (
        bot_id, user_id, exchange_key_id, symbol, client_order_id, position_side,
        order_side, purpose, level, cycle, revision, size, reason, claim_epoch
      )
      values (
        ${bot.botId}, ${bot.userId}, ${bot.keyId}, 'BNB/USDT:USDT', 'x', 'long',
        'buy', 'take_profit', 0, 0, 0, 1, '{}', 1
      )`,
  );
  assert.match(refusal.message, /orders_order_side_follows_purpose/);
});

Deno.test("fills: one trade id of one account is one row (I4)", async () => {
  await using test = await openTestSql();
  const bot = await addTrader(test.sql);
  const other = await addTrader(test.sql);
  await addFills(test.sql, bot, ["t-1"]);
  await addFills(test.sql, other, ["t-1"]);
  const refusal = await refusalOf(addFills(test.sql, bot, ["t-1"]));
  assert.match(refusal.message, /fills_venue_trade_id_unique/);
});

Deno.test("fills: money keeps the exchange's digits", async () => {
  await using test = await openTestSql();
  const bot = await addTrader(test.sql);
  await addFills(test.sql, bot, ["t-1"]);
  const digits = "-12345678901234567890.123456789012345678";
  await test.engine`update public.fills set realized_pnl = ${digits}`;
  const [fill] = await test.sql`select realized_pnl from public.fills`;
  assert.equal(fill?.realized_pnl, digits);
});

Deno.test("rows of one user can never hang on another's bot or key, whoever writes", async () => {
  await using test = await openTestSql();
  const bot = await addTrader(test.sql);
  const other = await addTrader(test.sql);
  const mixes = [
    { ...bot, userId: other.userId },
    { ...bot, botId: other.botId },
    { ...bot, keyId: other.keyId },
  ];
  for (const mix of mixes) {
    const order = await refusalOf(addOrder(test.sql, mix));
    const fill = await refusalOf(addFills(test.sql, mix, ["t-1"]));
    assert.deepEqual([order.code, fill.code], ["23503", "23503"]);
  }
  const moved = await refusalOf(
    test.sql`
      update public.bots set exchange_key_id = ${other.keyId}
      where id = ${bot.botId}`,
  );
  assert.equal(moved.code, "23503");
});

Deno.test("bots: the claim epoch never falls, an acknowledgement never runs ahead", async () => {
  await using test = await openTestSql();
  const bot = await addTrader(test.sql);
  const set = (change: string) =>
    test.engine.unsafe(
      `update public.bots set ${change} where id = '${bot.botId}'`,
    );
  await set("claim_epoch = 5");
  assert.equal(
    (await refusalOf(set("claim_epoch = 4"))).message,
    "A bot's claim epoch never falls",
  );
  assert.match(
    (await refusalOf(set("acknowledged_version = 1"))).message,
    /bots_acknowledged_is_desired_before/,
  );
  assert.match(
    (await refusalOf(set("running_config_version = 2"))).message,
    /bots_running_config_existed/,
  );
});

Deno.test("exchange keys that may move funds away are refused by the table itself", async () => {
  await using test = await openTestSql();
  const { userId } = await addTrader(test.sql);
  for (const permission of ["wwow", "wtow", "chow", "p2p", "withdraw"]) {
    const refusal = await refusalOf(
      test.sql`
        insert into public.exchange_keys (
          user_id, label, venue, exchange_uid, key_hint, permissions
        )
        values (
          ${userId}, 'x', 'bitget', '1', 'abcd',
          ${test.sql.array(["trade", permission])}::text[]
        )`,
    );
    assert.match(refusal.message, /exchange_keys_cannot_withdraw/);
  }
});

Deno.test("money is a number: neither NaN nor infinity is stored", async () => {
  await using test = await openTestSql();
  const bot = await addTrader(test.sql);
  const id = await addOrder(test.sql, bot);
  await addFills(test.sql, bot, ["t-1"]);
  await test.sql`insert into public.bot_metrics (bot_id) values (${bot.botId})`;
  for (const value of ["NaN", "Infinity", "-Infinity"]) {
    const writes = [
      test.engine`
        update public.orders set filled_size = ${value}
        where client_order_id = ${id}`,
      test.engine`
        update public.orders set average_price = ${value}
        where client_order_id = ${id}`,
      test.engine`update public.fills set fee = ${value}`,
      test.engine`update public.fills set realized_pnl = ${value}`,
      test.engine`update public.bot_metrics set equity = ${value}`,
      test.engine`update public.bot_metrics set mark_price = ${value}`,
    ];
    for (const write of writes) {
      const { code } = await refusalOf(write);
      // -Infinity falls below what was filled before: the trigger is faster.
      assert.match(code, /^(23514|23001)$/, value);
    }
  }
});
