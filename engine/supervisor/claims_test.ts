import assert from "node:assert/strict";
import type { LockSession } from "@engine/store/engine_session.ts";
import { Fixture, SILENT_LOG } from "@engine/store/testing/fixture.ts";
import { type ClaimedBot, Claims, RECLAIM_MS } from "./claims.ts";
import { SocketBudget } from "./socket_budget.ts";

/** A session some of whose statements fail, while its locks live on. */
function failing(
  session: LockSession,
  fails: (statement: string, number: number) => boolean,
): LockSession {
  const counts = new Map<string, number>();
  return new Proxy(session, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      return (...args: readonly unknown[]) => {
        const statement = String(key);
        const number = (counts.get(statement) ?? 0) + 1;
        counts.set(statement, number);
        return fails(statement, number)
          ? Promise.reject(new Error(`${statement} was canceled`))
          : Reflect.apply(value, target, args);
      };
    },
  });
}

function createClaims(
  claimed: ClaimedBot[],
  clock: { nowMs: number } = { nowMs: 0 },
): { readonly claims: Claims; readonly sockets: SocketBudget } {
  const sockets = new SocketBudget({ socketsMax: 100, log: SILENT_LOG });
  const claims = new Claims({
    capacity: 10,
    sockets,
    clock: { nowMs: () => clock.nowMs, monotonicMs: () => clock.nowMs },
    log: SILENT_LOG,
    botsCount: () => claimed.length,
    isClaiming: () => true,
    isLeaving: () => false,
    onClaimed: (bot) => claimed.push(bot),
  });
  return { claims, sockets };
}

async function locksOf(fixture: Fixture): Promise<number[]> {
  const rows = await fixture.admin`
    select l.classid::int as space from pg_locks l
    join pg_database d on d.oid = l.database
    where l.locktype = 'advisory' and l.classid in (1, 2)
      and d.datname = current_database()`;
  return rows.map((row) => Number(row.space)).toSorted();
}

Deno.test("Claims gives a lock back in the next round that it could not give back, and has the bot", async () => {
  await using fixture = await Fixture.open();
  const bot = await fixture.addBot();
  await using session = await fixture.openSession();
  const flaky = failing(
    session,
    (statement, number) =>
      number === 1 && (statement === "claimBot" || statement === "unlock"),
  );
  const claimed: ClaimedBot[] = [];
  const { claims } = createClaims(claimed);
  await assert.rejects(claims.claim(flaky), /unlock was canceled/);
  assert.equal(claimed.length, 0);
  assert.deepEqual(await locksOf(fixture), [1, 2], "both stayed with us");
  await claims.claim(flaky);
  assert.deepEqual(claimed.map(({ claim }) => claim.botId), [bot.id]);
});

Deno.test("Claims gives account and bot back once the bot wants no engine any more", async () => {
  await using fixture = await Fixture.open();
  const bot = await fixture.addBot();
  await using session = await fixture.openSession();
  const flaky = failing(
    session,
    (statement, number) =>
      number === 1 && (statement === "claimBot" || statement === "unlock"),
  );
  const { claims } = createClaims([]);
  await assert.rejects(claims.claim(flaky));
  await fixture.admin`
    update public.bots set status = 'stopped',
      acknowledged_version = desired_version
    where id = ${bot.id}`;
  await claims.claim(flaky);
  assert.deepEqual(await locksOf(fixture), []);
  assert.equal(claims.accounts, 0);
});

Deno.test("Claims keeps an account whose lock could not be given back, and its socket", async () => {
  await using fixture = await Fixture.open();
  const userId = await fixture.addTrader();
  const exchangeKeyId = await fixture.addKey({ userId, venue: "bitget" });
  const bot = await fixture.addBot({ exchangeKeyId });
  await using session = await fixture.openSession();
  const flaky = failing(
    session,
    (statement, number) => statement === "unlock" && number === 1,
  );
  const claimed: ClaimedBot[] = [];
  const clock = { nowMs: 0 };
  const { claims, sockets } = createClaims(claimed, clock);
  await claims.claim(flaky);
  const [ours] = claimed;
  assert.ok(ours !== undefined);
  await fixture.admin`
    update public.bots set status = 'stopped',
      acknowledged_version = desired_version
    where id = ${bot.id}`;
  await assert.rejects(claims.release(flaky, ours), /unlock was canceled/);
  assert.deepEqual(await locksOf(fixture), [1], "the account's is held");
  assert.equal(claims.accounts, 1);
  assert.equal(sockets.taken, 1);
  clock.nowMs += RECLAIM_MS;
  await claims.claim(flaky);
  assert.deepEqual(await locksOf(fixture), []);
  assert.equal(claims.accounts, 0);
  assert.equal(sockets.taken, 0);
});

Deno.test("Claims ends a round only when nothing of it is under way", async () => {
  await using fixture = await Fixture.open();
  const first = await fixture.addBot();
  const second = await fixture.addBot({
    exchangeKeyId: first.exchangeKeyId,
    symbol: "ETH/USDT:USDT",
  });
  await using session = await fixture.openSession();
  const flaky = failing(
    session,
    (statement, number) => statement === "tryLock" && number === 2,
  );
  const claimed: ClaimedBot[] = [];
  const { claims } = createClaims(claimed);
  // The account's lock is the first, the first bot's the second.
  await assert.rejects(claims.claim(flaky), /tryLock was canceled/);
  assert.equal(claimed.length, 1, "the other bot was claimed meanwhile");
  await claims.claim(session);
  assert.deepEqual(
    claimed.map(({ claim }) => claim.botId).toSorted(),
    [first.id, second.id].toSorted(),
  );
});
