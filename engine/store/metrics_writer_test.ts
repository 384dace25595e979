import assert from "node:assert/strict";
import { BatchWriter } from "./batch_writer.ts";
import { INTENT_CONNECTIONS } from "./database.ts";
import { IntentWriter } from "./intent_writer.ts";
import { MetricsWriter, SNAPSHOT_INTERVAL_MS } from "./metrics_writer.ts";
import type { BotMetrics } from "./port.ts";
import { PostgresBotStore } from "./postgres_bot_store.ts";
import { Fixture, SILENT_LOG, until } from "./testing/fixture.ts";
import { fillOf } from "./testing/rows.ts";

const FIGURES: BotMetrics = {
  markPrice: 650.12,
  longSize: 0.14,
  longEntryPrice: 649.9,
  shortSize: 0,
  shortEntryPrice: null,
  unrealizedPnl: 0.0308,
  equity: 1000.5,
  marginRatio: null,
  openOrders: 4,
  lastSyncAtMs: 1_750_000_000_000.5,
  longLiquidationPrice: 421.07,
  shortLiquidationPrice: null,
  longBreakEvenPrice: null,
  shortBreakEvenPrice: null,
};
const SLOT = { positionSide: "long", purpose: "entry", level: 0 } as const;

function openWriters(fixture: Fixture) {
  const sql = fixture.database.facts;
  const writer = new BatchWriter({ sql, log: SILENT_LOG });
  const time = { nowMs: 1_750_000_000_000 };
  const metrics = new MetricsWriter({
    sql,
    log: SILENT_LOG,
    queues: writer.queues,
    now: () => time.nowMs,
  });
  const intents = new IntentWriter({
    sql: fixture.database.intents,
    connections: INTENT_CONNECTIONS,
  });
  const open = async () => {
    const bot = await fixture.addBot();
    const refusals: Error[] = [];
    const store = new PostgresBotStore(
      { database: fixture.database, intents, writer, metrics },
      {
        claim: await fixture.claim(bot.id),
        onRefused: (reason) => refusals.push(reason),
      },
    );
    return { bot, store, refusals };
  };
  return { writer, metrics, time, open };
}

async function metricsOf(fixture: Fixture, botId: string) {
  const [row] = await fixture.admin`
    select * from public.bot_metrics where bot_id = ${botId}`;
  return row;
}

Deno.test("MetricsWriter writes figures and sums fills from the exchange's decimals", async () => {
  await using fixture = await Fixture.open();
  const { metrics, open, writer } = openWriters(fixture);
  const { bot, store } = await open();
  store.setMetrics(FIGURES);
  for (let i = 0; i < 10; i += 1) {
    store.recordFills([{
      fill: fillOf("c", {
        venueTradeId: `t${i}`,
        fee: "0.1",
        realizedPnl: "0.2",
      }),
      slot: SLOT,
    }]);
  }
  store.recordFunding([{ billId: "b", amount: "-0.3", atMs: 0 }]);
  await store.flush();
  await metrics.beat();
  const row = await metricsOf(fixture, bot.id);
  assert.equal(row?.fees, "1.0", "not 0.9999999999999999");
  assert.equal(row?.realized_pnl, "2.0");
  assert.equal(row?.funding, "-0.3");
  assert.equal(row?.fills_count, "10");
  assert.equal(row?.mark_price, "650.12");
  assert.equal(row?.short_entry_price, null);
  assert.equal(row?.open_orders, 4);
  await metrics.stop();
  await writer.stop();
});

Deno.test("MetricsWriter lets the facts have the connection where totals take long, and writes them when asked", async () => {
  await using fixture = await Fixture.open();
  const { metrics, open, writer } = openWriters(fixture);
  const { bot, store } = await open();
  await fixture.admin.unsafe(`
    create function public.rest() returns trigger language plpgsql as $$
    begin perform pg_sleep(0.2); return new; end $$;
    create trigger rest before insert or update on public.bot_metrics
      for each row when (new.fills_count is not null)
      execute function public.rest()`);
  const record = async (venueTradeId: string) => {
    const fill = fillOf("c", { venueTradeId });
    store.recordFills([{ fill, slot: SLOT }]);
    await writer.flush();
  };
  const counted = async () => (await metricsOf(fixture, bot.id))?.fills_count;
  await record("t1");
  await metrics.tick();
  assert.equal(await counted(), "1");
  await record("t2");
  await metrics.tick();
  assert.equal(await counted(), "1", "not due for four seconds");
  await store.flush();
  assert.equal(await counted(), "2");
  await metrics.stop();
  await writer.stop();
});

Deno.test("MetricsWriter lets a bot of a long history wait, and no other", async () => {
  await using fixture = await Fixture.open();
  const { metrics, open, writer } = openWriters(fixture);
  const long = await open();
  await fixture.admin.unsafe(`
    create function public.rest() returns trigger language plpgsql as $$
    begin perform pg_sleep(0.5); return new; end $$;
    create trigger rest before insert or update on public.bot_metrics
      for each row when (new.bot_id = '${long.bot.id}')
      execute function public.rest()`);
  const record = async ({ store }: typeof long, venueTradeId: string) => {
    store.recordFills([{ fill: fillOf("c", { venueTradeId }), slot: SLOT }]);
    await writer.flush();
  };
  const counted = async ({ bot }: typeof long) =>
    (await metricsOf(fixture, bot.id))?.fills_count;
  await record(long, "t1");
  await metrics.tick();
  const short = await open();
  await record(short, "t1");
  await metrics.tick();
  assert.deepEqual([await counted(long), await counted(short)], ["1", "1"]);
  await record(long, "t2");
  await record(short, "t2");
  await until("the short history's sum", async () => {
    await metrics.tick();
    return await counted(short) === "2";
  });
  assert.equal(await counted(long), "1", "not due for nine seconds");
  await metrics.stop();
  assert.equal(await counted(long), "2");
  await writer.stop();
});

Deno.test("MetricsWriter sums in turn where it cannot sum all at once", async () => {
  await using fixture = await Fixture.open();
  const { metrics, open, writer } = openWriters(fixture);
  const bots = [await open(), await open(), await open()];
  await fixture.admin.unsafe(`
    create function public.rest() returns trigger language plpgsql as $$
    begin perform pg_sleep(0.15); return new; end $$;
    create trigger rest before insert or update on public.bot_metrics
      for each row execute function public.rest()`);
  for (const [i, { bot, store }] of bots.entries()) {
    store.recordFills([{
      fill: fillOf("c", { venueTradeId: `t${i}` }),
      slot: SLOT,
    }]);
    await writer.flush();
    const queue = writer.queues.get(bot.id);
    assert.ok(queue !== undefined);
    queue.totalsFills = 30_000 * (i + 1);
  }
  const counted = () =>
    Promise.all(
      bots.map(async ({ bot }) =>
        (await metricsOf(fixture, bot.id))?.fills_count ?? "none"
      ),
    );
  await metrics.tick();
  assert.deepEqual(await counted(), ["1", "none", "none"]);
  await metrics.tick();
  assert.deepEqual(await counted(), ["1", "1", "none"]);
  await metrics.tick();
  assert.deepEqual(await counted(), ["1", "1", "1"]);
  await metrics.stop();
  await writer.stop();
});

Deno.test("MetricsWriter says unknown, not zero, while one fee is unknown (I9)", async () => {
  await using fixture = await Fixture.open();
  const { metrics, open, writer } = openWriters(fixture);
  const { bot, store } = await open();
  store.setMetrics(FIGURES);
  const unknown = fillOf("c", {
    venueTradeId: "t2",
    fee: null,
    feeCurrency: null,
  });
  store.recordFills([{ fill: fillOf("c"), slot: SLOT }]);
  store.recordFills([{ fill: unknown, slot: SLOT }]);
  await store.flush();
  await metrics.beat();
  assert.equal((await metricsOf(fixture, bot.id))?.fees, null);
  const known = { ...unknown, fee: "0.01", feeCurrency: "USDT" };
  store.recordFills([{ fill: known, slot: SLOT }]);
  await store.flush();
  await metrics.beat();
  assert.equal((await metricsOf(fixture, bot.id))?.fees, "0.0191014");
  store.recordFills([{
    fill: fillOf("c", { venueTradeId: "t3", fee: "1", feeCurrency: "BGB" }),
    slot: SLOT,
  }]);
  await store.flush();
  await metrics.beat();
  assert.equal(
    (await metricsOf(fixture, bot.id))?.fees,
    null,
    "coins are not added up",
  );
  await writer.stop();
});

Deno.test("MetricsWriter keeps one point of the equity curve a minute, none while equity is unknown", async () => {
  await using fixture = await Fixture.open();
  const { metrics, open, time, writer } = openWriters(fixture);
  const known = await open();
  const unknown = await open();
  known.store.setMetrics(FIGURES);
  unknown.store.setMetrics({ ...FIGURES, equity: null });
  await metrics.beat();
  await metrics.beat();
  time.nowMs += SNAPSHOT_INTERVAL_MS;
  await metrics.beat();
  const rows = await fixture.admin`
    select bot_id, equity, extract(second from at)::int as second
    from public.equity_snapshots`;
  assert.ok(rows.length >= 1 && rows.length <= 2);
  for (const row of rows) {
    assert.deepEqual({ ...row }, {
      "bot_id": known.bot.id,
      equity: "1000.5",
      second: 0,
    });
  }
  await writer.stop();
});

Deno.test("MetricsWriter has the bots of suspended users stopped once their grace is over", async () => {
  await using fixture = await Fixture.open();
  const { metrics, open, time, writer } = openWriters(fixture);
  const { bot, store } = await open();
  const desired = async () => {
    store.setMetrics(FIGURES);
    time.nowMs += SNAPSHOT_INTERVAL_MS;
    await metrics.beat();
    const [row] = await fixture.admin`
      select desired_state from public.bots where id = ${bot.id}`;
    return row?.desired_state;
  };
  const suspend = (grace: string) =>
    fixture.admin`
      update public.profiles
      set status = 'suspended', grace_ends_at = now() + ${grace}::interval
      where user_id = ${bot.userId}`;
  await suspend("1 hour");
  assert.equal(await desired(), "running");
  await suspend("-1 second");
  assert.equal(await desired(), "stopped");
  await writer.stop();
});

Deno.test("MetricsWriter writes what the exchange says of the legs, and what the newest audit found", async () => {
  await using fixture = await Fixture.open();
  const { open, writer } = openWriters(fixture);
  const { bot, store } = await open();
  const audit = {
    syncedAtMs: 1_750_000_000_000,
    ourLongSize: 0.14,
    ourShortSize: 0,
    exchangeLongSize: 0.14,
    exchangeShortSize: 0.05,
    expectedOrders: 4,
    foundOrders: 3,
  };
  store.setMetrics(FIGURES);
  store.setAudit({ ...audit, foundOrders: 4 });
  store.setAudit(audit);
  await store.flush();
  const row = await metricsOf(fixture, bot.id);
  assert.equal(row?.long_liquidation_price, "421.07");
  assert.equal(row?.long_break_even_price, null);
  const [found] = await fixture.admin`
    select * from public.bot_audits where bot_id = ${bot.id}`;
  assert.equal(found?.exchange_short_size, "0.05");
  assert.equal(found?.found_orders, 3);
  assert.equal(found?.claim_epoch, "1");
  assert.deepEqual(found?.synced_at, new Date(1_750_000_000_000));
  await fixture.claim(bot.id);
  store.setAudit({ ...audit, foundOrders: 0 });
  await assert.rejects(store.flush(), { name: "FencedError" });
  const [after] = await fixture.admin`
    select found_orders from public.bot_audits where bot_id = ${bot.id}`;
  assert.equal(after?.found_orders, 3, "an old epoch writes nothing");
  await writer.stop();
});

Deno.test("MetricsWriter writes nothing for a fenced bot and tells it", async () => {
  await using fixture = await Fixture.open();
  const { metrics, open, writer } = openWriters(fixture);
  const lost = await open();
  const mine = await open();
  await fixture.claim(lost.bot.id);
  lost.store.setMetrics(FIGURES);
  mine.store.setMetrics(FIGURES);
  await metrics.beat();
  assert.equal(await metricsOf(fixture, lost.bot.id), undefined);
  assert.ok(await metricsOf(fixture, mine.bot.id) !== undefined);
  assert.equal(lost.refusals.length, 1);
  assert.equal(mine.refusals.length, 0);
  await writer.stop();
});
