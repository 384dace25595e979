import assert from "node:assert/strict";
import {
  gridProfitOf,
  type RangeGridConfigInput,
  type RangeGridState,
  slotKey,
} from "@core/mod.ts";
import { refusal } from "./testing/venue_words.ts";
import { Stage } from "./testing/stage.ts";

/** Lines 640, 642 … 660; 0.05 an interval. */
const CONFIG: RangeGridConfigInput = {
  lowerPrice: 640,
  upperPrice: 660,
  levels: 10,
  investment: 66,
  leverage: 5,
};

function createStage(config: Partial<RangeGridConfigInput> = {}): Stage {
  return new Stage({
    row: { strategy: "range_grid", config: { ...CONFIG, ...config } },
    balance: "3000",
  });
}

const stateOf = (stage: Stage) => stage.bot.state as RangeGridState;

/** The same intent again: stop, then start. */
async function restart(stage: Stage, stopPolicy: "close_positions") {
  const { row } = stage.bot;
  stage.bot.row = {
    ...row,
    desiredState: "stopped",
    desiredVersion: row.desiredVersion + 1,
    stopPolicy,
  };
  stage.runner.wake();
  await stage.until("the stop", () => stage.end !== null);
  stage.bot.row = {
    ...stage.bot.row,
    desiredState: "running",
    desiredVersion: row.desiredVersion + 2,
  };
  await stage.takeOver();
  await stage.pass(500);
}

Deno.test("createRunner() rests a neutral grid around the price, one order an interval", async () => {
  await using stage = await createStage().open();
  assert.deepEqual(stage.resting, [
    ...[640, 642, 644, 646, 648].map((p) => `long entry 0.05 @ ${p}`),
    ...[652, 654, 656, 658, 660].map((p) => `short entry 0.05 @ ${p}`),
  ]);
  const { account } = stage.exchange;
  assert.equal(account.state.leverage.get("BNBUSDT"), 5);
  const away = account.placed.map((order) =>
    Math.abs((order.price ?? NaN) - 650)
  );
  assert.deepEqual(away, away.toSorted((a, b) => a - b), "nearest first");
  await stage.moveTo(647.9);
  assert.ok(stage.resting.includes("long take_profit 0.05 @ 650"));
  assert.equal(stage.resting.length, 10);
  await stage.moveTo(650.1);
  assert.ok(stage.resting.includes("long entry 0.05 @ 648"));
  const profit = gridProfitOf(stateOf(stage), 0.0002);
  assert.equal(profit.pairs, 1);
  assert.ok(Math.abs(profit.gross - 0.1) < 1e-12);
});

Deno.test("createRunner() opens a long grid with the position it would hold", async () => {
  await using stage = await createStage({ direction: "long" }).open();
  await stage.pass(2_000);
  assert.equal(stage.exchange.account.sizeOf("long"), 0.25);
  assert.deepEqual(stage.resting, [
    ...[640, 642, 644, 646, 648].map((p) => `long entry 0.05 @ ${p}`),
    ...[652, 654, 656, 658, 660].map((p) => `long take_profit 0.05 @ ${p}`),
  ]);
});

Deno.test("createRunner() keeps a grid's books through a month of noise, one order placed a fill", async () => {
  await using stage = await createStage().open();
  let seed = 11;
  const random = () => (seed = seed * 48_271 % 2_147_483_647) / 2_147_483_647;
  const { account } = stage.exchange;
  for (let i = 0; i < 1_500; i++) {
    const drift = (650 - stage.price) * 0.01;
    const price = stage.price + drift + (random() - 0.5) * 4;
    await stage.moveTo(Math.round(price * 100) / 100);
    const slots = account.live.map((order) => {
      const row = stage.bot.orders.get(order.clientOrderId);
      assert.ok(row !== undefined, "an order without a committed intent");
      return slotKey(row);
    });
    const levels = slots.map((slot) => slot.split(":")[2]);
    assert.equal(new Set(levels).size, levels.length, `${slots}`);
  }
  await stage.pass(12_000);
  const { fills } = account.state;
  assert.ok(fills.length > 200, `${fills.length} fills`);
  assert.equal(stage.bot.fills.size, fills.length, "I4");
  assert.equal(stage.bot.metrics?.longSize, account.sizeOf("long"), "I2");
  assert.equal(stage.bot.metrics?.shortSize, account.sizeOf("short"), "I2");
  const perFill = (account.placed.length - 10) / fills.length;
  assert.ok(perFill <= 1.2, `${perFill} orders placed a fill`);
  assert.ok(account.sizeOf("long") <= 0.5 && account.sizeOf("short") <= 0.5);
});

Deno.test("createRunner() goes on with a killed grid, and rebuilds a lost state", async () => {
  await using stage = await createStage().open();
  for (const price of [647.9, 645.9, 643.9]) await stage.moveTo(price);
  const { resting } = stage;
  const placed = stage.exchange.account.placed.length;
  stage.kill();
  await stage.settle();
  await stage.takeOver();
  await stage.pass(500);
  assert.deepEqual(stage.resting, resting);
  stage.kill();
  await stage.settle();
  stage.bot.state = null;
  await stage.takeOver();
  await stage.pass(500);
  assert.deepEqual(stage.resting, resting);
  assert.equal(stage.exchange.account.placed.length, placed, "nothing twice");
});

Deno.test("createRunner() closes a grid at its stop-loss and begins anew when started again", async () => {
  await using stage = await createStage({ stopLossPrice: 635 }).open();
  for (const price of [647.9, 643.9, 639.9]) await stage.moveTo(price);
  assert.equal(stage.exchange.account.sizeOf("long"), 0.25);
  await stage.moveTo(634);
  assert.deepEqual(stage.resting, [], "at once, not with the next look around");
  await stage.until(
    "everything closed",
    () => stage.exchange.account.sizeOf("long") === 0,
  );
  await stage.pass(3_000);
  assert.deepEqual(stage.resting, []);
  assert.equal(stage.bot.statusCode, "stop_loss_reached");
  assert.equal(stateOf(stage).phase, "ended");
  await stage.moveTo(650);
  stage.kill();
  await stage.settle();
  await stage.takeOver();
  await stage.pass(500);
  assert.deepEqual(stage.resting, [], "another engine does not begin again");
  await restart(stage, "close_positions");
  assert.equal(stage.resting.length, 10);
});

Deno.test("createRunner() waits for the trigger, then trails a long grid upwards", async () => {
  await using stage = await createStage({
    direction: "long",
    triggerPrice: 655,
    trailingUpTo: 680,
  }).open();
  assert.deepEqual(stage.resting, []);
  assert.ok(stage.events.includes("waits_for_trigger"));
  for (let price = 650; price <= 666; price += 2) {
    await stage.moveTo(price);
    await stage.pass(1_200);
  }
  assert.equal(stage.exchange.account.sizeOf("long"), 0);
  assert.deepEqual(
    stage.resting,
    [646, 648, 650, 652, 654, 656, 658, 660, 662, 664].map((p) =>
      `long entry 0.05 @ ${p}`
    ),
  );
});

Deno.test("createRunner() faults on a grid the market refuses", async () => {
  for (
    const [config, code] of [
      [{ levels: 200 }, "spacing_below_fees"],
      [{ investment: 5 }, "size_below_minimum"],
      [{ leverage: 100 }, "leverage_out_of_range"],
      [{ upperPrice: 600 }, "config_invalid"],
    ] as const
  ) {
    await using stage = createStage(config);
    stage.runner.start();
    await stage.until("the fault", () => stage.end !== null);
    assert.equal(stage.bot.statusCode, code);
  }
});

Deno.test("createRunner() sizes an entry by what its canceled forerunner had filled, told while it was asked (I8)", async () => {
  await using stage = await createStage().open();
  const { account } = stage.exchange;
  stage.exchange.liquidity = 0.01;
  await stage.moveTo(647.9); // the entry at 648 fills in part
  await stage.moveTo(649);
  assert.equal(account.sizeOf("long"), 0.02);
  account.holdsPushes = true;
  const before = account.placed.length;
  stage.bot.desire({ desiredState: "stopped", stopPolicy: "cancel_orders" });
  stage.runner.wake();
  await stage.settle();
  assert.deepEqual(stage.resting, [], "canceled, and nobody was told");
  stage.bot.desire({ desiredState: "running" });
  stage.runner.wake();
  await stage.settle();
  account.releasePushes();
  await stage.pass(2_000);
  const again = account.placed.slice(before)
    .filter(({ purpose, price }) => purpose === "entry" && price === 648);
  assert.deepEqual(again.map(({ size }) => size), [0.03]);
});

Deno.test("createRunner() begins no grid anew whose entries filled while the bot was faulted", async () => {
  await using stage = await createStage().open();
  const { account } = stage.exchange;
  account.fetchFills = () => Promise.reject(refusal("key_invalid", "fatal"));
  account.disconnect();
  account.reconnect();
  await stage.until("the fault", () => stage.bot.row.status === "faulted");
  account.connected = false;
  await stage.moveTo(645.5); // entries fill, and nobody is there
  account.connected = true;
  const held = account.sizeOf("long");
  assert.ok(held > 0);
  Reflect.deleteProperty(account, "fetchFills");
  stage.bot.desire({ desiredState: "running" });
  await stage.takeOver();
  await stage.pass(2_000);
  const closing =
    stage.resting.filter((order) => order.startsWith("long take_profit"))
      .length;
  assert.equal(closing, Math.round(held / 0.05), `${stage.resting}`);
});
