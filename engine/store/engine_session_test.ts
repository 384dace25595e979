import assert from "node:assert/strict";
import { SessionLostError } from "./engine_session.ts";
import { LOCK_SPACES } from "./lock_key.ts";
import { setStatus } from "./set_status.ts";
import { Fixture, until } from "./testing/fixture.ts";

const BOT_LOCK = { space: LOCK_SPACES.bot, lockKey: 1 };

Deno.test("EngineSession shows candidates until somebody holds their locks", async () => {
  await using fixture = await Fixture.open();
  const bot = await fixture.addBot();
  await fixture.admin`
    update public.bots set acknowledged_version = desired_version where id = ${
    (await fixture.addBot()).id
  }`; // wants nothing
  await using a = await fixture.openSession();
  await using b = await fixture.openSession();
  const look = { limit: 10, exchangeKeyIds: [] };
  const [candidate, ...others] = await a.findClaimableBots(look);
  assert.equal(candidate?.botId, bot.id);
  assert.deepEqual(others, []);
  assert.deepEqual(await b.findClaimableBots(look), [candidate]);
  const account = {
    space: LOCK_SPACES.exchangeKey,
    lockKey: candidate?.keyLockKey ?? 0,
  };
  assert.equal(await a.tryLock(account), true);
  assert.equal(await b.tryLock(account), false);
  assert.deepEqual(await b.findClaimableBots(look), []);
  assert.deepEqual(await a.findClaimableBots(look), [candidate]);
  const lock = { space: LOCK_SPACES.bot, lockKey: candidate?.botLockKey ?? 0 };
  assert.equal(await a.tryLock(lock), true);
  assert.deepEqual(await a.findClaimableBots(look), []);
  const claim = await a.claimBot(bot.id);
  assert.equal(claim?.epoch, 1);
  assert.deepEqual(await a.findChangedBots(), [bot.id]);
  assert.ok(claim !== null);
  await a.releaseBot(claim, lock.lockKey);
  await a.unlock(account);
  assert.deepEqual(await b.findClaimableBots(look), [candidate]);
});

Deno.test("EngineSession does not claim a bot that wants no engine any more", async () => {
  await using fixture = await Fixture.open();
  const { id } = await fixture.addBot();
  const claim = await fixture.claim(id);
  await setStatus(fixture.database.facts, claim, {
    status: "faulted",
    detail: { acknowledgedVersion: 1 },
  });
  await using session = await fixture.openSession();
  assert.equal(await session.claimBot(id), null);
  const look = { limit: 10, exchangeKeyIds: [] };
  assert.deepEqual(await session.findClaimableBots(look), []);
  await fixture.admin`update public.bots set desired_version = 2`;
  assert.equal((await session.findClaimableBots(look)).length, 1);
});

Deno.test("EngineSession is lost for good when its connection dies, and its locks are free", async () => {
  await using fixture = await Fixture.open();
  const reasons: string[] = [];
  await using session = await fixture.openSession({
    onLost: (reason) => reasons.push(reason),
  });
  assert.equal(await session.tryLock(BOT_LOCK), true);
  await fixture.admin`select pg_terminate_backend(${session.pid})`;
  await until("the loss is noticed, unasked", () => reasons.length === 1);
  assert.equal(session.isOpen, false);
  await assert.rejects(session.tryLock(BOT_LOCK), SessionLostError);
  await assert.rejects(session.renewLease(0), SessionLostError);
  await using other = await fixture.openSession();
  assert.equal(await other.tryLock(BOT_LOCK), true);
  assert.equal(reasons.length, 1);
});

Deno.test("EngineSession learns from its renewal that another engine ended its lease", async () => {
  await using fixture = await Fixture.open();
  const engineId = crypto.randomUUID();
  const reasons: string[] = [];
  await using session = await fixture.openSession({
    engineId,
    onLost: (reason) => reasons.push(reason),
  });
  await session.renewLease(3);
  await fixture.admin`update public.engines set status = 'stopped'`;
  await assert.rejects(session.renewLease(3), SessionLostError);
  assert.match(reasons[0] ?? "", /ended by another engine/);
});

Deno.test("EngineSession ends engines whose heartbeat is stale, sessions and all, and no others", async () => {
  await using fixture = await Fixture.open();
  const staleId = crypto.randomUUID();
  const lost: string[] = [];
  await using stale = await fixture.openSession({
    engineId: staleId,
    onLost: () => lost.push("stale"),
  });
  await using fresh = await fixture.openSession({
    onLost: () => lost.push("fresh"),
  });
  assert.equal(await stale.tryLock(BOT_LOCK), true);
  assert.deepEqual(await fresh.endStaleEngines(), []);
  await fixture.admin`
    update public.engines set heartbeat_at = now() - interval '10.5 s'
    where id = ${staleId}`;
  const [ended, ...others] = await fresh.endStaleEngines();
  assert.deepEqual(others, []);
  assert.equal(ended?.id, staleId);
  assert.equal(ended?.sessionsEnded, 1);
  await until("its locks are free", async () => await fresh.tryLock(BOT_LOCK));
  await until("it knows", () => lost.length === 1);
  assert.deepEqual(lost, ["stale"]);
  assert.deepEqual(await fresh.endStaleEngines(), []);
});

Deno.test("EngineSession leaves nothing open when the database cannot be reached", async () => {
  await using fixture = await Fixture.open();
  const url = new URL(fixture.engineUrl);
  url.password = "wrong";
  const { EngineSession } = await import("./engine_session.ts");
  const engineId = crypto.randomUUID();
  await assert.rejects(
    EngineSession.open({
      url: url.href,
      engineId,
      engine: {
        id: engineId,
        name: "x",
        host: "x",
        pid: 1,
        version: "0",
        capacity: 1,
      },
      onLost: () => assert.fail("it never was open"),
    }),
    /password authentication failed/,
  );
});
