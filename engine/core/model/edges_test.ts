/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { AssertionError } from "./assert.ts";
import { botTag, formatClientOrderId, parseClientOrderId } from "./ids.ts";
import { smallestSize } from "./market.ts";
import { PairBook, pairFills, type SettledFill } from "./pairs.ts";
import { decimalsOf } from "./rounding.ts";
import { BNB } from "../strategy/as_grid/testdata.ts";

const PARTS = {
  botTag: botTag("00000000-0000-0001-8000-000000000001"),
  positionSide: "long",
  purpose: "take_profit",
  level: 199,
  cycle: 46_655,
  revision: 12,
} as const;

Deno.test("botTag() fills up from the left, so that no two ids share a tag", () => {
  assert.equal(PARTS.botTag, "0000000000001");
  assert.equal(
    botTag("00000000-0000-0024-8000-000000000001"),
    "0000000000010",
  );
});

Deno.test("parseClientOrderId() reads what formatClientOrderId() wrote", () => {
  const id = formatClientOrderId(PARTS);
  assert.equal(id, "t0000000000001-lt5j-zzz-c");
  assert.deepEqual(parseClientOrderId(id), PARTS);
  for (const cycle of [0.5, -1, NaN, Number.MAX_SAFE_INTEGER + 1]) {
    assert.throws(
      () => formatClientOrderId({ ...PARTS, cycle }),
      AssertionError,
    );
  }
});

Deno.test("smallestSize() is the larger of both minima, up to the lot", () => {
  assert.equal(smallestSize(BNB, 650), 0.01);
  assert.equal(smallestSize(BNB, 400), 0.02, "5 of value");
  assert.equal(smallestSize({ ...BNB, minSize: 0.05 }, 650), 0.05);
});

Deno.test("decimalsOf() takes no tiny step for a whole one", () => {
  assert.equal(decimalsOf(1e-10), 10);
  assert.equal(decimalsOf(0.000_000_000_001), 12);
});

function fill(
  id: string,
  purpose: SettledFill["purpose"],
  change: Partial<SettledFill>,
): SettledFill {
  return {
    id,
    positionSide: "long",
    purpose,
    level: 0,
    price: "650",
    size: "1",
    unpairedSize: null,
    pair: null,
    ...change,
  };
}

Deno.test("pairFills() leaves a closing whose rest still finds nothing as it was paired", () => {
  const pair = { profit: "10", entryPrice: "640", openingIds: ["a"] };
  const half = fill("b", "take_profit", { unpairedSize: "0.5", pair });
  assert.deepEqual(pairFills("last_in_first_out", [half]), []);
  // Nothing was found before: what is found now is all of it.
  const nothing = { profit: null, entryPrice: null, openingIds: [] };
  const changes = pairFills("last_in_first_out", [
    fill("c", "entry", { price: "640" }),
    fill("b", "take_profit", { unpairedSize: "1", pair: nothing }),
  ]);
  assert.equal(changes[1]?.pair?.profit, "10");
  assert.equal(changes[1]?.pair?.entryPrice, "640");
});

Deno.test("PairBook skips in a level what closes of the leg have emptied", () => {
  const book = new PairBook("interval");
  for (let i = 0; i < 100; i++) {
    const price = String(600 + i);
    book.open(fill(`o${i}`, "entry", { level: 7, price }));
    if (i % 4 === 3) continue;
    const closed = book.close(fill(`c${i}`, "close", { price }));
    assert.equal(closed.profit, "0", "its own entry, the newest");
  }
  const profits = Array.from(
    { length: 26 },
    (_, i) =>
      book.close(fill(`t${i}`, "take_profit", { level: 7, price: "700" })),
  );
  assert.equal(profits[0]?.entryPrice, "699");
  assert.equal(profits[24]?.entryPrice, "603");
  assert.equal(profits[25]?.unpairedSize, "1");
});
