import assert from "node:assert/strict";
import { BACKLOG_WAIT, BatchWriter, type WriteReport } from "./batch_writer.ts";
import { StoreError } from "./errors.ts";
import { INTENT_CONNECTIONS } from "./database.ts";
import { IntentWriter } from "./intent_writer.ts";
import { MetricsWriter } from "./metrics_writer.ts";
import { FencedError } from "./port.ts";
import { PostgresBotStore } from "./postgres_bot_store.ts";
import { Fixture, SILENT_LOG, until } from "./testing/fixture.ts";
import { fillOf, intentOf } from "./testing/rows.ts";

const SLOT = { positionSide: "long", purpose: "entry", level: 0 } as const;

function openWriter(fixture: Fixture) {
  const sql = fixture.database.facts;
  const reports: WriteReport[] = [];
  const writer = new BatchWriter({
    sql,
    log: SILENT_LOG,
    onWrite: (report) => reports.push(report),
  });
  const metrics = new MetricsWriter({
    sql,
    log: SILENT_LOG,
    queues: writer.queues,
    now: Date.now,
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
  return { writer, reports, open };
}

async function countFills(fixture: Fixture): Promise<number> {
  const [row] = await fixture.admin`
    select count(*)::int as fills from public.fills`;
  return Number(row?.fills);
}

Deno.test("BatchWriter writes many bots' rows in one statement, within 50 ms, unasked", async () => {
  await using fixture = await Fixture.open();
  const { writer, reports, open } = openWriter(fixture);
  await using _writer = writer;
  const bots = await Promise.all(Array.from({ length: 20 }, open));
  await writer.flush();
  for (const { store } of bots) {
    store.recordFills([{ fill: fillOf("c"), slot: SLOT }]);
  }
  await until("all are recorded", async () => await countFills(fixture) === 20);
  // Before them, once a claim, the look for pairs of earlier fills.
  const facts = reports.filter(({ kind }) => kind !== "pairs");
  assert.deepEqual(facts.map(({ kind, rows }) => ({ kind, rows })), [
    { kind: "fills", rows: 20 },
  ]);
});

Deno.test("PostgresBotStore flush() waits until everything queued before it is durable", async () => {
  await using fixture = await Fixture.open();
  const { writer, open } = openWriter(fixture);
  await using _writer = writer;
  const { bot, store } = await open();
  const order = intentOf(bot.id);
  await store.recordIntents([order], { n: 1 });
  store.updateOrders([{ clientOrderId: order.clientOrderId, status: "open" }]);
  store.updateOrders([{
    clientOrderId: order.clientOrderId,
    status: "filled",
    filledSize: order.size,
  }]);
  store.recordFills([{ fill: fillOf(order.clientOrderId), slot: SLOT }]);
  store.addEvents([{ level: "info", code: "filled", message: "Filled" }]);
  await Promise.all([store.flush(), store.flush()]);
  const recovered = await store.recover();
  assert.deepEqual(
    recovered.orders.map(({ status, filledSize }) => [status, filledSize]),
    [["filled", 0.07]],
  );
  const [event] = await fixture.admin`
    select code, data, user_id from public.bot_events`;
  assert.deepEqual({ ...event }, {
    code: "filled",
    data: {},
    "user_id": bot.userId,
  });
  assert.equal(await countFills(fixture), 1);
});

Deno.test("BatchWriter does not let a fenced bot fail the others", async () => {
  await using fixture = await Fixture.open();
  const { writer, open } = openWriter(fixture);
  await using _writer = writer;
  const lost = await open();
  const mine = await open();
  await fixture.claim(lost.bot.id);
  for (const { store } of [lost, mine]) {
    store.recordFills([{ fill: fillOf("c"), slot: SLOT }]);
  }
  await mine.store.flush();
  assert.equal(await countFills(fixture), 1);
  assert.ok(lost.refusals[0] instanceof FencedError);
  await assert.rejects(lost.store.flush(), FencedError);
  await assert.rejects(lost.store.recordIntents([], {}), FencedError);
  await assert.rejects(lost.store.setStatus("running"), FencedError);
  assert.equal(lost.refusals.length, 1, "told once");
});

Deno.test("BatchWriter does not let a bot with impossible rows fail the others", async () => {
  await using fixture = await Fixture.open();
  const { writer, open } = openWriter(fixture);
  await using _writer = writer;
  const bad = await open();
  const good = await open();
  bad.store.recordFills([
    { fill: fillOf("c", { price: "-1" }), slot: SLOT },
  ]);
  good.store.recordFills([{ fill: fillOf("c"), slot: SLOT }]);
  await good.store.flush();
  assert.equal(await countFills(fixture), 1);
  assert.equal(good.refusals.length, 0);
  await assert.rejects(
    bad.store.flush(),
    (error) => error instanceof StoreError && error.code === "23514",
  );
});

Deno.test("BatchWriter sends a batch again after its connection broke", async () => {
  await using fixture = await Fixture.open();
  const { writer, open } = openWriter(fixture);
  await using _writer = writer;
  const { store } = await open();
  const [session] = await fixture.database.facts`
    select pg_backend_pid() as pid`;
  await fixture.admin.begin(async (transaction) => {
    await transaction`lock table public.fills in access exclusive mode`;
    store.recordFills([{ fill: fillOf("c"), slot: SLOT }]);
    await until("the batch waits for the table", async () => {
      const rows = await fixture.admin`
        select from pg_stat_activity
        where pid = ${session?.pid} and wait_event_type = 'Lock'`;
      return rows.length === 1;
    });
    await transaction`select pg_terminate_backend(${session?.pid})`;
  });
  await store.flush();
  assert.equal(await countFills(fixture), 1);
});

Deno.test("BatchWriter makes intents wait while the database does not keep up", async () => {
  await using fixture = await Fixture.open();
  const { writer, open } = openWriter(fixture);
  await using _writer = writer;
  const { store } = await open();
  let committed = false;
  let intents: Promise<unknown> = Promise.resolve();
  await fixture.admin.begin(async (transaction) => {
    await transaction`lock table public.bot_events in access exclusive mode`;
    const event = { level: "info", code: "noise", message: "Noise" } as const;
    store.addEvents(Array.from({ length: BACKLOG_WAIT }, () => event));
    intents = store.recordIntents([], {}).then(() => committed = true);
    await until("the batch waits for the table", async () => {
      const rows = await fixture.admin`
        select from pg_stat_activity
        where usename = 'engine' and wait_event_type = 'Lock'`;
      return rows.length === 1;
    });
    assert.equal(writer.backlog, BACKLOG_WAIT);
    assert.equal(committed, false);
  });
  await intents;
  await store.flush();
  const [row] = await fixture.admin`
    select count(*)::int as events from public.bot_events`;
  assert.equal(row?.events, BACKLOG_WAIT);
});

Deno.test("BatchWriter stop() flushes, and is safe twice", async () => {
  await using fixture = await Fixture.open();
  const { writer, open } = openWriter(fixture);
  const { store } = await open();
  store.recordFills([{ fill: fillOf("c"), slot: SLOT }]);
  await Promise.all([writer.stop(), writer.stop()]);
  await writer.stop();
  assert.equal(await countFills(fixture), 1);
});
