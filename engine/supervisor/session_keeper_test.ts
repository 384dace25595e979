import assert from "node:assert/strict";
import { Fixture, SILENT_LOG, until } from "@engine/store/testing/fixture.ts";
import { Lease, SESSION_SILENT_MS } from "./lease.ts";
import { SessionKeeper } from "./session_keeper.ts";

/** A clock that runs, and can be put forward. */
function makeClock() {
  let aheadMs = 0;
  return {
    nowMs: () => Date.now() + aheadMs,
    monotonicMs: () => performance.now() + aheadMs,
    putForward(ms: number) {
      aheadMs += ms;
    },
  };
}

function openKeeper(fixture: Pick<Fixture, "engineUrl">) {
  const clock = makeClock();
  const lease = new Lease(clock);
  const lost: string[] = [];
  const id = crypto.randomUUID();
  const keeper = new SessionKeeper({
    databaseUrl: fixture.engineUrl,
    engine: {
      id,
      name: "test",
      host: "localhost",
      pid: Deno.pid,
      version: "0.0.0",
      capacity: 1,
    },
    lease,
    log: SILENT_LOG,
    botsCount: () => 7,
    onLost: (reason) => {
      assert.equal(lease.isValid, false, "revoked before anyone is told");
      lost.push(reason);
    },
  });
  return { keeper, lease, lost, clock, id };
}

Deno.test("SessionKeeper renews the lease each second and tells how many bots", async () => {
  await using fixture = await Fixture.open();
  const { keeper, lease, id } = openKeeper(fixture);
  assert.equal(lease.isValid, false);
  const session = await keeper.open();
  assert.equal(await keeper.open(), session, "open already");
  assert.equal(lease.isValid, true);
  keeper.start();
  await until("a renewal has arrived", async () => {
    const [row] = await fixture.admin`
      select bots_count, heartbeat_at > started_at as renewed
      from public.engines where id = ${id}`;
    return row?.renewed === true && row.bots_count === 7;
  });
  await Promise.all([keeper.stop(), keeper.stop()]);
  assert.equal(lease.isValid, false);
  assert.equal(keeper.session, null);
});

Deno.test("SessionKeeper gives a session up that has not answered for long, and renews the next", async () => {
  await using fixture = await Fixture.open();
  const { keeper, lease, lost, clock } = openKeeper(fixture);
  await keeper.open();
  keeper.start();
  await fixture.admin.begin(async (transaction) => {
    await transaction`lock table public.engines in access exclusive mode`;
    await until("a renewal waits", async () => {
      const rows = await fixture.admin`
        select from pg_stat_activity
        where usename = 'engine' and wait_event_type = 'Lock'
          and datname = current_database()`;
      return rows.length > 0;
    });
    clock.putForward(SESSION_SILENT_MS);
    await until("the session is given up", () => lost.length > 0);
    assert.match(lost[0] ?? "", /No answer/);
    assert.equal(keeper.session, null);
  });
  await keeper.open();
  assert.equal(lease.isValid, true);
  const openedAtMs = performance.now();
  await until(
    "it is renewed beyond the life of one lease",
    () => performance.now() - openedAtMs > 3_500,
  );
  assert.equal(lease.isValid, true);
  await keeper.stop();
});

Deno.test("SessionKeeper waits longer after each failure to open, up to a limit", async () => {
  const { keeper, lost } = openKeeper({
    engineUrl: "postgres://engine@127.0.0.1:1/postgres",
  });
  const first = keeper.reopenMs;
  const waits = [];
  for (let i = 0; i < 8; i += 1) {
    await assert.rejects(keeper.open());
    waits.push(keeper.reopenMs / first);
  }
  assert.deepEqual(waits, [2, 4, 8, 16, 25, 25, 25, 25]);
  assert.deepEqual(lost, [], "what never was open is not lost");
  await keeper.stop();
});
