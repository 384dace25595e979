import assert from "node:assert/strict";
import { ORDER_STATUSES, PURPOSES, slotKey } from "@core/mod.ts";
import { FencedError } from "./port.ts";
import { recoverBot } from "./recover_bot.ts";
import { Fixture } from "./testing/fixture.ts";
import { commitIntents, intentOf } from "./testing/rows.ts";

Deno.test("recoverBot() of a new bot has no state, no orders, no cursors", async () => {
  await using fixture = await Fixture.open();
  const { id, userId, exchangeKeyId } = await fixture.addBot({
    config: { baseNotional: 20 },
  });
  const claim = await fixture.claim(id);
  assert.deepEqual(await recoverBot(fixture.database.facts, claim), {
    bot: {
      id,
      userId,
      exchangeKeyId,
      name: "Grid",
      symbol: "BNB/USDT:USDT",
      strategy: "as_grid",
      config: { baseNotional: 20 },
      configVersion: 1,
      runningConfigVersion: null,
      desiredState: "running",
      desiredVersion: 1,
      acknowledgedVersion: 0,
      stopPolicy: "keep_take_profits",
      status: "idle",
      claimEpoch: 1,
      startedAtMs: null,
      keepsTakeProfitsOnly: false,
    },
    state: null,
    orders: [],
    lastFillAtMs: null,
    lastFundingAtMs: null,
  });
});

Deno.test("recoverBot() returns unfinished orders and of each slot the newest", async () => {
  await using fixture = await Fixture.open();
  const bot = await fixture.addBot();
  const claim = await fixture.claim(bot.id);
  const { intents: sql } = fixture.database;
  const sell = { orderSide: "sell", purpose: "take_profit" } as const;
  const old = intentOf(bot.id, { cycle: 1, revision: 9 });
  const resting = intentOf(bot.id, { cycle: 2, revision: 0 });
  const newest = intentOf(bot.id, { cycle: 2, revision: 1 });
  const far = intentOf(bot.id, { level: 7 });
  const sold = intentOf(bot.id, { ...sell, cycle: 12 });
  const older = intentOf(bot.id, { ...sell, cycle: 11, revision: 40 });
  const orders = [old, resting, newest, far, sold, older];
  await commitIntents(sql, claim, { orders, state: {} });
  const other = await fixture.addBot();
  await commitIntents(sql, await fixture.claim(other.id), {
    orders: [intentOf(other.id, { cycle: 99 })],
    state: {},
  });
  await fixture.admin`
    update public.orders set status = 'canceled'
    where bot_id = ${bot.id} and client_order_id <> ${resting.clientOrderId}`;
  const recovered = await recoverBot(sql, claim);
  assert.deepEqual(
    recovered.orders.map((order) => order.clientOrderId).sort(),
    [resting, newest, far, sold].map((order) => order.clientOrderId).sort(),
  );
  const slots = new Set(recovered.orders.map(slotKey));
  assert.equal(slots.size, 3);
});

Deno.test("recoverBot() is refused under an old epoch", async () => {
  await using fixture = await Fixture.open();
  const { id } = await fixture.addBot();
  const old = await fixture.claim(id);
  await fixture.claim(id);
  await assert.rejects(recoverBot(fixture.database.facts, old), FencedError);
});

Deno.test("core's closed sets are the database's", async () => {
  await using fixture = await Fixture.open();
  const rows = await fixture.admin`
    select conname, pg_get_constraintdef(oid) as definition
    from pg_constraint
    where conname in ('orders_status_valid', 'orders_purpose_valid')
    order by conname`;
  const sets = rows.map((row) =>
    [...String(row.definition).matchAll(/'(\w+)'/g)].map(([, word]) => word)
  );
  assert.deepEqual(sets, [[...PURPOSES], [...ORDER_STATUSES]]);
});
