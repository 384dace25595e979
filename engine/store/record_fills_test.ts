import assert from "node:assert/strict";
import type { VenueFill } from "@core/mod.ts";
import type { Claim } from "./claim.ts";
import { type FillRow, recordFills } from "./record_fills.ts";
import { recordFunding } from "./record_funding.ts";
import { recoverBot } from "./recover_bot.ts";
import { Fixture, type FixtureBot } from "./testing/fixture.ts";
import { commitIntents, fillOf, intentOf } from "./testing/rows.ts";

function rowOf(
  bot: FixtureBot,
  fill: VenueFill,
  change: Partial<FillRow> = {},
): FillRow {
  return { ...fill, botId: bot.id, ours: true, purpose: "entry", ...change };
}

async function openBot(fixture: Fixture, exchangeKeyId?: string) {
  const bot = await fixture.addBot(
    exchangeKeyId === undefined
      ? {}
      : { exchangeKeyId, symbol: "ETH/USDT:USDT" },
  );
  const claim: Claim = await fixture.claim(bot.id);
  return { bot, claim };
}

async function fillsOf(fixture: Fixture) {
  const rows = await fixture.admin`select * from public.fills order by id`;
  return rows.map((row) => ({ ...row }));
}

Deno.test("recordFills() keeps the exchange's digits and records a replay once (I4)", async () => {
  await using fixture = await Fixture.open();
  const { bot, claim } = await openBot(fixture);
  const { facts: sql } = fixture.database;
  const row = rowOf(bot, fillOf("c1", { price: "650.1000000000000000001" }));
  for (let i = 0; i < 3; i += 1) {
    await recordFills(sql, [claim], [row, row]);
  }
  const [fill, ...more] = await fillsOf(fixture);
  assert.deepEqual(more, []);
  assert.equal(fill?.price, "650.1000000000000000001");
  assert.equal(fill?.fee, "0.0091014");
  assert.equal(fill?.bot_id, bot.id);
  assert.equal(fill?.user_id, bot.userId);
  assert.deepEqual(fill?.filled_at, new Date(1_750_000_000_123));
  const { lastFillAtMs } = await recoverBot(sql, claim);
  assert.equal(lastFillAtMs, 1_750_000_000_123);
});

Deno.test("recordFills() records two engines' replays of one fill once", async () => {
  await using fixture = await Fixture.open();
  const { bot, claim } = await openBot(fixture);
  const rows = Array.from(
    { length: 50 },
    (_, i) => rowOf(bot, fillOf("c1", { venueTradeId: `t${i}` })),
  );
  const { facts, intents } = fixture.database;
  await Promise.all([
    recordFills(facts, [claim], rows),
    recordFills(intents, [claim], rows.toReversed()),
    recordFills(intents, [claim], rows),
  ]).catch((error) => {
    // Opposite orders may deadlock; the writer then sends its batch again.
    assert.equal(error.code, "40P01");
  });
  await recordFills(facts, [claim], rows);
  assert.equal((await fillsOf(fixture)).length, 50);
});

Deno.test("recordFills() completes what was unknown and changes nothing that is known", async () => {
  await using fixture = await Fixture.open();
  const { bot, claim } = await openBot(fixture);
  const { facts: sql } = fixture.database;
  const pushed = fillOf("c1", {
    fee: null,
    feeCurrency: null,
    realizedPnl: null,
  });
  await recordFills(sql, [claim], [rowOf(bot, pushed)]);
  const [before] = await fillsOf(fixture);
  assert.equal(before?.fee, null, "unknown is not zero (I9)");
  await recordFills(sql, [claim], [
    rowOf(bot, fillOf("c1", { realizedPnl: "1.25", price: "1" })),
  ]);
  const [after] = await fillsOf(fixture);
  assert.equal(after?.fee, "0.0091014");
  assert.equal(after?.realized_pnl, "1.25");
  assert.equal(after?.price, before?.price);
  await recordFills(sql, [claim], [
    rowOf(bot, fillOf("c1", { fee: "99", realizedPnl: "99" })),
  ]);
  assert.deepEqual(await fillsOf(fixture), [after]);
});

Deno.test("recordFills() leaves manual fills to nobody and a neighbour's fill to the neighbour", async () => {
  await using fixture = await Fixture.open();
  const mine = await openBot(fixture);
  const neighbour = await openBot(fixture, mine.bot.exchangeKeyId);
  const { facts: sql } = fixture.database;
  const order = intentOf(neighbour.bot.id, {
    purpose: "take_profit",
    orderSide: "sell",
  });
  await commitIntents(sql, neighbour.claim, { orders: [order], state: {} });
  const foreign = { ours: false, purpose: null };
  await recordFills(sql, [mine.claim], [
    rowOf(mine.bot, fillOf(null, { venueTradeId: "manual" }), foreign),
    rowOf(
      mine.bot,
      fillOf(order.clientOrderId, { venueTradeId: "theirs" }),
      foreign,
    ),
    rowOf(
      mine.bot,
      fillOf("ahead-of-its-row", { venueTradeId: "early" }),
      foreign,
    ),
  ]);
  await recordFills(sql, [neighbour.claim], [
    rowOf(
      neighbour.bot,
      fillOf("ahead-of-its-row", { venueTradeId: "early" }),
      { purpose: "entry" },
    ),
  ]);
  const rows = await fillsOf(fixture);
  const owners = Object.fromEntries(
    rows.map((row) => [row.venue_trade_id, [row.bot_id, row.purpose]]),
  );
  assert.deepEqual(owners, {
    manual: [null, null],
    theirs: [neighbour.bot.id, "take_profit"],
    early: [neighbour.bot.id, "entry"],
  });
});

Deno.test("recordFills() and recordFunding() write nothing for a fenced bot", async () => {
  await using fixture = await Fixture.open();
  const lost = await openBot(fixture);
  const mine = await openBot(fixture);
  await fixture.claim(lost.bot.id);
  const claims = [lost.claim, mine.claim];
  const { facts: sql } = fixture.database;
  const held = await recordFills(sql, claims, [
    rowOf(lost.bot, fillOf("c1")),
    rowOf(mine.bot, fillOf("c2")),
  ]);
  assert.deepEqual([...held], [mine.bot.id]);
  const payments = [lost, mine].map(({ bot }) => ({
    botId: bot.id,
    billId: "b1",
    amount: "-0.01",
    atMs: 0,
  }));
  const paid = await recordFunding(sql, claims, payments);
  assert.deepEqual([...paid], [mine.bot.id]);
  assert.deepEqual(
    (await fillsOf(fixture)).map((row) => row.bot_id),
    [mine.bot.id],
  );
});

Deno.test("recordFunding() records a bill once, in the coin the symbol settles in", async () => {
  await using fixture = await Fixture.open();
  const { bot, claim } = await openBot(fixture);
  const { facts: sql } = fixture.database;
  const payment = { botId: bot.id, billId: "b1", amount: "-0.0123", atMs: 7 };
  await recordFunding(sql, [claim], [payment]);
  await recordFunding(sql, [claim], [payment, { ...payment, billId: "b2" }]);
  const rows = await fixture.admin`
    select amount, currency, bot_id from public.funding_payments`;
  assert.deepEqual(rows.map((row) => ({ ...row })), [
    { "amount": "-0.0123", "currency": "USDT", "bot_id": bot.id },
    { "amount": "-0.0123", "currency": "USDT", "bot_id": bot.id },
  ]);
  assert.equal((await recoverBot(sql, claim)).lastFundingAtMs, 7);
});

Deno.test("recoverBot() asks for funding since the first fill before any was paid", async () => {
  await using fixture = await Fixture.open();
  const { bot, claim } = await openBot(fixture);
  const { facts: sql } = fixture.database;
  assert.equal((await recoverBot(sql, claim)).lastFundingAtMs, null);
  const fills = [5_000, 3_000, 9_000].map((filledAtMs) =>
    rowOf(bot, fillOf("c1", { venueTradeId: `${filledAtMs}`, filledAtMs }))
  );
  await recordFills(sql, [claim], fills);
  assert.equal((await recoverBot(sql, claim)).lastFundingAtMs, 3_000);
});
