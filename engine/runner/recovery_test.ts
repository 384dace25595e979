import assert from "node:assert/strict";
import { slotKey } from "@core/mod.ts";
import { refusal } from "./testing/memory_exchange.ts";
import { Stage } from "./testing/stage.ts";

/** The price moves, and nothing that follows is pushed, the socket alive. */
function moveUnheard(stage: Stage, price: number): void {
  const { account } = stage.exchange;
  stage.price = price;
  account.connected = false;
  stage.exchange.tick(price);
  account.connected = true;
}

function fillsOnExchange(stage: Stage): string[] {
  return stage.exchange.account.state.fills.map((f) => f.tradeId).toSorted();
}

Deno.test("createRunner() finds a fill whose push was lost, though a later one is recorded and another engine took over", async () => {
  await using stage = await new Stage({
    balance: "5000",
    config: { openRequoteSeconds: 300 },
  }).open();
  const { account } = stage.exchange;
  account.readFailure = refusal("away", "retryable");
  moveUnheard(stage, 649); // the long leg opens
  await stage.pass(15_000);
  moveUnheard(stage, 652); // the short leg opens
  account.readFailure = null;
  const fills = await account.fetchFills("", 0);
  assert.equal(fills.length, 2);
  const [last] = fills.slice(-1);
  assert.ok(last !== undefined);
  account.readFailure = refusal("away", "retryable");
  account.tell({ kind: "fill", fill: last });
  await stage.settle();
  assert.equal(stage.bot.fills.size, 1);
  stage.kill();
  account.readFailure = null;
  await stage.takeOver();
  await stage.pass(1_000);
  assert.deepEqual(
    [...stage.bot.fills.keys()].toSorted(),
    fillsOnExchange(stage),
  );
});

Deno.test("createRunner() places nothing beside an order that REST does not show yet", async () => {
  await using stage = await new Stage({ balance: "5000" }).open();
  const { account } = stage.exchange;
  await stage.moveTo(649.5);
  const before = stage.resting;
  assert.equal(before.length, 3);
  account.fetchOpenOrders = () => Promise.resolve([]);
  account.fetchOrder = () => Promise.resolve(null);
  for (let second = 0; second < 200; second++) {
    await stage.pass(1_000);
    const slots = account.live.map((order) => {
      const row = stage.bot.orders.get(order.clientOrderId);
      return row === undefined ? "" : slotKey(row);
    });
    assert.equal(new Set(slots).size, slots.length, `${stage.resting}`);
  }
});
