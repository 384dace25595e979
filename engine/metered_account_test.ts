import assert from "node:assert/strict";
import type { AccountEvent } from "./exchange/port.ts";
import { fillOf } from "./store/testing/rows.ts";
import { Desk } from "./supervisor/testing/desk.ts";
import { meterAccount } from "./metered_account.ts";
import { createMetrics } from "./metrics.ts";

Deno.test("meterAccount() counts orders by outcome and times a fill to its answer once", async () => {
  const metrics = createMetrics({
    bots: () => 0,
    accounts: () => 0,
    accountsRefused: () => 0,
    sockets: () => 0,
    leaseValid: () => false,
    backlogRows: () => 0,
  });
  const listeners: ((event: AccountEvent) => void)[] = [];
  const desk = new Desk();
  const account = meterAccount({
    ...desk.account("a", "key"),
    listen: (listener) => {
      listeners.push(listener);
      return () => listeners.splice(0);
    },
  }, metrics);
  const order = {
    symbol: "BNB/USDT:USDT",
    clientOrderId: "bot/1",
    positionSide: "long",
    orderSide: "buy",
    purpose: "entry",
    price: 650,
    size: 1,
    postOnly: true,
  } as const;
  await account.placeOrders([order]); // answers no fill
  for (const listener of listeners) {
    listener({ kind: "fill", fill: fillOf("c") });
    listener({ kind: "fill", fill: fillOf("c") });
  }
  await account.placeOrders([order, order]);
  await account.placeOrders([order]);
  assert.equal(account.venue, "paper");
  const text = await metrics.registry.metrics();
  assert.match(text, /^trellis_orders_total{outcome="accepted"} 4$/m);
  assert.match(text, /^trellis_fills_total 2$/m);
  assert.match(text, /^trellis_reaction_seconds_count 1$/m);
  await account.close();
  assert.equal(desk.open.get("a"), 0);
  assert.equal(listeners.length, 0);
});
