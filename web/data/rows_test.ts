/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { parseBot, parseBotMetrics, parseFill, parseRows } from "./rows.ts";

const BOT = {
  id: "b",
  "exchange_key_id": "k",
  name: "Grid",
  symbol: "BNB/USDT:USDT",
  strategy: "as_grid",
  config: {},
  "desired_state": "running",
  "desired_version": 2,
  "acknowledged_version": 1,
  "config_version": 1,
  "running_config_version": 1,
  status: "starting",
  "status_code": null,
  "status_reason": null,
  "started_at": null,
  "stopped_at": null,
  "created_at": "2026-11-22T16:00:00+00:00",
  "updated_at": "2026-11-22T16:00:01.5+00:00",
};

Deno.test("parseBot() knows that a wish is still open", () => {
  assert.equal(parseBot(BOT).isPending, true);
  assert.equal(
    parseBot({ ...BOT, "acknowledged_version": 2 }).isPending,
    false,
  );
  assert.equal(
    parseBot(BOT).updatedAtMs,
    Date.UTC(2026, 10, 22, 16, 0, 1, 500),
  );
});

Deno.test("parseBot() refuses a status it does not know, by name", () => {
  assert.throws(
    () => parseBot({ ...BOT, status: "sleeping" }),
    /"status": "sleeping" is not/,
  );
});

Deno.test("parseBotMetrics() keeps unknown figures unknown", () => {
  const metrics = parseBotMetrics({
    "bot_id": "b",
    equity: null,
    fees: "0.10",
    "updated_at": "2026-11-22T16:00:00Z",
  });
  assert.equal(metrics.equity, null);
  assert.equal(metrics.fees, 0.1);
  assert.equal(metrics.funding, null);
});

Deno.test("parseFill() reads a broadcast row as it reads one of the Data API", () => {
  const row = {
    id: 7,
    "bot_id": null,
    "position_side": "long",
    "order_side": "buy",
    purpose: null,
    price: 650.1,
    size: 0.05,
    fee: null,
    "fee_currency": null,
    "realized_pnl": 0,
    liquidity: "maker",
    "venue_trade_id": "t1",
    "filled_at": "2026-11-22T16:00:00+00:00",
  };
  const fill = parseFill(row);
  assert.equal(fill.id, "7");
  assert.equal(fill.fee, null);
  assert.deepEqual(parseRows([row], parseFill), [fill]);
  assert.throws(() => parseRows(undefined, parseFill), /no list/);
});
