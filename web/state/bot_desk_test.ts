/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { until } from "../../supabase/local/testing/until.ts";
import { parseBotGrid } from "../data/bot_grid.ts";
import type { BotFigures } from "../data/bot_money.ts";
import { parseBotMoney } from "../data/bot_money.ts";
import type { BotRows, LiveRows } from "../data/bot_rows.ts";
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

const NOTHING_LIVE = {
  openOrders: [],
  recentOrders: [],
  trust: null,
  grid: null,
};

/** A grid in a phase: enough to tell two answers apart. */
function liveIn(phase: "opening" | "running"): LiveRows {
  const grid = parseBotGrid({
    phase,
    "entries_off": false,
    "range_offset": 0,
    "split_at": 0,
    grid: {
      lowerPrice: 1,
      upperPrice: 2,
      levels: 2,
      spacing: "arithmetic",
      direction: "long",
      budget: 1,
    },
  });
  return { ...NOTHING_LIVE, grid };
}

Deno.test("BotDeskModel shows what was asked for last, whichever answer comes first", async () => {
  const answers: PromiseWithResolvers<LiveRows>[] = [];
  const all = Promise.withResolvers<BotRows>();
  const desk = new BotDeskModel("bot", {
    all: () => all.promise,
    live: () => {
      const answer = Promise.withResolvers<LiveRows>();
      answers.push(answer);
      return answer.promise;
    },
    figures: () => Promise.resolve(null),
  });
  using _ = desk;
  const asked = (count: number) =>
    until(
      `${count} questions`,
      () => Promise.resolve(answers.length === count || null),
    );
  try {
    const reloaded = desk.reload();
    desk.apply({ kind: "order", rows: [] });
    await asked(1);
    desk.apply({ kind: "order", rows: [] });
    await asked(2);
    answers[1]?.resolve(liveIn("running"));
    answers[0]?.resolve(liveIn("opening"));
    const rows = { fills: [], events: [], figures: null };
    all.resolve({ ...liveIn("opening"), ...rows });
    await reloaded;
    assert.equal(desk.loadState.value, "ready");
    assert.equal(desk.lists.grid.value?.phase, "running");
  } finally {
    desk.stop();
  }
});

Deno.test("BotDeskModel says that orders may be old until they are read again", async () => {
  let isBroken = true;
  const desk = new BotDeskModel("bot", {
    all: () =>
      Promise.resolve({
        ...NOTHING_LIVE,
        fills: [],
        events: [],
        figures: null,
      }),
    live: () =>
      isBroken
        ? Promise.reject(new Error("no network"))
        : Promise.resolve(NOTHING_LIVE),
    figures: () => Promise.resolve(null),
  });
  using _ = desk;
  const becomes = (isStale: boolean) =>
    until(
      `stale ${isStale}`,
      () => Promise.resolve(desk.isStale.value === isStale || null),
    );
  try {
    await desk.reload();
    assert.equal(desk.isStale.value, false);
    desk.apply({ kind: "order", rows: [] });
    await becomes(true);
    isBroken = false;
    desk.apply({ kind: "order", rows: [] });
    await becomes(false);
  } finally {
    desk.stop();
  }
});

Deno.test("BotDeskModel asks for figures alone when a broadcast has rounded them", async () => {
  let loads = 0;
  const desk = new BotDeskModel("bot", {
    all: () => {
      loads++;
      return Promise.resolve({
        ...NOTHING_LIVE,
        fills: [],
        events: [],
        figures: figuresAt(1, "0"),
      });
    },
    live: () => Promise.resolve(NOTHING_LIVE),
    figures: () => Promise.resolve(figuresAt(2, "0.420000000000000001")),
  });
  using _ = desk;
  try {
    await desk.reload();
    const rounded = {
      "bot_id": "bot",
      "updated_at": "2026-11-23T00:00:02Z",
      "realized_pnl": 0.42000000000000004,
    };
    desk.apply({ kind: "metrics", rows: [rounded] });
    await until(
      "exact figures",
      () =>
        Promise.resolve(
          desk.money.money.value?.realized === "0.420000000000000001" || null,
        ),
    );
    assert.equal(loads, 1);
  } finally {
    desk.stop();
  }
});
