/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { toMoney } from "./decimal.ts";
import { openAccount } from "./accounts.ts";
import { movePrice } from "./move_price.ts";
import { placeOrder } from "./place_order.ts";
import { accountOf, type Exchange, type Fill, listingOf } from "./state.ts";
import {
  BNB,
  CLOSE_LONG,
  createTestExchange,
  MARKET,
  NOW_MS,
  OPEN_LONG,
  OPEN_SHORT,
  request,
  UID,
} from "./testing.ts";

function walk(exchange: Exchange, ...prices: number[]): void {
  for (const to of prices) {
    movePrice(exchange, { symbol: BNB.symbol, to, atMs: NOW_MS });
  }
}

function fillPrices(exchange: Exchange): number[] {
  return accountOf(exchange, UID).fills.map((fill) => fill.price);
}

Deno.test("movePrice() fills a buy only when the price goes below its limit", () => {
  const exchange = createTestExchange();
  placeOrder(exchange, UID, request({ price: 64_900 }), NOW_MS);
  walk(exchange, 64_950, 64_900);
  assert.deepEqual(fillPrices(exchange), []);
  walk(exchange, 64_899);
  assert.deepEqual(fillPrices(exchange), [64_900]);
  assert.equal(accountOf(exchange, UID).fills[0]?.liquidity, "maker");
});

Deno.test("movePrice() fills a sell only when the price goes above its limit", () => {
  const exchange = createTestExchange();
  placeOrder(exchange, UID, request({ ...OPEN_SHORT, price: 65_100 }), NOW_MS);
  walk(exchange, 65_100);
  assert.deepEqual(fillPrices(exchange), []);
  walk(exchange, 65_101);
  assert.deepEqual(fillPrices(exchange), [65_100]);
});

Deno.test("movePrice() fills the nearest first and a gap at the limit price", () => {
  const exchange = createTestExchange();
  for (const price of [64_000, 64_900, 64_500]) {
    placeOrder(exchange, UID, request({ price }), NOW_MS);
  }
  walk(exchange, 63_000);
  assert.deepEqual(fillPrices(exchange), [64_900, 64_500, 64_000]);
});

Deno.test("movePrice() fills a close before an open at the same price, then the older", () => {
  const exchange = createTestExchange();
  placeOrder(exchange, UID, request({ ...OPEN_LONG, ...MARKET }), NOW_MS);
  const place = (clientOrderId: string, side: Partial<Fill>) =>
    placeOrder(
      exchange,
      UID,
      request({ clientOrderId, price: 65_500, ...side }),
      NOW_MS,
    );
  place("open-1", OPEN_SHORT);
  place("open-2", OPEN_SHORT);
  place("close", CLOSE_LONG);
  walk(exchange, 65_600);
  const ids = accountOf(exchange, UID).fills.slice(1)
    .map((fill) => fill.clientOrderId);
  assert.deepEqual(ids, ["close", "open-1", "open-2"]);
});

Deno.test("movePrice() shares a step's liquidity by price and time, over accounts", () => {
  const exchange = createTestExchange();
  const other = "1000000002";
  openAccount(exchange, {
    uid: other,
    balance: toMoney("1000"),
    positionMode: "hedge",
  }, NOW_MS);
  placeOrder(exchange, UID, request({ price: 64_900 }), NOW_MS);
  placeOrder(exchange, other, request({ price: 64_950 }), NOW_MS);
  const sizes = () =>
    [UID, other].map((uid) =>
      accountOf(exchange, uid).fills.map((fill) => [fill.price, fill.size])
    );
  const step = { symbol: BNB.symbol, atMs: NOW_MS, liquidity: 7 };
  movePrice(exchange, { ...step, to: 64_800 });
  assert.deepEqual(sizes(), [[[64_900, 2]], [[64_950, 5]]]);
  const order = accountOf(exchange, UID).live.values().next().value;
  assert.equal(order?.state, "partially_filled");
  movePrice(exchange, { ...step, to: 64_810 });
  assert.deepEqual(sizes(), [[[64_900, 2], [64_900, 3]], [[64_950, 5]]]);
  assert.equal(accountOf(exchange, UID).live.size, 0);
});

Deno.test("movePrice() lets orders placed in onFill take part in the rest of the walk", () => {
  const exchange = createTestExchange();
  placeOrder(exchange, UID, request({ price: 64_900 }), NOW_MS);
  const standing: number[] = [];
  movePrice(exchange, {
    symbol: BNB.symbol,
    to: 64_000,
    atMs: NOW_MS,
    onFill: (fill) => {
      standing.push(listingOf(exchange, BNB.symbol).lastPrice);
      if (standing.length > 3) return;
      placeOrder(exchange, UID, request({ price: fill.price - 200 }), NOW_MS);
    },
  });
  assert.deepEqual(fillPrices(exchange), [64_900, 64_700, 64_500, 64_300]);
  assert.deepEqual(standing, [64_900, 64_700, 64_500, 64_300]);
});
