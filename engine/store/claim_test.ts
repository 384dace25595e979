import assert from "node:assert/strict";
import { heldBots } from "./claim.ts";
import { Fixture, until } from "./testing/fixture.ts";

Deno.test("heldBots() waits for a claim under way, and leaves that bot out", async () => {
  await using fixture = await Fixture.open();
  const [taken, ours] = [await fixture.addBot(), await fixture.addBot()];
  const claims = [await fixture.claim(taken.id), await fixture.claim(ours.id)];
  const { facts } = fixture.database;
  let held: Promise<readonly unknown[]> = Promise.resolve([]);
  await fixture.admin.begin(async (claiming) => {
    await claiming`
      update public.bots set claim_epoch = claim_epoch + 1
      where id = ${taken.id}`;
    held = facts`
      with ${heldBots(facts, claims)}
      select id, user_id, exchange_key_id, symbol, claim_epoch::int as epoch
      from held`.execute();
    await until("the statement waits for the claim", async () => {
      const waiting = await fixture.admin`
        select from pg_stat_activity
        where usename = 'engine' and wait_event_type = 'Lock'
          and datname = current_database()`;
      return waiting.length > 0;
    });
  });
  assert.deepEqual((await held).map((row) => ({ ...row as object })), [{
    id: ours.id,
    "user_id": ours.userId,
    "exchange_key_id": ours.exchangeKeyId,
    symbol: "BNB/USDT:USDT",
    epoch: 1,
  }]);
});

Deno.test("heldBots() keeps a claim waiting until its statement is committed", async () => {
  await using fixture = await Fixture.open();
  const bot = await fixture.addBot();
  const claim = await fixture.claim(bot.id);
  let claiming: Promise<unknown> = Promise.resolve();
  let isClaimed = false;
  await fixture.database.facts.begin(async (sql) => {
    const held = await sql`with ${
      heldBots(fixture.database.facts, [claim])
    } select id from held`;
    assert.equal(held.length, 1);
    claiming = fixture.claim(bot.id).then(() => isClaimed = true);
    await until("the claim waits", async () => {
      const waiting = await fixture.admin`
        select from pg_stat_activity
        where wait_event_type = 'Lock' and datname = current_database()`;
      return waiting.length > 0;
    });
    assert.equal(isClaimed, false);
  });
  await claiming;
});
