import assert from "node:assert/strict";
import type { AnyFill } from "@core/backtest/mod.ts";
import { PURPOSES } from "@core/mod.ts";
import { FillLog } from "./fill_log.ts";

Deno.test("FillLog gives back what it was told, of every leg and purpose, and more than it began with", () => {
  const fills = Array.from({ length: 5_000 }, (_, i): AnyFill => ({
    candle: i,
    price: 650 + i / 7,
    size: i / 100,
    positionSide: i % 2 === 0 ? "long" : "short",
    purpose: PURPOSES[i % PURPOSES.length] ?? "open",
  }));
  const log = new FillLog();
  for (let round = 0; round < 2; round++) {
    log.clear();
    for (const fill of fills) log.push(fill);
    assert.equal(log.length, fills.length);
    assert.deepEqual(fills.map((_, i) => log.at(i)), fills);
  }
});
