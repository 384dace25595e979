import assert from "node:assert/strict";
import { IntentWriter } from "./intent_writer.ts";
import { FencedError } from "./port.ts";
import { Fixture, until } from "./testing/fixture.ts";
import { intentOf } from "./testing/rows.ts";

async function openBots(fixture: Fixture, count: number) {
  return await Promise.all(Array.from({ length: count }, async () => {
    const { id } = await fixture.addBot();
    return { id, claim: await fixture.claim(id) };
  }));
}

/** How many transactions wrote the orders. */
async function countCommits(fixture: Fixture): Promise<number> {
  const [row] = await fixture.admin`
    select count(distinct xmin::text)::int as commits from public.orders`;
  return Number(row?.commits);
}

function openWriter(fixture: Fixture): IntentWriter {
  return new IntentWriter({ sql: fixture.database.intents, connections: 1 });
}

Deno.test("IntentWriter commits what gathers while a commit is under way together", async () => {
  await using fixture = await Fixture.open();
  const bots = await openBots(fixture, 20);
  const writer = openWriter(fixture);
  await Promise.all(
    bots.map(({ id, claim }) =>
      writer.record({ claim, orders: [intentOf(id)], state: { id } })
    ),
  );
  assert.equal(await countCommits(fixture), 2, "the first, then all others");
  const states = await fixture
    .admin`select bot_id, state from public.bot_states`;
  assert.equal(states.length, 20);
  for (const row of states) assert.equal(row.state.id, row.bot_id);
});

Deno.test("IntentWriter keeps one bot's intents in order", async () => {
  await using fixture = await Fixture.open();
  const [bot] = await openBots(fixture, 1);
  assert.ok(bot !== undefined);
  const writer = openWriter(fixture);
  const { id, claim } = bot;
  await Promise.all(Array.from({ length: 5 }, (_, n) =>
    writer.record({
      claim,
      orders: [intentOf(id, { cycle: n })],
      state: { n },
    })));
  const [row] = await fixture.admin`select state from public.bot_states`;
  assert.deepEqual(row?.state, { n: 4 });
  assert.equal(await countCommits(fixture), 5);
});

Deno.test("IntentWriter tells a fenced bot and a bot with impossible rows alone", async () => {
  await using fixture = await Fixture.open();
  const [first, fenced, bad, good] = await openBots(fixture, 4);
  assert.ok(first && fenced && bad && good);
  await fixture.claim(fenced.id);
  const writer = openWriter(fixture);
  const record = (bot: typeof first, size: number) =>
    writer.record({
      claim: bot.claim,
      orders: [intentOf(bot.id, { size })],
      state: {},
    }).then(() => "written", (error) => error);
  const [, lost, refused, written] = await Promise.all([
    record(first, 1),
    record(fenced, 1),
    record(bad, -1),
    record(good, 1),
  ]);
  assert.ok(lost instanceof FencedError);
  assert.equal(refused.code, "23514");
  assert.equal(written, "written");
  const rows = await fixture.admin`select bot_id from public.orders`;
  assert.deepEqual(
    rows.map((row) => row.bot_id).sort(),
    [first.id, good.id].sort(),
  );
});

Deno.test("IntentWriter sends intents again after its connection broke", async () => {
  await using fixture = await Fixture.open();
  const [bot] = await openBots(fixture, 1);
  assert.ok(bot !== undefined);
  const writer = openWriter(fixture);
  let writing: Promise<void> = Promise.resolve();
  await fixture.admin.begin(async (transaction) => {
    await transaction`lock table public.orders in access exclusive mode`;
    writing = writer.record({
      claim: bot.claim,
      orders: [intentOf(bot.id)],
      state: {},
    });
    await until("the intent waits for the table", async () => {
      const rows = await fixture.admin`
        select pg_terminate_backend(pid) from pg_stat_activity
        where usename = 'engine' and wait_event_type = 'Lock'
          and datname = current_database()`;
      return rows.length === 1;
    });
  });
  await writing;
  assert.equal(await countCommits(fixture), 1);
});
