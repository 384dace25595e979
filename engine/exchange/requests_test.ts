import assert from "node:assert/strict";
import fc from "fast-check";
import { orderSideOf, type PositionSide, type Purpose } from "@core/mod.ts";
import { BTC } from "./fixtures.ts";
import type { NewOrder } from "./port.ts";
import {
  cancelParams,
  decimalsOf,
  orderFrame,
  orderParams,
  symbolParams,
  toStepText,
} from "./requests.ts";
import ccxt from "./testdata/ccxt_requests.json" with { type: "json" };

function order(
  positionSide: PositionSide,
  purpose: Purpose,
  changes: Partial<NewOrder> = {},
): NewOrder {
  return {
    symbol: BTC.symbol,
    clientOrderId: "cid-1",
    positionSide,
    orderSide: orderSideOf(positionSide, purpose),
    purpose,
    price: 50_000,
    size: 0.001,
    postOnly: false,
    ...changes,
  };
}

/** ccxt writes some words with capitals; Bitget reads either. */
function normalized(body: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(body).map(([key, value]) => [key, `${value}`.toLowerCase()]),
  );
}

function body(order: NewOrder): Record<string, string> {
  return normalized({ ...orderFrame(BTC), ...orderParams(order, BTC) });
}

Deno.test("orderParams() sends what ccxt sends for each of its recorded orders", () => {
  assert.deepEqual(
    body(order("long", "open", { postOnly: true })),
    normalized(ccxt.openLongPostOnly),
  );
  assert.deepEqual(
    body(order("long", "entry", { clientOrderId: "cid-2" })),
    normalized(ccxt.openLong),
  );
  const { clientOid: _, ...closeLong } = body(
    order("long", "take_profit", { price: 60_000, postOnly: true }),
  );
  assert.deepEqual(closeLong, normalized(ccxt.closeLongPostOnly));
  const { clientOid: __, ...closeShort } = body(
    order("short", "close", { price: null }),
  );
  const { force: ___, ...recorded } = normalized(ccxt.closeShortMarket);
  assert.deepEqual(closeShort, recorded);
});

for (
  const [positionSide, purpose, side, tradeSide] of [
    ["long", "entry", "buy", "open"],
    ["long", "take_profit", "buy", "close"],
    ["short", "entry", "sell", "open"],
    ["short", "take_profit", "sell", "close"],
  ] as const
) {
  Deno.test(`orderParams() sends ${side}/${tradeSide} for a ${purpose} of the ${positionSide} leg`, () => {
    const params = orderParams(order(positionSide, purpose), BTC);
    assert.equal(params.side, side);
    assert.equal(params.tradeSide, tradeSide);
  });
}

Deno.test("orderParams() refuses an order that trades the wrong way", () => {
  assert.throws(
    () => orderParams(order("long", "entry", { orderSide: "sell" }), BTC),
    { name: "AssertionError" },
  );
});

Deno.test("cancelParams() names our id, and the exchange's only without one", () => {
  assert.deepEqual({
    ...symbolParams("BTCUSDT"),
    orderIdList: [cancelParams({ clientOrderId: "a", venueOrderId: "1" })],
  }, ccxt.cancelByClientOid);
  assert.deepEqual(cancelParams({ clientOrderId: "", venueOrderId: "1" }), {
    orderId: "1",
  });
});

Deno.test("toStepText() writes every multiple without noise or exponent", () => {
  fc.assert(fc.property(
    fc.constantFrom(10, 1, 0.5, 0.1, 0.01, 0.0005, 0.001, 1e-7),
    fc.integer({ min: 1, max: 10_000_000 }),
    (step, steps) => {
      const text = toStepText(steps * step, { step, what: "price" });
      assert.match(text, /^\d+(\.\d+)?$/);
      assert.equal(Math.round(Number(text) / step), steps);
      assert.ok((text.split(".")[1] ?? "").length <= decimalsOf(step));
    },
  ));
});

Deno.test("toStepText() refuses what is no positive multiple", () => {
  for (const value of [0.15, 0, -0.1, NaN, Infinity, 0.1001]) {
    assert.throws(
      () => toStepText(value, { step: 0.1, what: "price" }),
      { reason: "off_step" },
    );
  }
});
