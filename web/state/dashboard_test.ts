/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { parseBot, parseBotMetrics, parseExchangeKey } from "../data/rows.ts";
import { concernsOf, isError, SILENT_AFTER_MS } from "./attention.ts";
import { chooseBots } from "./bot_filter.ts";
import { dayStartOf, instantsOf } from "./dashboard.ts";

const NOW = Date.parse("2026-11-22T18:00:00Z");
const HOUR_MS = 3_600_000;
const iso = (atMs: number) => new Date(atMs).toISOString();

function botRow(id: string, parts: Readonly<Record<string, unknown>> = {}) {
  return parseBot({
    id,
    "exchange_key_id": "k",
    name: `Grid ${id}`,
    symbol: "BNB/USDT:USDT",
    strategy: "as_grid",
    config: {},
    "desired_state": "running",
    "desired_version": 1,
    "acknowledged_version": 1,
    "config_version": 1,
    status: "running",
    "started_at": iso(NOW - HOUR_MS),
    "stopped_at": null,
    "created_at": iso(NOW - 2 * HOUR_MS),
    "updated_at": iso(NOW),
    ...parts,
  });
}

function event(botId: string, code: string, atMs: number, level = "warning") {
  return {
    id: `${botId} ${code} ${atMs}`,
    botId,
    level: level === "error" ? "error" : "warning",
    code,
    message: code,
    createdAtMs: atMs,
  } as const;
}

Deno.test("instantsOf() asks for the day's beginning and a whole span", () => {
  const [day, first, ...rest] = instantsOf("week", NOW, null);
  assert.equal(day, dayStartOf(NOW));
  assert.equal(first, NOW - 7 * 24 * HOUR_MS);
  assert.equal(rest.at(-1), NOW);
  assert.ok(rest.length < 199);
});

Deno.test("instantsOf() asks for nothing before the first bot was made", () => {
  const [, first] = instantsOf("month", NOW, NOW - 600_000);
  assert.equal(first, NOW - 600_000);
});

Deno.test("concernsOf() puts errors first and counts what repeats", () => {
  const held = botRow("held", { "status_code": "price_stale" });
  const faulted = botRow("faulted", { status: "faulted" });
  const concerns = concernsOf({
    bots: [held, faulted],
    keys: [],
    metrics: new Map(),
    events: [
      event("held", "order_rejected", NOW - 1),
      event("held", "order_rejected", NOW - 2),
      // Already said by the bot's own status.
      event("held", "price_stale", NOW - 3),
      // From before its last start: settled.
      event("held", "insufficient_margin", NOW - 2 * HOUR_MS),
    ],
  }, NOW);
  assert.deepEqual(
    concerns.map((concern) => [
      concern.kind,
      concern.kind === "event" ? concern.count : 1,
    ]),
    [["faulted", 1], ["held", 1], ["event", 2]],
  );
  assert.deepEqual(concerns.map(isError), [true, false, false]);
});

Deno.test("concernsOf() notices a running bot that is silent, and no other", () => {
  const heard = (botId: string, agoMs: number) =>
    parseBotMetrics({
      "bot_id": botId,
      "last_sync_at": iso(NOW - agoMs),
      "updated_at": iso(NOW),
    });
  const concerns = concernsOf({
    bots: [
      botRow("silent"),
      botRow("heard"),
      botRow("resting", { status: "stopped" }),
    ],
    keys: [],
    metrics: new Map([
      ["silent", heard("silent", SILENT_AFTER_MS)],
      ["heard", heard("heard", SILENT_AFTER_MS - 1)],
      ["resting", heard("resting", 10 * SILENT_AFTER_MS)],
    ]),
    events: [],
  }, NOW);
  assert.deepEqual(concerns.map((concern) => concern.kind), ["silent"]);
});

Deno.test("chooseBots() shows faults first, and finds by name and symbol", () => {
  const bots = [
    botRow("one", { status: "idle", symbol: "ETH/USDT:USDT" }),
    botRow("two"),
    botRow("three", { status: "faulted" }),
  ];
  const ids = (options: Partial<Parameters<typeof chooseBots>[1]>) =>
    chooseBots(bots, {
      filter: "all",
      search: "",
      concerned: new Set(["three"]),
      ...options,
    }).map((bot) => bot.id);
  assert.deepEqual(ids({}), ["three", "two", "one"]);
  assert.deepEqual(ids({ search: " eth" }), ["one"]);
  assert.deepEqual(ids({ search: "grid T" }), ["three", "two"]);
  assert.deepEqual(ids({ filter: "attention" }), ["three"]);
  assert.deepEqual(ids({ filter: "resting" }), ["one"]);
  assert.deepEqual(ids({ filter: "running" }), ["three", "two"]);
});

Deno.test("concernsOf() names a key the exchange refuses while bots hang on it", () => {
  const key = (id: string) =>
    parseExchangeKey({
      id,
      label: id,
      venue: "bitget",
      "exchange_uid": "80001",
      "key_hint": "abcd",
      permissions: [],
      "ip_restricted": true,
      status: "invalid",
      "created_at": iso(NOW),
    });
  const concerns = concernsOf({
    bots: [botRow("one"), botRow("two")],
    // The second has nothing that could suffer.
    keys: [key("k"), key("unused")],
    metrics: new Map(),
    events: [],
  }, NOW);
  assert.deepEqual(
    concerns.map((one) =>
      one.kind === "key_invalid" ? [one.key.id, one.bots] : one.kind
    ),
    [["k", 2]],
  );
});
