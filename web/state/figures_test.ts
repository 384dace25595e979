/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { parseBotMetrics } from "../data/rows.ts";
import {
  costsOf,
  netRealizedOf,
  netResultOf,
  openPositionsOf,
  unpairedOf,
} from "./figures.ts";

function metrics(figures: Readonly<Record<string, number | null>>) {
  return parseBotMetrics({
    "bot_id": "b",
    "updated_at": "2026-11-22T16:00:00+00:00",
    ...figures,
  });
}

Deno.test("netRealizedOf() takes fees off and adds funding received", () => {
  const given = metrics({ "realized_pnl": 10, fees: 2, funding: -0.5 });
  assert.equal(netRealizedOf(given), 7.5);
});

Deno.test("netResultOf() is unknown while a part is unknown", () => {
  const given = { "realized_pnl": 10, fees: 2, funding: 0 };
  assert.equal(netResultOf(metrics({ ...given, "unrealized_pnl": -3 })), 5);
  assert.equal(
    netResultOf(metrics({ ...given, "unrealized_pnl": null })),
    null,
  );
  assert.equal(netResultOf(metrics({ "unrealized_pnl": 1 })), null);
  assert.equal(netResultOf(null), null);
});

Deno.test("grid profit, unpaired and costs add up to the net result", () => {
  const given = {
    "realized_pnl": 10,
    "unrealized_pnl": -3,
    "grid_profit": 12,
    fees: 2,
    funding: 0.5,
  };
  const known = metrics(given);
  assert.equal(unpairedOf(known), -5);
  assert.equal(
    12 + (unpairedOf(known) ?? NaN) + (costsOf(known) ?? NaN),
    netResultOf(known),
  );
  assert.equal(unpairedOf(metrics({ ...given, "grid_profit": null })), null);
  assert.equal(unpairedOf(null), null);
});

Deno.test("openPositionsOf() counts the legs that hold something", () => {
  assert.equal(
    openPositionsOf(metrics({ "long_size": 1, "short_size": 0 })),
    1,
  );
  assert.equal(openPositionsOf(metrics({ "long_size": 1 })), null);
  assert.equal(openPositionsOf(null), null);
});
