/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { until } from "../../supabase/local/testing/until.ts";
import type { DashboardRows } from "../data/dashboard_rows.ts";
import { DashboardModel } from "./dashboard.ts";

const NOW = Date.parse("2026-11-22T18:00:00Z");

/** A dashboard whose loads are counted. */
function opened(rows: Partial<DashboardRows> = {}) {
  const loads: number[] = [];
  const dashboard = new DashboardModel({
    load: (instants, eventsSinceMs) => {
      loads.push(eventsSinceMs);
      return Promise.resolve({
        instants,
        bots: [],
        accounts: [],
        nextOrders: [],
        events: [],
        ...rows,
      });
    },
    now: () => NOW,
    since: () => null,
    isVisible: () => true,
  });
  return { dashboard, loads };
}

async function loaded(
  { dashboard }: ReturnType<typeof opened>,
): Promise<void> {
  await until(
    "the first rows",
    () => Promise.resolve(dashboard.state.value === "ready"),
  );
}

Deno.test("DashboardModel tells the day's beginning from the curve", async () => {
  const desk = opened({ bots: [{ botId: "b", net: [7, 1, 2, 3] }] });
  using dashboard = desk.dashboard;
  await loaded(desk);
  assert.equal(dashboard.dayStarts.value.get("b"), 7);
  assert.deepEqual(dashboard.curves.value.get("b"), [1, 2, 3]);
});

Deno.test("DashboardModel adds warnings as they come, and no news", async () => {
  const desk = opened();
  using dashboard = desk.dashboard;
  await loaded(desk);
  const row = (id: string, level: string) => ({
    id,
    "bot_id": "b",
    level,
    code: "price_stale",
    message: "Prices are old",
    "created_at": "2026-11-22T17:59:00Z",
  });
  dashboard.apply({
    kind: "event",
    rows: [row("1", "info"), row("2", "warning"), row("3", "error")],
  });
  assert.deepEqual(
    dashboard.events.value.map(({ id }) => id).sort(),
    ["2", "3"],
  );
});

Deno.test("DashboardModel asks once for a burst of fills", async () => {
  const desk = opened();
  using dashboard = desk.dashboard;
  await loaded(desk);
  for (let i = 0; i < 5; i++) dashboard.apply({ kind: "fill", rows: [] });
  await until("a second load", () => Promise.resolve(desk.loads.length > 1));
  // Timers of their own would all have run by now: their delay is the same.
  assert.equal(desk.loads.length, 2);
  assert.equal(dashboard.state.value, "ready");
});
