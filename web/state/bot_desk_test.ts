/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { until } from "../../supabase/local/testing/until.ts";
import type { BotFigures } from "../data/bot_money.ts";
import { parseBotMoney } from "../data/bot_money.ts";
import { parseBotMetrics } from "../data/rows.ts";
import { BotDeskModel } from "./bot_desk.ts";

/** A row of bot_metrics, its money as text. */
function figuresAt(second: number, realized: string): BotFigures {
  const row = {
    "bot_id": "bot",
    "updated_at": `2026-11-23T00:00:${String(second).padStart(2, "0")}Z`,
    "realized_pnl": realized,
    "unrealized_pnl": "0",
    "grid_profit": realized,
    "fees": "0",
    "funding": "0",
    "equity": "10000",
  };
  return {
    money: parseBotMoney(row) ?? assert.fail("Rounded"),
    metrics: parseBotMetrics(row),
  };
}

const FILL = {
  "id": 1,
  "bot_id": "bot",
  "position_side": "long",
  "order_side": "sell",
  "purpose": "take_profit",
  "price": 640,
  "size": 0.05,
  "fee": 0.01,
  "fee_currency": "USDT",
  "realized_pnl": 0.42,
  "liquidity": "maker",
  "venue_trade_id": "t1",
  "pair_profit": 0.42,
  "pair_entry_price": 636,
  "pair_trade_ids": ["t0"],
  "filled_at": "2026-11-23T00:00:01Z",
};

Deno.test("BotDeskModel shows what a fill has made without waiting for a broadcast", async () => {
  const live = { openOrders: [], recentOrders: [], trust: null, grid: null };
  let figures = figuresAt(1, "0");
  let asked = 0;
  const desk = new BotDeskModel("bot", {
    all: () => Promise.resolve({ ...live, fills: [], events: [], figures }),
    live: () => Promise.resolve(live),
    figures: () => {
      asked++;
      return Promise.resolve(figures);
    },
  });
  using _ = desk;
  try {
    await desk.reload();
    assert.equal(desk.money.strip.value.total, "0");
    figures = figuresAt(2, "0.420000000000000001");
    desk.apply({ kind: "fill", rows: [{ ...FILL, "bot_id": "another" }] });
    desk.apply({ kind: "fill", rows: [FILL] });
    await until(
      "the fill's own worth",
      () => Promise.resolve(desk.money.strip.value.total !== "0" || null),
    );
    assert.equal(desk.money.strip.value.gridProfit, "0.420000000000000001");
    assert.equal(asked, 1);
  } finally {
    desk.stop();
  }
});
