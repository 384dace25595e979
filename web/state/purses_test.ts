/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { parseBot, parseBotMetrics, parseExchangeKey } from "../data/rows.ts";
import type { DashboardRows } from "../data/dashboard_rows.ts";
import { coinOf, pursesOf } from "./purses.ts";

const NOW = "2026-11-22T18:00:00Z";

function keyRow(id: string, venue: string, status = "active") {
  return parseExchangeKey({
    id,
    label: id,
    venue,
    "exchange_uid": id,
    "key_hint": "abcd",
    permissions: [],
    "ip_restricted": false,
    status,
    "created_at": NOW,
  });
}

function botRow(id: string, keyId: string, symbol: string, startedAt = NOW) {
  return parseBot({
    id,
    "exchange_key_id": keyId,
    name: id,
    symbol,
    strategy: "as_grid",
    config: {},
    "desired_state": "running",
    "desired_version": 1,
    "acknowledged_version": 1,
    "config_version": 1,
    status: "running",
    "started_at": startedAt === "" ? null : startedAt,
    "stopped_at": null,
    "created_at": NOW,
    "updated_at": NOW,
  });
}

function metricsRow(
  botId: string,
  figures: {
    readonly equity: number | null;
    readonly realized: number | null;
    readonly syncedAt?: string;
  },
) {
  return parseBotMetrics({
    "bot_id": botId,
    equity: figures.equity,
    "realized_pnl": figures.realized,
    "unrealized_pnl": 1,
    fees: 2,
    funding: 0,
    "last_sync_at": figures.syncedAt ?? NOW,
    "updated_at": NOW,
  });
}

function history(parts: Partial<DashboardRows>): DashboardRows {
  return {
    instants: [0, 1, 2],
    bots: [],
    accounts: [],
    nextOrders: [],
    events: [],
    ...parts,
  };
}

const byId = (rows: readonly ReturnType<typeof metricsRow>[]) =>
  new Map(rows.map((row) => [row.botId, row]));

Deno.test("coinOf() reads the coin a symbol is settled in", () => {
  assert.equal(coinOf("BNB/USDT:USDT"), "USDT");
  assert.equal(coinOf("BTC/USDC:USDC"), "USDC");
  assert.equal(coinOf("BTC/EUR"), "EUR");
});

Deno.test("pursesOf() never adds up coins, nor real and paper money", () => {
  const purses = pursesOf({
    keys: [keyRow("real", "bitget"), keyRow("play", "paper")],
    bots: [
      botRow("a", "play", "BNB/USDT:USDT"),
      botRow("b", "real", "BNB/USDT:USDT"),
      botRow("c", "real", "BTC/USDC:USDC"),
    ],
    metrics: byId([
      metricsRow("a", { equity: 10_000, realized: 3 }),
      metricsRow("b", { equity: 500, realized: 4 }),
      metricsRow("c", { equity: 70, realized: 5 }),
    ]),
    history: null,
  });
  assert.deepEqual(
    purses.map((p) => [p.venue, p.coin, p.equity.value, p.allTime.value]),
    [
      ["bitget", "USDT", 500, 3],
      ["bitget", "USDC", 70, 4],
      ["paper", "USDT", 10_000, 2],
    ],
  );
});

Deno.test("pursesOf() counts an account once, by the bot that looked last", () => {
  const [purse] = pursesOf({
    keys: [keyRow("k", "bitget")],
    bots: [
      botRow("a", "k", "BNB/USDT:USDT"),
      botRow("b", "k", "ETH/USDT:USDT"),
    ],
    metrics: byId([
      metricsRow("a", {
        equity: 900,
        realized: 3,
        syncedAt: "2026-11-22T10:00:00Z",
      }),
      metricsRow("b", { equity: 1000, realized: 3 }),
    ]),
    history: null,
  });
  assert.equal(purse?.equity.value, 1000);
  assert.equal(purse?.equityAtMs, Date.parse(NOW));
  assert.equal(purse?.accounts, 1);
});

Deno.test("pursesOf() leaves removed accounts out of the equity, not out of the result", () => {
  const [purse] = pursesOf({
    keys: [keyRow("k", "bitget"), keyRow("gone", "bitget", "revoked")],
    bots: [
      botRow("a", "k", "BNB/USDT:USDT"),
      botRow("b", "gone", "ETH/USDT:USDT"),
    ],
    metrics: byId([
      metricsRow("a", { equity: 900, realized: 3 }),
      metricsRow("b", { equity: 1000, realized: 10 }),
    ]),
    history: null,
  });
  assert.equal(purse?.equity.value, 900);
  assert.equal(purse?.allTime.value, 2 + 9);
});

Deno.test("pursesOf() says of how many bots a figure is missing, and makes none up", () => {
  const [purse] = pursesOf({
    keys: [keyRow("k", "bitget")],
    bots: [
      botRow("a", "k", "BNB/USDT:USDT"),
      botRow("b", "k", "ETH/USDT:USDT"),
      botRow("c", "k", "SOL/USDT:USDT"),
      // Never started: it has made nothing, and that is known.
      botRow("d", "k", "XRP/USDT:USDT", ""),
    ],
    metrics: byId([
      metricsRow("a", { equity: 900, realized: 3 }),
      metricsRow("b", { equity: null, realized: null }),
    ]),
    history: history({
      bots: [
        { botId: "a", net: [1.5, 2, 2] },
        { botId: "b", net: [0, 0, null] },
        { botId: "c", net: [0, 0, 0] },
        { botId: "d", net: [0, 0, 0] },
      ],
    }),
  });
  assert.deepEqual(purse?.allTime, { value: 2, unknown: 2 });
  assert.deepEqual(purse?.today, { value: 0.5, unknown: 2 });
});

Deno.test("pursesOf() knows nothing of today before the histories have come", () => {
  const [purse] = pursesOf({
    keys: [keyRow("k", "bitget")],
    bots: [botRow("a", "k", "BNB/USDT:USDT")],
    metrics: byId([metricsRow("a", { equity: 900, realized: 3 })]),
    history: null,
  });
  assert.deepEqual(purse?.today, { value: null, unknown: 1 });
});

Deno.test("pursesOf() draws the sum of accounts, from the first that is known", () => {
  const [purse] = pursesOf({
    keys: [keyRow("k", "bitget"), keyRow("l", "bitget")],
    bots: [
      botRow("a", "k", "BNB/USDT:USDT"),
      botRow("b", "l", "ETH/USDT:USDT"),
    ],
    metrics: byId([]),
    history: history({
      instants: [0, 10, 20, 30],
      accounts: [
        { exchangeKeyId: "k", coin: "USDT", equity: [null, null, 100, 110] },
        { exchangeKeyId: "l", coin: "USDT", equity: [null, null, null, 50] },
        { exchangeKeyId: "k", coin: "USDC", equity: [9, 9, 9, 9] },
      ],
    }),
  });
  assert.deepEqual(purse?.curve, [
    { atMs: 20, value: 100 },
    { atMs: 30, value: 160 },
  ]);
});

Deno.test("pursesOf() knows no equity of an account nothing was ever started on, and misses none", () => {
  const keys = [keyRow("k", "bitget"), keyRow("l", "bitget")];
  const idle = botRow("b", "l", "ETH/USDT:USDT", "");
  const [none] = pursesOf({
    keys,
    bots: [idle],
    metrics: byId([]),
    history: null,
  });
  assert.deepEqual(none?.equity, { value: null, unknown: 0 });
  const [purse] = pursesOf({
    keys,
    bots: [botRow("a", "k", "BNB/USDT:USDT"), idle],
    metrics: byId([metricsRow("a", { equity: 900, realized: 3 })]),
    history: null,
  });
  assert.deepEqual(purse?.equity, { value: 900, unknown: 0 });
});

Deno.test("pursesOf() is as old as the oldest of its accounts", () => {
  const old = "2026-11-22T10:00:00Z";
  const [purse] = pursesOf({
    keys: [keyRow("k", "bitget"), keyRow("l", "bitget")],
    bots: [
      botRow("a", "k", "BNB/USDT:USDT"),
      botRow("b", "l", "ETH/USDT:USDT"),
    ],
    metrics: byId([
      metricsRow("a", { equity: 900, realized: 3 }),
      metricsRow("b", { equity: 100, realized: 3, syncedAt: old }),
    ]),
    history: null,
  });
  assert.equal(purse?.equity.value, 1_000);
  assert.equal(purse?.equityAtMs, Date.parse(old));
});

Deno.test("pursesOf() draws no step for the beginning of the day", () => {
  const [purse] = pursesOf({
    keys: [keyRow("k", "bitget")],
    bots: [botRow("a", "k", "BNB/USDT:USDT")],
    metrics: byId([]),
    history: history({
      instants: [15, 10, 20],
      accounts: [{ exchangeKeyId: "k", coin: "USDT", equity: [1, 2, 3] }],
    }),
  });
  assert.deepEqual(purse?.curve.map(({ atMs }) => atMs), [10, 20]);
});
