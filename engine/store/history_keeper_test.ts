import assert from "node:assert/strict";
import { HistoryKeeper } from "./history_keeper.ts";
import { Fixture, SILENT_LOG, until } from "./testing/fixture.ts";

async function addOldEquity(fixture: Fixture, hours: number): Promise<void> {
  const bot = await fixture.addBot();
  await fixture.admin`
    insert into public.equity_snapshots (bot_id, at, equity)
    select ${bot.id}, at, 1
    from generate_series(
      date_trunc('hour', now()) - interval '8 days',
      date_trunc('hour', now()) - interval '8 days'
        + make_interval(hours => ${hours}) - interval '1 minute',
      interval '1 minute'
    ) as at`;
}

async function countPoints(fixture: Fixture): Promise<number> {
  return (await fixture.admin`select from public.equity_snapshots`).length;
}

Deno.test("HistoryKeeper forgets by itself, within the hour", async () => {
  await using fixture = await Fixture.open();
  await addOldEquity(fixture, 1);
  await using keeper = new HistoryKeeper({
    sql: fixture.database.facts,
    log: SILENT_LOG,
    random: () => 0,
  });
  keeper.start();
  keeper.start();
  await until("an hour is thinned", async () => {
    return await countPoints(fixture) === 1;
  });
});

Deno.test("HistoryKeeper goes on while the database says that there is more", async () => {
  await using fixture = await Fixture.open();
  await addOldEquity(fixture, 2);
  await using keeper = new HistoryKeeper({
    sql: fixture.database.facts,
    log: SILENT_LOG,
    random: () => 0,
  });
  assert.equal(await keeper.forget(), 3, "two hours, and one to find no more");
  assert.equal(await countPoints(fixture), 2);
});

Deno.test("HistoryKeeper ends at once, started or not", async () => {
  await using fixture = await Fixture.open();
  const options = { sql: fixture.database.facts, log: SILENT_LOG };
  const idle = new HistoryKeeper({ ...options, random: () => 0.5 });
  await idle[Symbol.asyncDispose]();
  const waiting = new HistoryKeeper({ ...options, random: () => 0.5 });
  waiting.start();
  await waiting[Symbol.asyncDispose]();
  await waiting[Symbol.asyncDispose]();
});
