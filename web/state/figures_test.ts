/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import fc from "fast-check";
import { parseBotMetrics } from "../data/rows.ts";
import {
  costsOf,
  netRealizedOf,
  netResultOf,
  openPositionsOf,
  roundToTotal,
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

Deno.test("roundToTotal() lets what is shown add up, each part to a cent", () => {
  // Rounded each by itself: 0.57 + 0 − 0.38 = 0.19, beside a total of 0.18.
  assert.deepEqual(roundToTotal([0.568, 0, -0.382], 0.186), [0.57, 0, -0.38]);
  assert.deepEqual(roundToTotal([0.567, 0, -0.3829], 0.1841), [
    0.56,
    0,
    -0.38,
  ]);
  assert.deepEqual(roundToTotal([1, null], 1), [1, null]);
  assert.deepEqual(roundToTotal([1, 2], null), [1, 2]);
  const amount = fc.double({ min: -1e6, max: 1e6, noNaN: true });
  fc.assert(
    fc.property(fc.tuple(amount, amount, amount), (parts) => {
      const total = parts.reduce((sum, part) => sum + part, 0);
      const shown = roundToTotal(parts, total).map((part) => part ?? NaN);
      const sum = shown.reduce((all, part) => all + part, 0);
      assert.equal(
        sum.toFixed(2),
        (total + 0).toFixed(2).replace("-0.00", "0.00"),
      );
      for (const [i, part] of shown.entries()) {
        assert.ok(Math.abs(part - (parts[i] ?? NaN)) < 0.01 + 1e-9);
      }
    }),
  );
});
