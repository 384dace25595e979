import assert from "node:assert/strict";
import { TradeIds } from "./trade_ids.ts";

Deno.test("TradeIds tells a trade once, and once more when what it cost is known (I9)", () => {
  const trades = new TradeIds(2);
  assert.equal(trades.add("1", false), "new");
  assert.equal(trades.add("1", false), "known");
  assert.equal(trades.add("1", true), "completed");
  assert.equal(trades.add("1", true), "known");
  assert.equal(trades.add("1", false), "known");
  assert.equal(trades.add("2", true), "new");
  assert.equal(trades.add("3", true), "new");
  assert.equal(trades.add("1", true), "new", "a bounded number of them");
});
