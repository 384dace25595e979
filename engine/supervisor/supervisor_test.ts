import assert from "node:assert/strict";
import { applicationName } from "@engine/store/mod.ts";
import {
  Fixture,
  type FixtureBot,
  until,
} from "@engine/store/testing/fixture.ts";
import type { BotRunner, BotRunnerInput } from "./bot_runner.ts";
import { LEASE_MS } from "./lease.ts";
import { SOCKETS_KEPT } from "./socket_budget.ts";
import { Desk } from "./testing/desk.ts";
import { TestEngine } from "./testing/engine.ts";

async function statusOf(
  fixture: Fixture,
  botId: string,
): Promise<Record<string, unknown>> {
  const [row] = await fixture.admin`
    select status, status_code, status_reason, engine_id, claim_epoch::int,
      acknowledged_version, desired_version
    from public.bots where id = ${botId}`;
  return { ...row };
}

async function engineOf(fixture: Fixture, botId: string): Promise<unknown> {
  const [row] = await fixture.admin`
    select e.name from public.bots b left join public.engines e
      on e.id = b.engine_id where b.id = ${botId}`;
  return row?.name;
}

/** Waits until the bot trades, and returns the engine that placed last. */
async function tradesOn(desk: Desk, botId: string, not?: string) {
  await until("the bot trades", () => {
    const last = desk.lastPlacement(botId);
    return last !== undefined && last.engine !== not &&
      performance.now() - last.atMs < 100;
  }, 20_000);
  return desk.lastPlacement(botId)?.engine;
}

Deno.test("Supervisor claims a bot, answers a stop and gives it back", async () => {
  await using fixture = await Fixture.open();
  const desk = new Desk();
  const bot = await fixture.addBot();
  await using engine = await TestEngine.start({
    url: fixture.engineUrl,
    name: "a",
    desk,
  });
  await tradesOn(desk, bot.id);
  assert.equal((await statusOf(fixture, bot.id)).status, "running");
  assert.equal(await engineOf(fixture, bot.id), "a");
  const wantedAtMs = performance.now();
  await fixture.admin`
    update public.bots set desired_state = 'stopped', desired_version = 2
    where id = ${bot.id}`;
  await until("the bot is given back", async () => {
    const row = await statusOf(fixture, bot.id);
    return row.status === "stopped" && row.engine_id === null;
  });
  assert.ok(
    performance.now() - wantedAtMs < 1_000,
    "NOTIFY, not the poll, brought the stop",
  );
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
  const locks = await fixture.admin`
    select from pg_locks l join pg_database d on d.oid = l.database
    where l.locktype = 'advisory' and l.classid in (1, 2)
      and d.datname = current_database()`;
  assert.equal(locks.length, 0);
});

Deno.test("Supervisor wakes at once for a bot that is started", async () => {
  await using fixture = await Fixture.open();
  const desk = new Desk();
  await using _engine = await TestEngine.start({
    url: fixture.engineUrl,
    name: "a",
    desk,
  });
  const bot = await fixture.addBot();
  const addedAtMs = performance.now();
  await tradesOn(desk, bot.id);
  assert.ok(performance.now() - addedAtMs < 1_000);
});

Deno.test("Supervisor leaves an account alone that another engine holds, and its bots share one session", async () => {
  await using fixture = await Fixture.open();
  const desk = new Desk();
  const first = await fixture.addBot();
  await using _a = await TestEngine.start({
    url: fixture.engineUrl,
    name: "a",
    desk,
  });
  await tradesOn(desk, first.id);
  await using _b = await TestEngine.start({
    url: fixture.engineUrl,
    name: "b",
    desk,
  });
  const second = await fixture.addBot({
    exchangeKeyId: first.exchangeKeyId,
    symbol: "ETH/USDT:USDT",
  });
  assert.equal(await tradesOn(desk, second.id), "a");
  assert.equal(desk.open.get("a"), 1);
  assert.equal(desk.identifyCalls, 1, "one signed call serves both");
});

Deno.test("Supervisor respects its capacity, account by account", async () => {
  await using fixture = await Fixture.open();
  const desk = new Desk();
  const small = await fixture.addBot();
  await using a = await TestEngine.start({
    url: fixture.engineUrl,
    name: "a",
    desk,
    capacity: 2,
  });
  await tradesOn(desk, small.id);
  await fixture.addBots({ symbols: ["BNB/USDT:USDT", "ETH/USDT:USDT"] });
  // Two bots do not fit beside one, though one of them would.
  const b = await TestEngine.start({
    url: fixture.engineUrl,
    name: "b",
    desk,
    capacity: 2,
  });
  await using _b = b;
  await until("b has both", () => b.supervisor.state.bots === 2);
  assert.equal(a.supervisor.state.bots, 1);
});

Deno.test("Supervisor hands over within a second when it drains", async () => {
  await using fixture = await Fixture.open();
  const desk = new Desk();
  const bots = [await fixture.addBot(), await fixture.addBot()];
  const a = await TestEngine.start({
    url: fixture.engineUrl,
    name: "a",
    desk,
  });
  for (const bot of bots) await tradesOn(desk, bot.id);
  await using _b = await TestEngine.start({
    url: fixture.engineUrl,
    name: "b",
    desk,
  });
  const drainedAtMs = performance.now();
  await a[Symbol.asyncDispose]();
  for (const bot of bots) {
    assert.equal(await tradesOn(desk, bot.id, "a"), "b");
    const [before, after] = ["a", "b"].map((engine) =>
      desk.placements.filter((p) => p.botId === bot.id && p.engine === engine)
    );
    const lastOfA = before?.at(-1)?.atMs ?? 0;
    const firstOfB = after?.[0]?.atMs ?? 0;
    assert.ok(lastOfA < firstOfB, "never two engines at once");
    assert.ok(firstOfB - drainedAtMs < 1_000, `${firstOfB - drainedAtMs} ms`);
    const row = await statusOf(fixture, bot.id);
    assert.equal(row.status, "running");
    assert.equal(row.claim_epoch, 2);
  }
  const [gone] = await fixture.admin`
    select status, bots_count from public.engines where name = 'a'`;
  assert.deepEqual({ ...gone }, { status: "stopped", bots_count: 0 });
});

Deno.test("Supervisor stops every bot at once when its session dies, and claims anew", async () => {
  await using fixture = await Fixture.open();
  const desk = new Desk();
  const bots = [await fixture.addBot(), await fixture.addBot()];
  await using engine = await TestEngine.start({
    url: fixture.engineUrl,
    name: "a",
    desk,
  });
  for (const bot of bots) await tradesOn(desk, bot.id);
  const [row] = await fixture.admin`
    select backend_pid from public.engines where id = ${engine.id}`;
  await fixture.admin`select pg_terminate_backend(${row?.backend_pid})`;
  await until("the bots are claimed anew", async () => {
    const rows = await Promise.all(
      bots.map((bot) => statusOf(fixture, bot.id)),
    );
    return rows.every((row) => row.claim_epoch === 2);
  });
  for (const bot of bots) await tradesOn(desk, bot.id);
  const [after] = await fixture.admin`
    select backend_pid, status from public.engines where id = ${engine.id}`;
  assert.notEqual(after?.backend_pid, row?.backend_pid);
  assert.equal(after?.status, "running");
  assert.equal(desk.open.get("a"), 2, "the old accounts were closed");
});

Deno.test("Supervisor takes over from an engine whose heartbeat is stale, and the old one places nothing", async () => {
  await using fixture = await Fixture.open();
  const desk = new Desk();
  const bot = await fixture.addBot();
  await using a = await TestEngine.start({
    url: fixture.engineUrl,
    name: "a",
    desk,
  });
  await tradesOn(desk, bot.id);
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
  await using _b = await TestEngine.start({
    url: fixture.engineUrl,
    name: "b",
    desk,
  });
  await until(
    "b has the bot",
    async () => await engineOf(fixture, bot.id) === "b",
  );
  await tradesOn(desk, bot.id, "a");
  const firstOfB = desk.placements.find((p) => p.engine === "b")?.atMs ?? 0;
  const late = desk.placements.filter((p) =>
    p.engine === "a" && p.atMs > firstOfB
  );
  assert.deepEqual(late, []);
});

Deno.test("Supervisor places nothing while the database does not answer, and goes on when it does", async () => {
  await using fixture = await Fixture.open();
  const desk = new Desk();
  const bot = await fixture.addBot();
  await using a = await TestEngine.start({
    url: fixture.engineUrl,
    name: "a",
    desk,
  });
  await tradesOn(desk, bot.id);
  const cutAtMs = performance.now();
  await fixture.admin.begin(async (transaction) => {
    // The renewal waits behind this lock: an answer that does not come.
    await transaction`lock table public.engines in access exclusive mode`;
    await until(
      "the lease has expired",
      () => !a.supervisor.state.leaseValid,
      LEASE_MS + 2_000,
    );
    const expiredAfterMs = performance.now() - cutAtMs;
    assert.ok(expiredAfterMs <= LEASE_MS + 200, `${expiredAfterMs} ms`);
    const placed = desk.placements.length;
    await until(
      "a while passes",
      () => performance.now() - cutAtMs > expiredAfterMs + 300,
    );
    assert.ok(desk.placements.length <= placed + 1);
  });
  await tradesOn(desk, bot.id);
});

Deno.test("Supervisor faults a bot whose key cannot be used, in words, and leaves the others running", async () => {
  await using fixture = await Fixture.open();
  const desk = new Desk();
  const good = await fixture.addBot();
  const thief = await fixture.addBot();
  const stranger = await fixture.addBot();
  const mute = await fixture.addBot();
  const revoked = await fixture.addBot();
  await fixture.admin`
    update public.exchange_keys set status = 'revoked'
    where id = ${revoked.exchangeKeyId}`;
  const identity = desk.identity;
  desk.identity = (exchangeKeyId) => ({
    ...identity(exchangeKeyId),
    canWithdraw: exchangeKeyId === thief.exchangeKeyId,
    canTrade: exchangeKeyId !== mute.exchangeKeyId,
    ...(exchangeKeyId === stranger.exchangeKeyId && { exchangeUid: "9999" }),
  });
  await using engine = await TestEngine.start({
    url: fixture.engineUrl,
    name: "a",
    desk,
  });
  const expected = [
    [thief, "key_can_withdraw"],
    [stranger, "uid_mismatch"],
    [mute, "key_cannot_trade"],
    [revoked, "key_invalid"],
  ] as const;
  for (const [bot, code] of expected) {
    await until(`${code} is written`, async () => {
      const row = await statusOf(fixture, bot.id);
      return row.status === "faulted" && row.engine_id === null;
    });
    const row = await statusOf(fixture, bot.id);
    assert.equal(row.status_code, code);
    assert.match(String(row.status_reason), /\. [A-Z]/);
    assert.equal(row.acknowledged_version, row.desired_version);
    const events = await fixture.admin`
      select level, code from public.bot_events where bot_id = ${bot.id}`;
    assert.deepEqual(events.map((e) => ({ ...e })), [
      { level: "error", code },
    ]);
  }
  await tradesOn(desk, good.id);
  assert.equal(engine.supervisor.state.bots, 1);
});

Deno.test("Supervisor faults a bot whose rows the database refuses, and that one alone", async () => {
  await using fixture = await Fixture.open();
  const desk = new Desk();
  const good = await fixture.addBot();
  const bad = await fixture.addBot();
  await using _engine = await TestEngine.start({
    url: fixture.engineUrl,
    name: "a",
    desk,
    createRunner: (input) => {
      const { promise: ended, resolve } = Promise.withResolvers<void>();
      return {
        ended,
        start() {
          input.store.addEvents([
            { level: "info", code: "hello", message: "Hello" },
          ]);
          if (input.bot.id !== bad.id) return;
          input.store.addEvents([
            { level: "info", code: "NO SUCH CODE", message: "Hello" },
          ]);
        },
        wake() {},
        stop() {
          resolve();
          return ended;
        },
      };
    },
  });
  await until(
    "the bad one has faulted",
    async () => (await statusOf(fixture, bad.id)).status === "faulted",
  );
  assert.equal((await statusOf(fixture, bad.id)).status_code, "internal");
  const events = await fixture.admin`
    select bot_id from public.bot_events where code = 'hello'`;
  assert.deepEqual(events.map((e) => e.bot_id), [good.id]);
  assert.equal(await engineOf(fixture, good.id), "a");
});

Deno.test("Supervisor asks an exchange again that does not answer, and says so", async () => {
  const { ExchangeError } = await import("@engine/exchange/port.ts");
  await using fixture = await Fixture.open();
  const desk = new Desk();
  desk.outage = new ExchangeError("Bad gateway", {
    code: "502",
    kind: "retryable",
    reason: "exchange_unavailable",
  });
  const bot = await fixture.addBot();
  await using _engine = await TestEngine.start({
    url: fixture.engineUrl,
    name: "a",
    desk,
  });
  await until(
    "the trader is told",
    async () =>
      (await statusOf(fixture, bot.id)).status_code === "exchange_unavailable",
  );
  assert.equal((await statusOf(fixture, bot.id)).status, "starting");
  desk.outage = null;
  await tradesOn(desk, bot.id);
  const row = await statusOf(fixture, bot.id);
  assert.equal(row.status, "running");
  assert.equal(row.status_code, null);
});

Deno.test("Supervisor stop() is safe twice, and before anything was claimed", async () => {
  await using fixture = await Fixture.open();
  const engine = await TestEngine.start({
    url: fixture.engineUrl,
    name: "a",
    desk: new Desk(),
  });
  await Promise.all([engine.supervisor.stop(), engine.supervisor.stop()]);
  await engine.supervisor.stop();
  assert.equal(engine.supervisor.state.sessionOpen, false);
  await engine[Symbol.asyncDispose]();
});

Deno.test("Supervisor leaves accounts of real exchanges alone that have no socket left, and takes them when one is free", async () => {
  await using fixture = await Fixture.open();
  const desk = new Desk();
  const bots: FixtureBot[] = [];
  for (let i = 0; i < 3; i += 1) bots.push(await fixture.addBot());
  const paper = await fixture.addBot();
  await fixture.admin`
    update public.exchange_keys set venue = 'bitget'
    where id <> ${paper.exchangeKeyId}`;
  await using engine = await TestEngine.start({
    url: fixture.engineUrl,
    name: "a",
    desk,
    socketsMax: SOCKETS_KEPT + 2,
  });
  await until("two accounts and the paper one are held", () => {
    const { accounts, accountsRefused } = engine.supervisor.state;
    return accounts === 3 && accountsRefused === 1;
  });
  let claimed: FixtureBot[] = [];
  await until("two bots are claimed", async () => {
    const engines = await Promise.all(
      bots.map(({ id }) => engineOf(fixture, id)),
    );
    claimed = bots.filter((_bot, i) => engines[i] === "a");
    return claimed.length >= 2;
  });
  assert.equal(claimed.length, 2);
  const left = bots.find((bot) => !claimed.includes(bot));
  assert.ok(left !== undefined);
  assert.equal(await tradesOn(desk, paper.id), "a");
  await fixture.admin`
    update public.bots set desired_state = 'stopped', desired_version = 2
    where id = ${claimed[0]?.id ?? null}`;
  assert.equal(await tradesOn(desk, left.id), "a");
  await until(
    "nobody is refused any more",
    () => engine.supervisor.state.accountsRefused === 0,
  );
});

Deno.test("Supervisor claims a bot again whose host had ended when the session was lost before it could be given back", async () => {
  await using fixture = await Fixture.open();
  const desk = new Desk();
  const bot = await fixture.addBot();
  await using engine = await TestEngine.start({
    url: fixture.engineUrl,
    name: "a",
    desk,
  });
  await tradesOn(desk, bot.id);
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
    await fixture.admin`
      update public.bots set desired_state = 'stopped', desired_version = 2
      where id = ${bot.id}`;
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
  await fixture.admin`
    update public.bots set desired_state = 'running', desired_version = 3
    where id = ${bot.id}`;
  assert.equal(await tradesOn(desk, bot.id), "a");
});

Deno.test("Supervisor gives a bot back in the next round that it could not give back", async () => {
  await using fixture = await Fixture.open();
  const desk = new Desk();
  const bot = await fixture.addBot();
  await using _engine = await TestEngine.start({
    url: fixture.engineUrl,
    name: "a",
    desk,
  });
  await tradesOn(desk, bot.id);
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
  await fixture.admin`
    update public.bots set desired_state = 'stopped', desired_version = 2
    where id = ${bot.id}`;
  await until("giving back fails once, then works", async () => {
    const [tries] = await fixture.admin`
      select last_value::int as tries from public.releases`;
    return tries?.tries === 2 && await engineOf(fixture, bot.id) === null;
  });
  await fixture.admin`
    update public.bots set desired_state = 'running', desired_version = 3
    where id = ${bot.id}`;
  const before = desk.placements.length;
  await until("it trades again", () => desk.placements.length > before);
});

Deno.test("Supervisor takes the database's weather for no fault of a bot's", async () => {
  await using fixture = await Fixture.open();
  const desk = new Desk();
  const bot = await fixture.addBot();
  let losses = 0;
  await using _engine = await TestEngine.start({
    url: fixture.engineUrl,
    name: "a",
    desk,
    wrapStore: (store) =>
      new Proxy(store, {
        get(target, key) {
          const value: unknown = Reflect.get(target, key, target);
          if (key === "loadBot" && losses === 0) {
            losses++;
            const code = "CONNECTION_CLOSED";
            return () =>
              Promise.reject(Object.assign(new Error("away"), { code }));
          }
          return typeof value === "function" ? value.bind(target) : value;
        },
      }),
  });
  await tradesOn(desk, bot.id);
  assert.equal(losses, 1);
  const told = await fixture.admin`
    select code from public.bot_events where level = 'error'`;
  assert.deepEqual([...told], []);
  assert.equal((await statusOf(fixture, bot.id)).claim_epoch, 2);
});

/** A runner whose bot has nothing left at the exchange. */
function stopAtOnce({ bot, store }: BotRunnerInput): BotRunner {
  const { promise, resolve } = Promise.withResolvers<void>();
  const detail = { acknowledgedVersion: bot.desiredVersion };
  return {
    start: () => void store.setStatus("stopped", detail).then(() => resolve()),
    wake: () => {},
    stop: () => promise,
    ended: promise,
  };
}

Deno.test("Supervisor stops bots whose keys may not trade any more: less risk is always allowed, but not on a stranger's account", async () => {
  await using fixture = await Fixture.open();
  const desk = new Desk();
  const thief = await fixture.addBot();
  const mute = await fixture.addBot();
  const invalid = await fixture.addBot();
  const stranger = await fixture.addBot();
  await fixture.admin`
    update public.exchange_keys set status = 'invalid'
    where id = ${invalid.exchangeKeyId}`;
  await fixture.admin`
    update public.bots set desired_state = 'stopped', desired_version = 2`;
  const identity = desk.identity;
  desk.identity = (exchangeKeyId) => ({
    ...identity(exchangeKeyId),
    canWithdraw: exchangeKeyId === thief.exchangeKeyId,
    canTrade: exchangeKeyId !== mute.exchangeKeyId,
    ...(exchangeKeyId === stranger.exchangeKeyId && { exchangeUid: "9999" }),
  });
  await using _engine = await TestEngine.start({
    url: fixture.engineUrl,
    name: "a",
    desk,
    createRunner: stopAtOnce,
  });
  for (const bot of [thief, mute, invalid]) {
    await until("the stop is carried out", async () => {
      const row = await statusOf(fixture, bot.id);
      return row.status === "stopped" && row.engine_id === null;
    });
  }
  await until("the stranger's account is left alone", async () => {
    const row = await statusOf(fixture, stranger.id);
    return row.status === "faulted" && row.status_code === "uid_mismatch";
  });
});
