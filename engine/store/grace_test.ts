import assert from "node:assert/strict";
import { loadBot } from "./load_bot.ts";
import { setStatus } from "./set_status.ts";
import { Fixture } from "./testing/fixture.ts";

Deno.test("loadBot() and findChangedBots() tell of a suspension, its end, and of nothing else", async () => {
  await using fixture = await Fixture.open();
  const bot = await fixture.addBot();
  await using session = await fixture.openSession();
  const claim = await session.claimBot(bot.id);
  assert.ok(claim !== null);
  await setStatus(fixture.database.facts, claim, {
    status: "running",
    detail: { acknowledgedVersion: 1, runningConfigVersion: 1 },
  });
  const look = async (): Promise<readonly unknown[]> => [
    (await loadBot(fixture.database.facts, claim)).keepsTakeProfitsOnly,
    await session.findChangedBots(),
  ];
  assert.deepEqual(await look(), [false, []]);
  await fixture.admin`
    update public.profiles
    set status = 'suspended', grace_ends_at = now() + interval '1 hour'
    where user_id = ${bot.userId}`;
  assert.deepEqual(await look(), [true, [bot.id]]);
  await fixture.admin`
    update public.profiles set status = 'pending_key'
    where user_id = ${bot.userId}`;
  assert.deepEqual(await look(), [false, [bot.id]]);
});
