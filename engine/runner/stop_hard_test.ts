/** Closing positions where it does not go as asked. */
import assert from "node:assert/strict";
import { MARKET } from "./testing/venue_words.ts";
import { Stage } from "./testing/stage.ts";

/** A bot that holds a long position of some entries. */
async function openHolding(stage: Stage): Promise<number> {
  await stage.open();
  for (let price = 650; price > 635; price -= 0.5) await stage.moveTo(price);
  const held = stage.exchange.account.sizeOf("long");
  assert.ok(held >= 0.15, `it holds ${held}`);
  return held;
}

Deno.test("createRunner() closes in parts until the leg is flat", async () => {
  await using stage = new Stage();
  const { account } = stage.exchange;
  stage.exchange.fetchMarket = () =>
    Promise.resolve({ ...MARKET, maxOrderSize: 0.1 });
  const held = await openHolding(stage);
  stage.bot.desire({ desiredState: "stopped", stopPolicy: "close_positions" });
  stage.runner.wake();
  await stage.until("the end", () => stage.end !== null);
  assert.deepEqual(stage.end, { kind: "stopped" });
  assert.equal(account.sizeOf("long"), 0);
  assert.equal(account.sizeOf("short"), 0);
  const closes = account.placed.filter(({ purpose, positionSide }) =>
    purpose === "close" && positionSide === "long"
  );
  assert.ok(closes.every(({ size }) => size <= 0.1));
  const closed = closes.reduce((sum, { size }) => sum + size, 0);
  assert.equal(Number(closed.toFixed(4)), held, "each part once");
  assert.deepEqual(stage.resting, []);
});

Deno.test("createRunner() has stopped when the trader has closed the position himself", async () => {
  await using stage = new Stage();
  const { account } = stage.exchange;
  const held = await openHolding(stage);
  const place = account.placeOrders.bind(account);
  let isClosedByHand = false;
  account.placeOrders = async (orders) => {
    const [close] = orders.filter(({ purpose }) => purpose === "close");
    if (close !== undefined && !isClosedByHand) {
      isClosedByHand = true;
      const [byHand] = await place([
        { ...close, clientOrderId: "by-hand-1", size: held },
      ]);
      assert.equal(byHand?.kind, "accepted");
    }
    return await place(orders);
  };
  stage.bot.desire({ desiredState: "stopped", stopPolicy: "close_positions" });
  stage.runner.wake();
  await stage.until("the end", () => stage.end !== null);
  assert.ok(isClosedByHand);
  assert.deepEqual(stage.end, { kind: "stopped" });
  assert.equal(account.sizeOf("long"), 0);
  assert.equal(account.sizeOf("short"), 0, "nothing is opened the other way");
  assert.equal(stage.bot.row.status, "stopped");
  const open = [...stage.bot.orders.values()].filter(({ status }) =>
    !["filled", "canceled", "rejected"].includes(status)
  );
  assert.deepEqual(open, [], "no row is left open");
});
