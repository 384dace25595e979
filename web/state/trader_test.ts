/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import type { TraderRows } from "../data/trader_rows.ts";
import { parseBot, parseBotMetrics, parseProfile } from "../data/rows.ts";
import { TraderModel } from "./trader.ts";

function botRow(status: string, updatedAt: string) {
  return {
    id: "b",
    "exchange_key_id": "k",
    name: "Grid",
    symbol: "BNB/USDT:USDT",
    strategy: "as_grid",
    config: {},
    "desired_state": "running",
    "desired_version": 1,
    "acknowledged_version": 1,
    "config_version": 1,
    "running_config_version": 1,
    status,
    "created_at": "2026-11-22T16:00:00Z",
    "updated_at": updatedAt,
  };
}

function metricsRow(equity: number, updatedAt: string) {
  return { "bot_id": "b", equity, "updated_at": updatedAt };
}

const ROWS: TraderRows = {
  profile: null,
  keys: [],
  bots: [parseBot(botRow("running", "2026-11-22T16:00:01Z"))],
  metrics: [parseBotMetrics(metricsRow(100, "2026-11-22T16:00:01Z"))],
};

async function loaded(rows: TraderRows = ROWS) {
  const loads: number[] = [];
  const trader = new TraderModel(() => {
    loads.push(1);
    return Promise.resolve(rows);
  });
  await trader.reload();
  return { trader, loads };
}

Deno.test("TraderModel() is closed for who is suspended or rejected, told live", async () => {
  const { trader } = await loaded();
  assert.equal(trader.isClosed.value, false);
  for (
    const [status, isClosed] of [
      ["suspended", true],
      ["active", false],
      ["rejected", true],
      ["pending_review", false],
    ] as const
  ) {
    trader.apply({
      kind: "profile",
      rows: [{ "user_id": "u", locale: "en", status }],
    });
    assert.equal(trader.isClosed.value, isClosed, status);
  }
});

Deno.test("TraderModel() merges broadcasts by id and age", async () => {
  const { trader } = await loaded();
  trader.apply({
    kind: "metrics",
    rows: [metricsRow(101, "2026-11-22T16:00:02Z")],
  });
  assert.equal(trader.metrics.value.get("b")?.equity, 101);
  trader.apply({
    kind: "metrics",
    rows: [metricsRow(99, "2026-11-22T16:00:00Z")],
  });
  assert.equal(trader.metrics.value.get("b")?.equity, 101);
  await trader.reload();
  assert.equal(trader.metrics.value.get("b")?.equity, 101);
});

Deno.test("TraderModel() loads anew when a status changes, and only then", async () => {
  const { trader, loads } = await loaded();
  trader.apply({
    kind: "bot",
    rows: [botRow("running", "2026-11-22T16:00:02Z")],
  });
  assert.equal(loads.length, 1);
  trader.apply({
    kind: "bot",
    rows: [botRow("stopped", "2026-11-22T16:00:03Z")],
  });
  assert.equal(loads.length, 2);
  assert.equal(trader.bots.value.get("b")?.status, "stopped");
});

Deno.test("TraderModel() is failed before the first rows, and stale after them", async () => {
  const answers = [false, true, false];
  const trader = new TraderModel(() =>
    answers.shift() ? Promise.resolve(ROWS) : Promise.reject(new Error("down"))
  );
  await trader.reload();
  assert.equal(trader.loadState.value, "failed");
  await trader.reload();
  assert.equal(trader.loadState.value, "ready");
  assert.equal(trader.isStale.value, false);
  await trader.reload();
  assert.equal(trader.loadState.value, "ready");
  assert.equal(trader.isStale.value, true);
  assert.equal(trader.botList.value.length, 1);
  trader[Symbol.dispose]();
});

Deno.test("TraderModel() keeps a told profile though an older load answers later", async () => {
  const profileIn = (status: string): TraderRows => ({
    ...ROWS,
    profile: parseProfile({ "user_id": "u", locale: "en", status }),
  });
  const older = Promise.withResolvers<TraderRows>();
  const answers = [older.promise, Promise.resolve(profileIn("suspended"))];
  const trader = new TraderModel(() =>
    answers.shift() ?? assert.fail("Asked again")
  );
  using _ = trader;
  const reloaded = trader.reload();
  trader.apply({
    kind: "profile",
    rows: [{ "user_id": "u", locale: "en", status: "suspended" }],
  });
  older.resolve(profileIn("active"));
  await reloaded;
  assert.equal(trader.profile.value?.status, "suspended");
});

Deno.test("TraderModel() changes of a profile what was saved, and nothing else", async () => {
  const profile = parseProfile({
    "user_id": "u",
    locale: "en",
    status: "suspended",
  });
  const { trader } = await loaded({ ...ROWS, profile });
  trader.changeProfile({ locale: "zh-TW" });
  trader.changeProfile({ displayName: "Ada" });
  assert.deepEqual(trader.profile.value, {
    ...profile,
    locale: "zh-TW",
    displayName: "Ada",
  });
});
