import assert from "node:assert/strict";
import type { StopPolicy } from "@engine/store/port.ts";
import type { Ledger } from "./ledger.ts";
import { refusal } from "./testing/venue_words.ts";
import { Stage } from "./testing/stage.ts";

/** A bot with a long position, an order placed by hand, and a resting short. */
async function openStage(): Promise<Stage> {
  const stage = await new Stage().open();
  await stage.moveTo(649.9);
  await stage.exchange.account.placeOrders([{
    symbol: "BNB/USDT:USDT",
    clientOrderId: "by-hand-1",
    positionSide: "short",
    orderSide: "sell",
    purpose: "entry",
    price: 670,
    size: 0.1,
    postOnly: false,
  }]);
  await stage.settle();
  return stage;
}

const EXPECTED: Readonly<Record<StopPolicy, readonly string[]>> = {
  "keep_take_profits": [
    "long take_profit 0.05 @ 652.59",
    "short foreign 0.1 @ 670",
  ],
  "cancel_orders": ["short foreign 0.1 @ 670"],
  "close_positions": ["short foreign 0.1 @ 670"],
};

for (const [policy, expected] of Object.entries(EXPECTED)) {
  const stopPolicy = policy as StopPolicy;

  Deno.test(`createRunner() stops by ${policy} and leaves manual orders alone (I7)`, async () => {
    await using stage = await openStage();
    stage.bot.desire({ desiredState: "stopped", stopPolicy });
    stage.runner.wake();
    await stage.until("the end", () => stage.end !== null);
    assert.deepEqual(stage.end, { kind: "stopped" });
    assert.deepEqual(stage.resting, expected);
    assert.equal(stage.bot.row.status, "stopped");
    assert.equal(stage.bot.row.acknowledgedVersion, 2);
    const held = stopPolicy === "close_positions" ? 0 : 0.05;
    assert.equal(stage.exchange.account.sizeOf("long"), held);
    const isFundingTold = stage.events.includes("funding_recorded_later");
    assert.equal(isFundingTold, held > 0);
    const live = [...stage.bot.orders.values()].filter((order) =>
      !["filled", "canceled", "rejected"].includes(order.status)
    );
    assert.equal(live.length, expected.length - 1, "rows say the same");
  });

  Deno.test(`createRunner() stops by ${policy} right after a take-over`, async () => {
    await using stage = await openStage();
    stage.kill();
    await stage.settle();
    stage.bot.desire({ desiredState: "stopped", stopPolicy });
    stage.claimAgain();
    stage.runner.start();
    await stage.until("the end", () => stage.end !== null);
    assert.deepEqual(stage.end, { kind: "stopped" });
    assert.deepEqual(stage.resting, expected);
  });
}

Deno.test("createRunner() stopped leaves no row open of an order that never arrived", async () => {
  await using stage = new Stage();
  const { account } = stage.exchange;
  account.fateOf = () => "request_lost";
  stage.runner.start();
  await stage.until("orders to leave", () => account.placed.length === 2);
  stage.kill();
  await stage.settle();
  stage.bot.desire({ desiredState: "stopped", stopPolicy: "cancel_orders" });
  stage.claimAgain();
  stage.runner.start();
  await stage.until("the end", () => stage.end !== null);
  assert.deepEqual(stage.end, { kind: "stopped" });
  assert.deepEqual(
    [...stage.bot.orders.values()].map(({ status }) => status),
    ["canceled", "canceled"],
  );
});

Deno.test("createRunner() stops without a price and with the private socket down", async () => {
  await using stage = await openStage();
  stage.isSilent = true;
  stage.exchange.account.disconnect();
  await stage.pass(10_000);
  stage.bot.desire({ desiredState: "stopped", stopPolicy: "close_positions" });
  stage.runner.wake();
  await stage.until("the end", () => stage.end !== null);
  assert.deepEqual(stage.resting, ["short foreign 0.1 @ 670"]);
  assert.equal(stage.exchange.account.sizeOf("long"), 0);
});

Deno.test("createRunner() tries a stop until it is true", async () => {
  await using stage = await openStage();
  const { account } = stage.exchange;
  account.fateOf = () => refusal("position_too_small", "rejected");
  stage.bot.desire({ desiredState: "stopped", stopPolicy: "close_positions" });
  stage.runner.wake();
  await stage.pass(20_000);
  assert.equal(stage.bot.row.status, "stopping");
  assert.equal(account.sizeOf("long"), 0.05);
  account.fateOf = () => "answer_lost";
  await stage.until("the end", () => stage.end !== null);
  assert.equal(account.sizeOf("long"), 0);
  assert.equal(stage.bot.row.status, "stopped");
});

Deno.test("createRunner() stops a bot whose configuration cannot be read", async () => {
  await using stage = await openStage();
  stage.kill();
  await stage.settle();
  stage.bot.row = { ...stage.bot.row, config: { nonsense: true } };
  stage.bot.desire({ desiredState: "stopped", stopPolicy: "close_positions" });
  stage.claimAgain();
  stage.runner.start();
  await stage.until("the end", () => stage.end !== null);
  assert.deepEqual(stage.end, { kind: "stopped" });
  assert.equal(stage.exchange.account.sizeOf("long"), 0);
});

Deno.test("createRunner() goes on when the trader changes their mind while it stops", async () => {
  await using stage = await openStage();
  const { account } = stage.exchange;
  account.fateOf = () => refusal("position_too_small", "rejected");
  stage.bot.desire({ desiredState: "stopped", stopPolicy: "close_positions" });
  stage.runner.wake();
  await stage.pass(3_000);
  account.fateOf = () => "answer";
  stage.bot.desire({ desiredState: "running" });
  stage.runner.wake();
  await stage.until("it to run", () => stage.bot.row.status === "running");
  await stage.until("its orders", () => stage.resting.length === 4);
  assert.equal(stage.bot.row.acknowledgedVersion, 3);
});

Deno.test("createRunner() says stopped for the newest intent only: what it asks for is done first", async () => {
  await using stage = await openStage();
  const { account } = stage.exchange;
  const { fetchBalance } = account;
  stage.bot.desire({
    desiredState: "stopped",
    stopPolicy: "keep_take_profits",
  });
  account.fetchBalance = () => {
    // The last question of a look around: the trader asks for more meanwhile.
    if (account.live.length === 2 && stage.bot.row.desiredVersion === 2) {
      stage.bot.desire({
        desiredState: "stopped",
        stopPolicy: "close_positions",
      });
    }
    return fetchBalance.call(account);
  };
  stage.runner.wake();
  await stage.until("the end", () => stage.end !== null);
  assert.equal(stage.bot.row.desiredVersion, 3);
  assert.equal(stage.bot.row.acknowledgedVersion, 3);
  assert.equal(account.sizeOf("long"), 0, "closed before it was told done");
  assert.deepEqual(
    stage.bot.statuses.filter((status) => status === "stopped").length,
    1,
  );
});

for (const stopPolicy of ["close_positions", "cancel_orders"] as const) {
  Deno.test(`createRunner() has not stopped by ${stopPolicy} before it knows what a canceled entry had filled`, async () => {
    await using stage = await new Stage({
      row: {
        strategy: "range_grid",
        config: {
          lowerPrice: 640,
          upperPrice: 660,
          levels: 10,
          investment: 66,
          leverage: 5,
        },
      },
      balance: "3000",
    }).open();
    const { account } = stage.exchange;
    const { fetchOrder, fetchFills, fetchPositions } = account;
    const then = await account.fetchOpenOrders();
    // A part of an entry fills, and neither a push nor REST shows it yet.
    account.holdsPushes = true;
    stage.exchange.liquidity = 0.01;
    stage.exchange.tick(647.9);
    stage.exchange.liquidity = null;
    account.fetchOrder = (_symbol, id) =>
      Promise.resolve(then.find((o) => o.clientOrderId === id) ?? null);
    account.fetchFills = () => Promise.resolve([]);
    account.fetchPositions = () => Promise.resolve([]);
    stage.bot.desire({ desiredState: "stopped", stopPolicy });
    stage.runner.wake();
    await stage.pass(20_000);
    assert.equal(account.live.length, 0);
    assert.equal(account.sizeOf("long"), 0.01);
    assert.equal(stage.bot.row.status, "stopping");
    Object.assign(account, { fetchOrder, fetchFills, fetchPositions });
    account.releasePushes();
    await stage.until("the end", () => stage.end !== null);
    const isClosed = stopPolicy === "close_positions";
    assert.equal(account.sizeOf("long"), isClosed ? 0 : 0.01);
    const partial = [...stage.bot.orders.values()]
      .filter((o) => o.purpose === "entry" && o.filledSize > 0);
    assert.deepEqual(partial.map((o) => o.filledSize), [0.01]);
  });
}

Deno.test("createRunner() has not closed a leg its ledger was in doubt about", async () => {
  await using stage = await openStage();
  stage.kill();
  await stage.settle();
  const state = stage.bot.state as { readonly ledger: Ledger };
  stage.bot.state = { ...state, ledger: { ...state.ledger, long: null } };
  stage.bot.desire({ desiredState: "stopped", stopPolicy: "close_positions" });
  stage.claimAgain();
  stage.runner.start();
  await stage.pass(10_000);
  assert.equal(stage.bot.row.status, "stopping");
  await stage.until("the end", () => stage.end !== null);
  assert.equal(stage.exchange.account.sizeOf("long"), 0);
});

Deno.test("createRunner() counts what filled before a stop that found no price", async () => {
  for (const config of [undefined, { nonsense: 1 }]) {
    await using stage = await new Stage({ balance: "5000" }).open();
    stage.kill();
    await stage.moveTo(649.5); // the long leg opens, and nobody is there
    const { quote } = stage.exchange;
    stage.exchange.quote = () => null;
    stage.bot.desire({ desiredState: "stopped", stopPolicy: "cancel_orders" });
    const { row } = stage.bot;
    stage.bot.row = { ...row, config: config ?? row.config };
    stage.claimAgain();
    stage.runner.start();
    await stage.until("the stop", () => stage.end !== null);
    stage.exchange.quote = quote;
    stage.bot.row = { ...stage.bot.row, config: row.config };
    stage.bot.desire({ desiredState: "running" });
    await stage.takeOver();
    await stage.pass(2_000);
    assert.ok(
      stage.resting.some((order) => order.startsWith("long take_profit")),
      `${stage.resting}`,
    );
  }
});
