import assert from "node:assert/strict";
import { loadBot } from "./load_bot.ts";
import { type BotStatus, FencedError } from "./port.ts";
import { setStatus, type StatusDetail } from "./set_status.ts";
import { Fixture } from "./testing/fixture.ts";

Deno.test("setStatus() stamps a start once, through a hand-over, and anew for a new intent", async () => {
  await using fixture = await Fixture.open();
  const { facts: sql } = fixture.database;
  const { id } = await fixture.addBot();
  const claim = await fixture.claim(id);
  const set = (status: BotStatus, detail: StatusDetail = {}) =>
    setStatus(sql, claim, { status, detail });
  await set("starting");
  const first = (await loadBot(sql, claim)).startedAtMs;
  assert.ok(first !== null);
  await set("running", { acknowledgedVersion: 1, runningConfigVersion: 1 });
  const acknowledged = (await loadBot(sql, claim)).startedAtMs;
  assert.ok(acknowledged !== null && acknowledged >= first);
  await set("starting"); // another engine took over
  await set("running", { acknowledgedVersion: 1 });
  const bot = await loadBot(sql, claim);
  assert.equal(bot.startedAtMs, acknowledged);
  assert.equal(bot.status, "running");
  assert.equal(bot.acknowledgedVersion, 1);
  assert.equal(bot.runningConfigVersion, 1);
  await set("stopped", { code: "stopped_by_user", reason: "Stopped" });
  const [row] = await fixture.admin`
    select status_code, status_reason, stopped_at from public.bots`;
  assert.equal(row?.status_code, "stopped_by_user");
  assert.equal(row?.status_reason, "Stopped");
  assert.ok(row?.stopped_at instanceof Date);
  await set("starting");
  const [again] = await fixture.admin`select status_code from public.bots`;
  assert.equal(again?.status_code, null, "an old reason does not stay");
});

Deno.test("setStatus() never lowers the acknowledged version", async () => {
  await using fixture = await Fixture.open();
  const { facts: sql } = fixture.database;
  const { id } = await fixture.addBot();
  await fixture.admin`update public.bots set desired_version = 5`;
  const claim = await fixture.claim(id);
  for (const acknowledgedVersion of [4, 2]) {
    await setStatus(sql, claim, {
      status: "running",
      detail: { acknowledgedVersion },
    });
  }
  assert.equal((await loadBot(sql, claim)).acknowledgedVersion, 4);
});

Deno.test("setStatus() writes no stop that a newer intent has overtaken", async () => {
  await using fixture = await Fixture.open();
  const { facts: sql } = fixture.database;
  const { id } = await fixture.addBot();
  const claim = await fixture.claim(id);
  await setStatus(sql, claim, { status: "stopping" });
  await fixture.admin`
    update public.bots set desired_state = 'stopped', desired_version = 3`;
  const stop = (acknowledgedVersion: number) =>
    setStatus(sql, claim, {
      status: "stopped",
      detail: { acknowledgedVersion },
    });
  assert.equal(await stop(2), false);
  const overtaken = await loadBot(sql, claim);
  assert.equal(overtaken.status, "stopping");
  assert.equal(overtaken.acknowledgedVersion, 0);
  assert.equal(await stop(3), true);
  assert.equal((await loadBot(sql, claim)).status, "stopped");
});

Deno.test("setStatus() and loadBot() are refused under an old epoch", async () => {
  await using fixture = await Fixture.open();
  const { facts: sql } = fixture.database;
  const { id } = await fixture.addBot();
  const old = await fixture.claim(id);
  await fixture.claim(id);
  await assert.rejects(setStatus(sql, old, { status: "stopped" }), FencedError);
  await assert.rejects(loadBot(sql, old), FencedError);
});
