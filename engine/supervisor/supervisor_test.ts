import assert from "node:assert/strict";
import { applicationName } from "@engine/store/mod.ts";
import { type FixtureBot, until } from "@engine/store/testing/fixture.ts";
import { LEASE_MS } from "./lease.ts";
import { SOCKETS_KEPT } from "./socket_budget.ts";
import { POLL_MS } from "./supervisor.ts";
import { Scene } from "./testing/scene.ts";
import { SYSTEM_TIMERS, type Timers } from "./timers.ts";

/** Time in which no poll is due: what happens was announced. */
const NO_POLL: Timers = {
  after: (ms, callback) =>
    ms >= POLL_MS ? () => {} : SYSTEM_TIMERS.after(ms, callback),
};

Deno.test("Supervisor claims a bot, answers a stop and gives it back", async () => {
  await using scene = await Scene.open();
  const { fixture, desk } = scene;
  const bot = await fixture.addBot();
  const engine = await scene.start("a", { timers: NO_POLL });
  await scene.tradesOn(bot.id);
  assert.equal((await scene.statusOf(bot.id)).status, "running");
  assert.equal(await scene.engineOf(bot.id), "a");
  await scene.want(bot.id, "stopped");
  await until("the bot is given back", async () => {
    const row = await scene.statusOf(bot.id);
    return row.status === "stopped" && row.engine_id === null;
  });
  // The rows come first, what the supervisor says of itself follows.
  await until(
    "the account is given back, too",
    () => engine.supervisor.state.accounts === 0,
  );
  assert.deepEqual(engine.supervisor.state, {
    bots: 0,
    accounts: 0,
    accountsRefused: 0,
    draining: false,
    sessionOpen: true,
    leaseValid: true,
  });
  assert.equal(desk.open.get("a"), 0);
  await until("its locks are given back", async () => {
    const locks = await fixture.admin`
      select from pg_locks l join pg_database d on d.oid = l.database
      where l.locktype = 'advisory' and l.classid in (1, 2)
        and d.datname = current_database()`;
    return locks.length === 0;
  });
});

Deno.test("Supervisor wakes at once for a bot that is started", async () => {
  await using scene = await Scene.open();
  const { fixture } = scene;
  await scene.start("a", { timers: NO_POLL });
  const bot = await fixture.addBot();
  assert.equal(await scene.tradesOn(bot.id), "a");
});

Deno.test("Supervisor leaves an account alone that another engine holds, and its bots share one session", async () => {
  await using scene = await Scene.open();
  const { fixture, desk } = scene;
  const first = await fixture.addBot();
  await scene.start("a");
  await scene.tradesOn(first.id);
  await scene.start("b");
  const second = await fixture.addBot({
    exchangeKeyId: first.exchangeKeyId,
    symbol: "ETH/USDT:USDT",
  });
  assert.equal(await scene.tradesOn(second.id), "a");
  assert.equal(desk.open.get("a"), 1);
  assert.equal(desk.identifyCalls, 1, "one signed call serves both");
});

Deno.test("Supervisor respects its capacity, account by account", async () => {
  await using scene = await Scene.open();
  const { fixture } = scene;
  const small = await fixture.addBot();
  const a = await scene.start("a", {
    capacity: 2,
  });
  await scene.tradesOn(small.id);
  await fixture.addBots({ symbols: ["BNB/USDT:USDT", "ETH/USDT:USDT"] });
  // Two bots do not fit beside one, though one of them would.
  const b = await scene.start("b", {
    capacity: 2,
  });
  await until("b has both", () => b.supervisor.state.bots === 2);
  assert.equal(a.supervisor.state.bots, 1);
});

Deno.test("Supervisor hands over within a second when it drains", async () => {
  await using scene = await Scene.open();
  const { fixture, desk } = scene;
  const bots = [await fixture.addBot(), await fixture.addBot()];
  const a = await scene.start("a");
  for (const bot of bots) await scene.tradesOn(bot.id);
  await scene.start("b");
  const drainedAtMs = performance.now();
  await a[Symbol.asyncDispose]();
  for (const bot of bots) {
    assert.equal(await scene.tradesOn(bot.id, "a"), "b");
    const [before, after] = ["a", "b"].map((engine) =>
      desk.placements.filter((p) => p.botId === bot.id && p.engine === engine)
    );
    const lastOfA = before?.at(-1)?.atMs ?? 0;
    const firstOfB = after?.[0]?.atMs ?? 0;
    assert.ok(lastOfA < firstOfB, "never two engines at once");
    assert.ok(firstOfB - drainedAtMs < 1_000, `${firstOfB - drainedAtMs} ms`);
    const row = await scene.statusOf(bot.id);
    assert.equal(row.status, "running");
    assert.equal(row.claim_epoch, 2);
  }
  const [gone] = await fixture.admin`
    select status, bots_count from public.engines where name = 'a'`;
  assert.deepEqual({ ...gone }, { status: "stopped", bots_count: 0 });
});

Deno.test("Supervisor stops every bot at once when its session dies, and claims anew", async () => {
  await using scene = await Scene.open();
  const { fixture, desk } = scene;
  const bots = [await fixture.addBot(), await fixture.addBot()];
  const engine = await scene.start("a");
  for (const bot of bots) await scene.tradesOn(bot.id);
  const [row] = await fixture.admin`
    select backend_pid from public.engines where id = ${engine.id}`;
  await fixture.admin`select pg_terminate_backend(${row?.backend_pid})`;
  await until("the bots are claimed anew", async () => {
    const rows = await Promise.all(
      bots.map((bot) => scene.statusOf(bot.id)),
    );
    return rows.every((row) => row.claim_epoch === 2);
  });
  for (const bot of bots) await scene.tradesOn(bot.id);
  const [after] = await fixture.admin`
    select backend_pid, status from public.engines where id = ${engine.id}`;
  assert.notEqual(after?.backend_pid, row?.backend_pid);
  assert.equal(after?.status, "running");
  assert.equal(desk.open.get("a"), 2, "the old accounts were closed");
});

Deno.test("Supervisor takes over from an engine whose heartbeat is stale, and the old one places nothing", async () => {
  await using scene = await Scene.open();
  const { fixture, desk } = scene;
  const bot = await fixture.addBot();
  const a = await scene.start("a");
  await scene.tradesOn(bot.id);
  const [before] = await fixture.admin`
    select pid from pg_stat_activity
    where application_name = ${applicationName(a.id)}`;
  assert.ok(before !== undefined);
  // A cut cable: its heartbeats do not arrive, its session lives on.
  await fixture.admin.unsafe(`
    create function public.cut_cable() returns trigger language plpgsql as $$
    begin
      if new.name = 'a' then new.heartbeat_at = now() - interval '11 s'; end if;
      return new;
    end $$;
    create trigger cut_cable before update on public.engines
      for each row execute function public.cut_cable();`);
  await scene.start("b");
  await until(
    "b has the bot",
    async () => await scene.engineOf(bot.id) === "b",
  );
  await scene.tradesOn(bot.id, "a");
  const firstOfB = desk.placements.find((p) => p.engine === "b")?.atMs ?? 0;
  const late = desk.placements.filter((p) =>
    p.engine === "a" && p.atMs > firstOfB
  );
  assert.deepEqual(late, []);
});

Deno.test("Supervisor places nothing while the database does not answer, and goes on when it does", async () => {
  await using scene = await Scene.open();
  const { fixture, desk } = scene;
  const bot = await fixture.addBot();
  const a = await scene.start("a");
  await scene.tradesOn(bot.id);
  await fixture.admin.begin(async (transaction) => {
    // The renewal waits behind this lock: an answer that does not come.
    await transaction`lock table public.engines in access exclusive mode`;
    const silentAtMs = performance.now();
    await until("the lease has expired", () => !a.supervisor.state.leaseValid);
    const expiredAtMs = performance.now();
    await until(
      "a while passes",
      () => performance.now() - expiredAtMs > 300,
    );
    const last = desk.lastPlacement(bot.id)?.atMs ?? Infinity;
    assert.ok(
      last - silentAtMs <= LEASE_MS + 1,
      `placed after ${last - silentAtMs} ms of silence`,
    );
  });
  await scene.tradesOn(bot.id);
});

Deno.test("Supervisor stop() is safe twice, and before anything was claimed", async () => {
  await using scene = await Scene.open();
  const engine = await scene.start("a");
  await Promise.all([engine.supervisor.stop(), engine.supervisor.stop()]);
  await engine.supervisor.stop();
  assert.equal(engine.supervisor.state.sessionOpen, false);
  await engine[Symbol.asyncDispose]();
});

Deno.test("Supervisor claims a bot again whose host had ended when the session was lost before it could be given back", async () => {
  await using scene = await Scene.open();
  const { fixture } = scene;
  const bot = await fixture.addBot();
  const engine = await scene.start("a");
  await scene.tradesOn(bot.id);
  // Giving back waits for a lock that the test holds.
  await fixture.admin`
    create function public.hold_release() returns trigger language plpgsql as
    $$ begin perform pg_advisory_xact_lock(4, 4); return new; end $$`;
  await fixture.admin`
    create trigger hold_release before update on public.bots for each row
    when (new.engine_id is null and old.engine_id is not null)
    execute function public.hold_release()`;
  const held = await fixture.admin.reserve();
  try {
    await held`select pg_advisory_lock(4, 4)`;
    await scene.want(bot.id, "stopped");
    await until("giving back waits", async () => {
      const waiting = await fixture.admin`
        select from pg_locks
        where locktype = 'advisory' and not granted and classid = 4`;
      return waiting.length > 0;
    });
    await fixture.admin`
      select pg_terminate_backend(pid) from pg_locks
      where locktype = 'advisory' and not granted and classid = 4`;
    await until(
      "the session is lost and another is open",
      () => engine.supervisor.state.sessionOpen,
    );
  } finally {
    await held`select pg_advisory_unlock(4, 4)`;
    held.release();
  }
  await scene.want(bot.id, "running");
  assert.equal(await scene.tradesOn(bot.id), "a");
});

Deno.test("Supervisor gives a bot back in the next round that it could not give back", async () => {
  await using scene = await Scene.open();
  const { fixture, desk } = scene;
  const bot = await fixture.addBot();
  await scene.start("a");
  await scene.tradesOn(bot.id);
  // Giving back is canceled once; a sequence is not rolled back.
  await fixture.admin`create sequence public.releases`;
  await fixture.admin`grant usage on sequence public.releases to engine`;
  await fixture.admin`
    create function public.cancel_once() returns trigger language plpgsql as
    $$ begin
      if nextval('public.releases') = 1 then
        raise exception 'canceled' using errcode = '57014';
      end if;
      return new;
    end $$`;
  await fixture.admin`
    create trigger cancel_once before update on public.bots for each row
    when (new.engine_id is null and old.engine_id is not null)
    execute function public.cancel_once()`;
  await scene.want(bot.id, "stopped");
  await until("giving back fails once, then works", async () => {
    const [tries] = await fixture.admin`
      select last_value::int as tries from public.releases`;
    return tries?.tries === 2 && await scene.engineOf(bot.id) === null;
  });
  await scene.want(bot.id, "running");
  const before = desk.placements.length;
  await until("it trades again", () => desk.placements.length > before);
});

Deno.test("Supervisor leaves accounts of real exchanges alone that have no socket left, and takes them when one is free", async () => {
  await using scene = await Scene.open();
  const { fixture } = scene;
  const bots: FixtureBot[] = [];
  for (let i = 0; i < 3; i += 1) {
    const userId = await fixture.addTrader();
    const exchangeKeyId = await fixture.addKey({ userId, venue: "bitget" });
    bots.push(await fixture.addBot({ exchangeKeyId }));
  }
  const paper = await fixture.addBot();
  const engine = await scene.start("a", {
    socketsMax: SOCKETS_KEPT + 2,
  });
  await until("two accounts and the paper one are held", () => {
    const { accounts, accountsRefused } = engine.supervisor.state;
    return accounts === 3 && accountsRefused === 1;
  });
  let claimed: FixtureBot[] = [];
  await until("two bots are claimed", async () => {
    const engines = await Promise.all(
      bots.map(({ id }) => scene.engineOf(id)),
    );
    claimed = bots.filter((_bot, i) => engines[i] === "a");
    return claimed.length >= 2;
  });
  assert.equal(claimed.length, 2);
  const left = bots.find((bot) => !claimed.includes(bot));
  assert.ok(left !== undefined);
  assert.equal(await scene.tradesOn(paper.id), "a");
  await fixture.admin`
    update public.bots set desired_state = 'stopped', desired_version = 2
    where id = ${claimed[0]?.id ?? null}`;
  assert.equal(await scene.tradesOn(left.id), "a");
  await until(
    "nobody is refused any more",
    () => engine.supervisor.state.accountsRefused === 0,
  );
});
