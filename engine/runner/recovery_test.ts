import assert from "node:assert/strict";
import { slotKey } from "@core/mod.ts";
import { REST_BEHIND_MS_MAX } from "./position_book.ts";
import { refusal } from "./testing/venue_words.ts";
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

Deno.test("createRunner() ends the row of an order that never arrived when REST must have shown it, and waits for no audit", async () => {
  await using stage = new Stage();
  const { account } = stage.exchange;
  account.fateOf = () => "request_lost";
  stage.runner.start();
  await stage.until("orders to leave", () => account.placed.length === 2);
  const lost = account.placed.map((order) => order.clientOrderId);
  stage.kill();
  await stage.settle();
  account.fateOf = () => "answer";
  // Nothing is wanted any more that it could be sent again for.
  stage.bot.row = { ...stage.bot.row, keepsTakeProfitsOnly: true };
  await stage.takeOver();
  const statuses = () =>
    lost.map((id) => stage.bot.orders.get(id)?.status ?? "none");
  await stage.pass(account.arrivesWithinMs + REST_BEHIND_MS_MAX - 5_000);
  assert.deepEqual(statuses(), ["unresolved", "unresolved"]);
  account.disconnect();
  account.reconnect(); // It looks; the next audit is a minute away.
  await stage.pass(10_000);
  assert.deepEqual(statuses(), ["canceled", "canceled"]);
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

Deno.test("createRunner() opens nothing on top of what REST does not show yet after a take-over", async () => {
  await using stage = await new Stage({
    balance: "5000",
    config: { legs: "long" },
  }).open();
  const { account } = stage.exchange;
  await stage.moveTo(649.5); // the long leg opens
  stage.kill();
  await stage.moveTo(653); // its take-profit fills: flat
  const positionsThen = await account.fetchPositions();
  const fillsThen = await account.fetchFills("", 0);
  assert.deepEqual(positionsThen, []);
  await stage.moveTo(646); // and its entry: held again
  assert.equal(account.sizeOf("long"), 0.05);
  const { fetchPositions, fetchFills } = account;
  account.fetchPositions = () => Promise.resolve(positionsThen);
  account.fetchFills = () => Promise.resolve(fillsThen);
  stage.claimAgain();
  stage.runner.start();
  for (let second = 0; second < 60; second++) {
    await stage.pass(1_000);
    assert.ok(
      stage.resting.every((order) => !order.startsWith("long open")),
      `${stage.resting}`,
    );
  }
  assert.equal(account.sizeOf("long"), 0.05);
  Object.assign(account, { fetchPositions, fetchFills });
  await stage.until(
    "the leg to be settled",
    () => stage.resting.some((o) => o.startsWith("long take_profit")),
  );
  assert.equal(stage.bot.metrics?.longSize, 0.05);
});

Deno.test("createRunner() knows an old order's fill for its own where REST leaves our id out (I8)", async () => {
  await using stage = await new Stage({
    balance: "5000",
    config: { legs: "long" },
  }).open();
  await stage.moveTo(649.5); // the long leg opens
  const [opened] = stage.bot.fills.keys();
  await stage.moveTo(653); // its take-profit fills
  await stage.until("an opening", () => stage.resting.length === 1);
  await stage.moveTo(649); // held again
  await stage.until("its orders", () => stage.resting.length === 2);
  stage.kill();
  // What was told behind a gap is lost with the process, its rows are not.
  const late = [...stage.bot.fills].filter(([id]) => id !== opened);
  assert.ok(late.length >= 2, "a take-profit and what followed it");
  for (const [id] of late) stage.bot.fills.delete(id);
  const held = stage.exchange.account.sizeOf("long");
  assert.ok(held > 0);
  const { resting } = stage;
  await stage.takeOver();
  await stage.pass(1_000);
  assert.equal(stage.bot.metrics?.longSize, held);
  assert.deepEqual(stage.resting, resting, "nothing is opened on top");
  for (const [id, { slot, fill }] of late) {
    const again = stage.bot.fills.get(id);
    assert.deepEqual(again?.slot, slot);
    assert.equal(again?.fill.clientOrderId, fill.clientOrderId);
  }
});

Deno.test("createRunner() takes over at once what rows, fills and positions agree on", async () => {
  await using stage = await new Stage({ balance: "5000" }).open();
  await stage.moveTo(649.5);
  const { resting } = stage;
  stage.kill();
  const atMs = stage.clock.nowMs();
  await stage.takeOver();
  await stage.moveTo(653); // the take-profit fills
  await stage.until(
    "the leg to be opened anew",
    () => stage.resting.some((order) => order.startsWith("long open")),
  );
  assert.ok(stage.clock.nowMs() - atMs < 5_000, "no waiting for clarity");
  assert.notDeepEqual(stage.resting, resting);
});

Deno.test("createRunner() counts an order as never filled only when REST must show it", async () => {
  await using stage = await new Stage({
    balance: "5000",
    config: { legs: "long", openRequoteSeconds: 1 },
  });
  const { account } = stage.exchange;
  const { fetchOrder, fetchOpenOrders, fetchPositions, fetchFills } = account;
  account.fateOf = () => "answer_lost";
  account.fetchOrder = () => Promise.resolve(null);
  account.fetchOpenOrders = () => Promise.resolve([]);
  account.fetchPositions = () => Promise.resolve([]);
  account.fetchFills = () => Promise.resolve([]);
  stage.runner.start();
  await stage.until("the opening to arrive", () => account.live.length === 1);
  account.connected = false;
  stage.exchange.tick(649.5); // it fills, and nobody is told
  account.connected = true;
  stage.price = 649.5;
  account.fateOf = () => "answer";
  const placed = account.placed.length;
  await stage.pass(60_000);
  assert.ok(
    account.placed.slice(placed).every((order) =>
      order.clientOrderId === account.placed[0]?.clientOrderId
    ),
    "no other opening leaves",
  );
  Object.assign(account, {
    fetchOrder,
    fetchOpenOrders,
    fetchPositions,
    fetchFills,
  });
  await stage.until(
    "the fill to be known",
    () => stage.resting.some((order) => order.startsWith("long take_profit")),
  );
  assert.equal(account.sizeOf("long"), 0.05);
});

Deno.test("createRunner() adopts no order whose row is finished, and ends it where it lives", async () => {
  await using stage = await new Stage({ balance: "5000" }).open();
  const { account } = stage.exchange;
  const then = await account.fetchOpenOrders();
  await stage.moveTo(649.5);
  await stage.moveTo(653);
  const { fetchOpenOrders } = account;
  account.fetchOpenOrders = async () => [
    ...await fetchOpenOrders.call(account),
    ...then,
  ];
  stage.kill();
  await stage.takeOver();
  await stage.pass(2_000);
  assert.ok(
    stage.logged.every((line) => !line.startsWith("orders_adopted")),
    `${stage.logged}`,
  );
  const [stray] = then;
  assert.ok(account.canceled.includes(stray?.clientOrderId ?? ""));
});

Deno.test("createRunner() ends an order that lives though its row says it was refused (I1)", async () => {
  await using stage = await new Stage({ balance: "5000" }).open();
  const { account } = stage.exchange;
  await stage.moveTo(649.5);
  const { resting } = stage;
  const row = [...stage.bot.orders.values()]
    .find(({ purpose }) => purpose === "take_profit");
  assert.ok(row !== undefined);
  const { clientOrderId } = row;
  stage.kill();
  await stage.settle();
  stage.bot.orders.set(clientOrderId, { ...row, status: "rejected" });
  await stage.takeOver();
  await stage.pass(2_000);
  assert.deepEqual(stage.resting, resting, "one of each, and no other");
  assert.ok(account.canceled.includes(clientOrderId));
});

Deno.test("createRunner() completes a fill that was told without its cost (I9)", async () => {
  await using stage = await new Stage({
    balance: "5000",
    config: { legs: "long" },
  }).open();
  const { account } = stage.exchange;
  account.connected = false;
  stage.exchange.tick(649.5);
  account.connected = true;
  const [fill] = account.state.fills;
  const [known] = await account.fetchFills("", 0);
  assert.ok(fill !== undefined && known !== undefined);
  const { clientOrderId } = fill;
  account.tell({
    kind: "fill",
    fill: { ...known, clientOrderId, fee: null, realizedPnl: null },
  });
  await stage.settle();
  assert.equal(stage.bot.fills.get(fill.tradeId)?.fill.fee, null);
  await stage.pass(65_000); // an audit
  assert.equal(stage.bot.fills.get(fill.tradeId)?.fill.fee, known.fee);
});

Deno.test("createRunner() trades on by a market's new price step", async () => {
  await using stage = await new Stage({
    balance: "5000",
    config: { legs: "long" },
  }).open();
  const { fetchMarket } = stage.exchange;
  stage.exchange.fetchMarket = async (symbol) => ({
    ...await fetchMarket.call(stage.exchange, symbol),
    tickSize: 0.1,
  });
  const { account } = stage.exchange;
  account.fateOf = (order) =>
    Math.abs((order.price ?? 0) * 10 % 1) < 1e-6
      ? "answer"
      : refusal("price_step", "rejected");
  await stage.moveTo(649.5); // opens; the take-profit's price has two decimals
  await stage.pass(5_000);
  const rests = stage.resting.filter((order) => order.startsWith("long"));
  assert.equal(rests.length, 2, `${stage.resting}`);
  assert.ok(stage.logged.some((line) => line.startsWith("market_changed")));
  assert.equal(stage.bot.row.status, "running");
});

Deno.test("createRunner() faults when the position mode was changed under it", async () => {
  await using stage = await new Stage({ balance: "5000" }).open();
  const { account } = stage.exchange;
  account.venue = "bitget";
  account.fateOf = () => refusal("position_mode", "rejected");
  account.fetchPositionMode = () => Promise.resolve("one_way");
  stage.exchange.tick(649.5);
  await stage.until("the fault", () => stage.bot.row.status === "faulted");
  assert.equal(stage.bot.statusCode, "position_mode_one_way");
});

Deno.test("createRunner() finds what filled while a bot was faulted, though it had never recorded a fill (I4)", async () => {
  await using stage = await new Stage({ balance: "5000" }).open();
  const { account } = stage.exchange;
  assert.equal(stage.bot.fills.size, 0);
  account.fetchFills = () => Promise.reject(refusal("key_invalid", "fatal"));
  account.disconnect();
  account.reconnect();
  await stage.until("the fault", () => stage.bot.row.status === "faulted");
  moveUnheard(stage, 649.5); // what rested fills, and nobody is there
  await stage.pass(300_000);
  Reflect.deleteProperty(account, "fetchFills");
  stage.bot.desire({ desiredState: "running" });
  account.readFailure = refusal("away", "retryable");
  stage.claimAgain();
  stage.runner.start(); // the start is stamped, and nothing could be asked
  await stage.until("it to start", () => stage.bot.row.status === "starting");
  stage.kill();
  account.readFailure = null;
  await stage.takeOver();
  await stage.pass(1_000);
  assert.ok(fillsOnExchange(stage).length > 0);
  assert.deepEqual(
    [...stage.bot.fills.keys()].toSorted(),
    fillsOnExchange(stage),
  );
});

Deno.test("createRunner() finds a funding payment that was told after a newer one (I3)", async () => {
  await using stage = await new Stage({ balance: "5000" }).open();
  const { account } = stage.exchange;
  await stage.moveTo(649.5); // a leg is held
  const atMs = stage.clock.nowMs();
  const older = { billId: "1", amount: "-0.01", atMs: atMs + 60_000 };
  const newer = { billId: "2", amount: "-0.02", atMs: atMs + 240_000 };
  let shown = [newer];
  account.fetchFundingPayments = (_symbol, sinceMs) =>
    Promise.resolve(shown.filter((payment) => payment.atMs >= sinceMs));
  await stage.until("the newer one", () => stage.bot.funding.size === 1);
  stage.kill();
  shown = [older, newer];
  await stage.takeOver();
  await stage.pass(1_000);
  assert.deepEqual([...stage.bot.funding.keys()].toSorted(), ["1", "2"]);
});
