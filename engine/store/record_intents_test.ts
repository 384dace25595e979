import assert from "node:assert/strict";
import { FencedError } from "./port.ts";
import { recoverBot } from "./recover_bot.ts";
import { Fixture, until } from "./testing/fixture.ts";
import { commitIntents, intentOf } from "./testing/rows.ts";

Deno.test("recordIntents() commits the orders and the state they follow from", async () => {
  await using fixture = await Fixture.open();
  const bot = await fixture.addBot();
  const claim = await fixture.claim(bot.id);
  const { intents } = fixture.database;
  const entry = intentOf(bot.id, { price: 0.1 + 0.2 });
  const close = intentOf(bot.id, {
    purpose: "close",
    orderSide: "sell",
    price: null,
    postOnly: false,
    cycle: 3,
    revision: 35,
  });
  await commitIntents(intents, claim, {
    orders: [entry, close],
    state: { anchor: 653.4, paused: { long: false } },
  });
  const recovered = await recoverBot(intents, claim);
  assert.deepEqual(recovered.state, { anchor: 653.4, paused: { long: false } });
  assert.equal(recovered.orders.length, 2);
  for (const intent of [entry, close]) {
    const row = recovered.orders.find((order) =>
      order.clientOrderId === intent.clientOrderId
    );
    assert.ok(row !== undefined);
    const { createdAtMs, ...rest } = row;
    assert.ok(Math.abs(createdAtMs - Date.now()) < 60_000);
    assert.deepEqual(rest, {
      ...intent,
      venueOrderId: null,
      filledSize: 0,
      status: "pending",
      rejectCode: null,
    });
  }
});

Deno.test("recordIntents() leaves an id that exists as it is, and saves the state alone", async () => {
  await using fixture = await Fixture.open();
  const bot = await fixture.addBot();
  const claim = await fixture.claim(bot.id);
  const { intents } = fixture.database;
  const order = intentOf(bot.id);
  await commitIntents(intents, claim, { orders: [order], state: { n: 1 } });
  await commitIntents(intents, claim, {
    orders: [{ ...order, size: 99 }],
    state: { n: 2 },
  });
  await commitIntents(intents, claim, { orders: [], state: { n: 3 } });
  const recovered = await recoverBot(intents, claim);
  assert.deepEqual(recovered.orders.map((o) => o.size), [0.07]);
  assert.deepEqual(recovered.state, { n: 3 });
});

Deno.test("recordIntents() writes nothing under an old epoch", async () => {
  await using fixture = await Fixture.open();
  const bot = await fixture.addBot();
  const old = await fixture.claim(bot.id);
  await fixture.claim(bot.id);
  const { intents } = fixture.database;
  await assert.rejects(
    commitIntents(intents, old, { orders: [intentOf(bot.id)], state: {} }),
    FencedError,
  );
  const [counts] = await fixture.admin`
    select (select count(*) from public.orders)::int as orders,
      (select count(*) from public.bot_states)::int as states`;
  assert.deepEqual({ ...counts }, { orders: 0, states: 0 });
});

Deno.test("recordIntents() waits for a claim under way and is fenced by it", async () => {
  await using fixture = await Fixture.open();
  const bot = await fixture.addBot();
  const old = await fixture.claim(bot.id);
  const { intents } = fixture.database;
  let outcome: Promise<unknown> = Promise.resolve();
  await fixture.admin.begin(async (claiming) => {
    await claiming`
      update public.bots set claim_epoch = claim_epoch + 1
      where id = ${bot.id}`;
    outcome = commitIntents(intents, old, {
      orders: [intentOf(bot.id)],
      state: {},
    }).then(() => "written", (error) => error);
    await until("the intent waits for the claim", async () => {
      const rows = await fixture.admin`
        select from pg_stat_activity
        where usename = 'engine' and wait_event_type = 'Lock'
          and datname = current_database()`;
      return rows.length > 0;
    });
  });
  assert.ok(await outcome instanceof FencedError);
  const orders = await fixture.admin`select from public.orders`;
  assert.equal(orders.length, 0);
});

Deno.test("a claim waits for an intent under way, so none is written after it", async () => {
  await using fixture = await Fixture.open();
  const bot = await fixture.addBot();
  const claim = await fixture.claim(bot.id);
  let claimed = false;
  let claiming: Promise<unknown> = Promise.resolve();
  await fixture.database.intents.begin(async (transaction) => {
    // A transaction has the client's call signature, not its other methods.
    const sql = Object.assign(transaction, fixture.database.intents);
    await commitIntents(sql, claim, {
      orders: [intentOf(bot.id)],
      state: {},
    });
    claiming = fixture.claim(bot.id).then(() => claimed = true);
    await until("the claim waits for the intent", async () => {
      const rows = await fixture.admin`
        select from pg_stat_activity
        where query like '%claim_epoch + 1%' and wait_event_type = 'Lock'`;
      return rows.length > 0;
    });
    assert.equal(claimed, false);
  });
  await claiming;
  const orders = await fixture.admin`select from public.orders`;
  assert.equal(orders.length, 1);
});
