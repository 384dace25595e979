import assert from "node:assert/strict";
import type { ExchangeAccount, NewOrder } from "@engine/exchange/port.ts";
import { fenceAccount } from "./fenced_account.ts";
import { Desk } from "./testing/desk.ts";

const ORDER: NewOrder = {
  symbol: "BNB/USDT:USDT",
  clientOrderId: "bot/1",
  positionSide: "long",
  orderSide: "buy",
  purpose: "entry",
  price: 650,
  size: 1,
  postOnly: true,
};

Deno.test("fenceAccount() answers not_sent while the bot may not place, and nothing leaves", async () => {
  const desk = new Desk();
  let may = false;
  const account = fenceAccount(desk.account("a", "key"), () => may);
  const [refused] = await account.placeOrders([ORDER]);
  assert.ok(refused?.kind === "not_sent");
  assert.equal(refused.clientOrderId, ORDER.clientOrderId);
  assert.equal(refused.error.reason, "lease_expired");
  assert.equal(desk.placements.length, 0);
  may = true;
  const [accepted] = await account.placeOrders([ORDER]);
  assert.equal(accepted?.kind, "accepted");
});

Deno.test("fenceAccount() lets the bot cancel and read, and not close what others share", async () => {
  const desk = new Desk();
  const called: string[] = [];
  const open: ExchangeAccount = {
    ...desk.account("a", "key"),
    cancelOrders: () => {
      called.push("cancelOrders");
      return Promise.resolve([]);
    },
    fetchOpenOrders: () => {
      called.push("fetchOpenOrders");
      return Promise.resolve([]);
    },
  };
  const account = fenceAccount(open, () => false);
  await account.cancelOrders(ORDER.symbol, []);
  await account.fetchOpenOrders(ORDER.symbol);
  await account.close();
  assert.deepEqual(called, ["cancelOrders", "fetchOpenOrders"]);
  assert.equal(desk.open.get("a"), 1);
});

Deno.test("fenceAccount() opened for stopping closes, and tells of what would open instead of sending it", async () => {
  const desk = new Desk();
  let openings = 0;
  const account = fenceAccount(desk.account("a", "key"), () => true, {
    onOpening: () => openings += 1,
  });
  const close = { ...ORDER, purpose: "close", orderSide: "sell" } as const;
  const [closed] = await account.placeOrders([close]);
  assert.equal(closed?.kind, "accepted");
  assert.equal(openings, 0);
  const outcomes = await account.placeOrders([close, ORDER]);
  for (const outcome of outcomes) {
    assert.ok(outcome.kind === "not_sent");
    assert.equal(outcome.error.reason, "stop_only");
    assert.equal(outcome.error.kind, "retryable");
  }
  assert.equal(openings, 1);
  assert.equal(desk.placements.length, 1);
});
