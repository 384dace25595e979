import assert from "node:assert/strict";
import { slotKey } from "@core/mod.ts";
import type { AccountEvent } from "@engine/exchange/port.ts";
import { refusal } from "./testing/venue_words.ts";
import { Stage } from "./testing/stage.ts";

const OPEN = ["long open 0.05 @ 649.99", "short open 0.05 @ 650.01"];

Deno.test("createRunner() opens both legs, says running and acknowledges", async () => {
  await using stage = await new Stage().open();
  assert.deepEqual(stage.resting, OPEN);
  const { row } = stage.bot;
  assert.deepEqual(
    [row.status, row.acknowledgedVersion, row.runningConfigVersion],
    ["running", 1, 1],
  );
  assert.deepEqual(stage.bot.statuses, ["starting", "running"]);
  assert.equal(stage.exchange.account.state.leverage.get("BNBUSDT"), 20);
});

Deno.test("createRunner() answers a fill with take-profit and entry, intents first", async () => {
  await using stage = await new Stage().open();
  const { account } = stage.exchange;
  const before = account.placed.length;
  const [reads, placements] = [account.reads, account.placements];
  await stage.moveTo(649.9);
  assert.equal(account.reads, reads, "nothing is asked on the way");
  assert.equal(account.placements, placements + 1, "one request for both");
  assert.deepEqual(stage.resting, [
    "long entry 0.05 @ 646.09",
    "long take_profit 0.05 @ 652.59",
    "short open 0.05 @ 650.01",
  ]);
  assert.equal(stage.exchange.account.placed.length - before, 2);
  const [fill] = stage.bot.fills.values();
  assert.equal(fill?.slot?.purpose, "open");
  assert.equal(stage.bot.metrics?.longSize, 0.05);
});

Deno.test("createRunner() writes the figures of a fill anew when average price and wallet are told", async () => {
  await using stage = await new Stage().open();
  const { account } = stage.exchange;
  const figures = () => stage.bot.metrics;
  account.holdsPushes = true;
  await stage.moveTo(649.9);
  account.releaseOnly("order", "fill");
  account.holdsPushes = true; // what follows from the bot's answer waits
  await stage.settle();
  assert.equal(figures()?.longSize, 0.05);
  assert.equal(figures()?.unrealizedPnl, null);
  const tell = async (event: AccountEvent) => {
    account.holdsPushes = false;
    account.tell(event);
    account.holdsPushes = true;
    await stage.settle();
  };
  const positions = await account.fetchPositions();
  await tell({ kind: "positions", positions });
  assert.equal(figures()?.longEntryPrice?.toFixed(2), "649.99");
  assert.equal(figures()?.unrealizedPnl?.toFixed(4), "-0.0045");
  const balance = await account.fetchBalance();
  assert.notEqual(figures()?.equity?.toFixed(6), balance.equity.toFixed(6));
  await tell({ kind: "balance", balance });
  assert.equal(figures()?.equity?.toFixed(6), balance.equity.toFixed(6));
});

Deno.test("createRunner() keeps its orders through a month of noise: at most 3 placed a fill, books equal the exchange's", async () => {
  await using stage = await new Stage({ balance: "3000" }).open();
  let seed = 7;
  const random = () => (seed = seed * 48_271 % 2_147_483_647) / 2_147_483_647;
  const account = stage.exchange.account;
  for (let i = 0; i < 1_500; i++) {
    const drift = (650 - stage.price) * 0.01;
    const price = stage.price + drift + (random() - 0.5) * 4;
    await stage.moveTo(Math.round(price * 100) / 100);
    const slots = account.live.map((order) => {
      const row = stage.bot.orders.get(order.clientOrderId);
      assert.ok(row !== undefined, "an order without a committed intent");
      return slotKey(row);
    });
    assert.equal(new Set(slots).size, slots.length, "I1");
  }
  await stage.pass(12_000);
  const fills = account.state.fills;
  assert.ok(fills.length > 200, `${fills.length} fills`);
  assert.deepEqual(
    [...stage.bot.fills.keys()].toSorted(),
    fills.map((fill) => fill.tradeId).toSorted(),
    "I4",
  );
  assert.ok([...stage.bot.fills.values()].every((f) => f.slot !== null));
  assert.equal(stage.bot.metrics?.longSize, account.sizeOf("long"), "I2");
  assert.equal(stage.bot.metrics?.shortSize, account.sizeOf("short"), "I2");
  const perFill = account.placed.length / fills.length;
  assert.ok(perFill <= 3, `${perFill} orders placed a fill`);
  assert.ok(account.sizeOf("long") <= 1.05 && account.sizeOf("short") <= 1.05);
});

Deno.test("createRunner() pauses a leg that grew too large and resumes below T", async () => {
  await using stage = await new Stage({
    config: { maxEntryMultiplier: 6 },
  }).open();
  for (let price = 650; price > 620; price -= 0.5) await stage.moveTo(price);
  const long = stage.exchange.account.sizeOf("long");
  assert.equal(long, 0.35, "T = 0.30, and one entry beyond it");
  assert.ok(!stage.resting.some((order) => order.startsWith("long entry")));
  assert.ok(stage.events.includes("entries_paused"));
  const frozen = stage.resting.find((o) => o.startsWith("long take_profit"));
  for (let price = 620; price > 610; price -= 0.5) await stage.moveTo(price);
  assert.ok(stage.resting.includes(frozen ?? ""), "it stays where it is");
  for (let price = 610; price < 640; price += 0.5) await stage.moveTo(price);
  assert.ok(stage.events.includes("entries_paused_over"));
  assert.ok(stage.exchange.account.sizeOf("long") < 0.3, "it has filled");
});

Deno.test("createRunner() finds an order whose answer was lost and does not double it", async () => {
  const stage = new Stage();
  stage.exchange.account.fateOf = () => "answer_lost";
  await using _ = stage;
  await stage.open();
  await stage.pass(3_000);
  assert.deepEqual(stage.resting, OPEN);
  assert.equal(stage.exchange.account.placed.length, 2);
});

Deno.test("createRunner() sends an order that never arrived again under the same id", async () => {
  const stage = new Stage();
  const account = stage.exchange.account;
  account.fateOf = () => account.placed.length > 2 ? "answer" : "request_lost";
  await using _ = stage;
  await stage.open();
  await stage.pass(5_000);
  assert.deepEqual(stage.resting, OPEN);
  const ids = account.placed.map((order) => order.clientOrderId);
  assert.deepEqual(new Set(ids).size, 2, ids.join());
});

Deno.test("createRunner() backs off a refused order for a minute, doubling, and says so", async () => {
  const stage = new Stage();
  const account = stage.exchange.account;
  account.fateOf = (order) =>
    order.positionSide === "long"
      ? refusal("insufficient_margin", "rejected")
      : "answer";
  await using _ = stage;
  await stage.open();
  const tries = () =>
    account.placed.filter((order) => order.positionSide === "long").length;
  assert.equal(tries(), 1);
  await stage.pass(59_000);
  assert.equal(tries(), 1, "not before a minute");
  await stage.pass(20_000);
  assert.equal(tries(), 2);
  await stage.pass(110_000);
  assert.equal(tries(), 2, "not before two minutes more");
  assert.ok(stage.resting.includes("short open 0.05 @ 650.01"));
  const refused = [...stage.bot.orders.values()].find((order) =>
    order.status === "rejected"
  );
  assert.equal(refused?.rejectCode, "test_insufficient_margin");
  assert.ok(stage.events.includes("order_rejected"));
  account.fateOf = () => "answer";
  await stage.until("the leg to open", () => stage.resting.length === 2);
});

Deno.test("createRunner() keeps its id while the exchange asks it to wait", async () => {
  const stage = new Stage();
  const account = stage.exchange.account;
  account.fateOf = () =>
    account.placed.length > 4 ? "answer" : refusal("throttled", "retryable");
  await using _ = stage;
  await stage.open();
  await stage.pass(10_000);
  assert.deepEqual(stage.resting, OPEN);
  assert.equal(stage.bot.orders.size, 2, "no row a try");
});

Deno.test("createRunner() places and cancels nothing on a stale price, and says so", async () => {
  await using stage = await new Stage().open();
  await stage.moveTo(649.9);
  const { account } = stage.exchange;
  const before = [account.placed.length, account.canceled.length];
  stage.isSilent = true;
  await stage.pass(20_000);
  assert.equal(stage.bot.statusCode, "price_stale");
  assert.deepEqual([account.placed.length, account.canceled.length], before);
  assert.ok(stage.events.includes("price_stale"));
  stage.isSilent = false;
  await stage.until("it to be over", () => stage.bot.statusCode === null);
  assert.ok(stage.events.includes("price_stale_over"));
});

Deno.test("createRunner() asks the exchange after a reconnect before it acts", async () => {
  await using stage = await new Stage().open();
  const { account } = stage.exchange;
  account.disconnect();
  await stage.pass(2_000);
  assert.equal(stage.bot.statusCode, "private_socket_down");
  const before = account.placed.length;
  await stage.moveTo(649.9);
  await stage.pass(2_000);
  assert.equal(account.placed.length, before, "nothing while it is down");
  account.reconnect();
  await stage.settle();
  await stage.pass(200);
  assert.equal(stage.bot.fills.size, 1);
  assert.ok(stage.resting.includes("long take_profit 0.05 @ 652.59"));
  assert.ok(stage.resting.includes("long entry 0.05 @ 646.09"));
  assert.equal(account.placed.length, before + 2);
});

Deno.test("createRunner() goes on where a killed one stopped, without doubling", async () => {
  await using stage = await new Stage().open();
  const { account } = stage.exchange;
  await stage.moveTo(649.9);
  const resting = stage.resting;
  const placed = account.placed.length;
  stage.kill();
  await stage.settle();
  await stage.takeOver();
  assert.deepEqual(stage.resting, resting);
  assert.equal(account.placed.length, placed);
  // And once more, with a fill nobody saw.
  stage.kill();
  await stage.settle();
  await stage.moveTo(646);
  await stage.takeOver();
  await stage.pass(500);
  assert.ok(stage.resting.includes("long take_profit 0.05 @ 648.68"));
  assert.ok(stage.resting.includes("long entry 0.05 @ 642.21"));
  assert.equal(stage.bot.fills.size, 2);
  assert.ok([...stage.bot.fills.values()].every((fill) => fill.slot !== null));
});

Deno.test("createRunner() looks up what a killed one had committed and maybe sent", async () => {
  for (const fate of ["answer_lost", "request_lost"] as const) {
    const stage = new Stage();
    const { account } = stage.exchange;
    account.fateOf = () => fate;
    await using _ = stage;
    stage.runner.start();
    await stage.until("orders to leave", () => account.placed.length === 2);
    stage.kill();
    await stage.settle();
    account.fateOf = () => "answer";
    await stage.takeOver();
    await stage.pass(1_000);
    assert.deepEqual(stage.resting, OPEN, fate);
    assert.equal(stage.bot.orders.size, 2, fate);
  }
});

Deno.test("createRunner() ends fenced when another engine has claimed the bot", async () => {
  await using stage = await new Stage().open();
  const first = stage.runner;
  stage.bot.claim(() => stage.clock.nowMs());
  const placed = stage.exchange.account.placed.length;
  await stage.moveTo(649.9);
  assert.deepEqual(await first.ended, { kind: "fenced" });
  assert.equal(stage.exchange.account.placed.length, placed, "I6");
});

Deno.test("createRunner() released leaves every order where it is", async () => {
  const stage = await new Stage().open();
  await stage.moveTo(649.9);
  const resting = stage.resting;
  await stage.runner.stop();
  await stage.runner.stop();
  assert.deepEqual(await stage.runner.ended, { kind: "released" });
  assert.deepEqual(stage.resting, resting);
  assert.equal(stage.bot.row.status, "running");
});

Deno.test("createRunner() is released also while the database is away", async () => {
  const stage = await new Stage().open();
  stage.store.failure = Object.assign(new Error("gone"), { code: "08006" });
  await stage.runner.stop();
  assert.deepEqual(await stage.runner.ended, { kind: "released" });
});

Deno.test("createRunner() outlives a database that is away for a while", async () => {
  await using stage = await new Stage().open();
  const { account } = stage.exchange;
  stage.store.failure = Object.assign(new Error("gone"), { code: "08006" });
  const before = account.placed.length;
  await stage.moveTo(649.9);
  await stage.pass(60_000);
  assert.equal(account.placed.length, before, "no intent, no order");
  stage.store.failure = null;
  await stage.until("its answer", () => stage.resting.length === 3);
  assert.equal(stage.end, null);
  assert.equal(stage.bot.fills.size, 1);
});

Deno.test("createRunner() stopped before it was started has ended", async () => {
  const stage = new Stage();
  await stage.runner.stop();
  assert.deepEqual(await stage.runner.ended, { kind: "released" });
});

Deno.test("createRunner() asks the exchange for everything after a refusal, and not again until the next", async () => {
  await using stage = await new Stage().open();
  const { account } = stage.exchange;
  account.fateOf = ({ purpose }) =>
    purpose === "take_profit" ? refusal("no_position", "rejected") : "answer";
  const { reads } = account;
  await stage.moveTo(649.9);
  await stage.pass(3_000);
  const looked = account.reads;
  assert.ok(looked > reads, "the books may be wrong");
  await stage.pass(20_000);
  assert.equal(account.reads, looked);
});

Deno.test("createRunner() counts a fill once: duplicates, either order, snapshots in between", async () => {
  await using stage = await new Stage().open();
  const { account } = stage.exchange;
  account.holdsPushes = true;
  stage.exchange.tick(649.9);
  account.holdsPushes = false;
  const [fill] = await account.fetchFills("", 0);
  assert.ok(fill !== undefined);
  // Positions first: the leg waits for its fill instead of opening again.
  account.tell({
    kind: "positions",
    positions: await account.fetchPositions(),
  });
  await stage.settle();
  assert.equal(account.placed.length, 2, "nothing on a contradiction");
  const id =
    [...stage.bot.orders.values()].find((order) =>
      order.positionSide === "long"
    )?.clientOrderId ?? null;
  for (let i = 0; i < 3; i++) {
    account.tell({ kind: "fill", fill: { ...fill, clientOrderId: id } });
  }
  await stage.settle();
  account.releasePushes();
  await stage.pass(3_000);
  assert.equal(stage.bot.metrics?.longSize, 0.05);
  assert.equal(stage.bot.fills.size, 1);
  assert.equal(account.placed.length, 4);
});

Deno.test("createRunner() follows the exchange when a snapshot and the fills go on disagreeing", async () => {
  await using stage = await new Stage().open();
  await stage.moveTo(649.9);
  const { account } = stage.exchange;
  account.tell({ kind: "positions", positions: [] });
  await stage.settle();
  const placed = account.placed.length;
  await stage.pass(2_000);
  assert.equal(account.placed.length, placed, "a false snapshot moves nothing");
  assert.equal(stage.bot.metrics?.longSize, 0.05);
});

Deno.test("createRunner() opens again after a pause when a post-only order would have crossed", async () => {
  await using stage = await new Stage().open();
  const { account } = stage.exchange;
  const order = account.live.find((o) => o.positionSide === "long");
  assert.ok(order !== undefined);
  await account.cancelOrders("", [{
    clientOrderId: order.clientOrderId,
    venueOrderId: null,
  }]);
  await stage.settle();
  assert.equal(stage.resting.length, 1);
  await stage.until("it to open again", () => stage.resting.length === 2);
  assert.ok(!stage.events.includes("order_rejected"));
});

Deno.test("createRunner() never faults on an exchange that is away for a while", async () => {
  await using stage = await new Stage().open();
  const { account } = stage.exchange;
  account.readFailure = refusal("unreachable", "retryable");
  await stage.pass(300_000);
  assert.equal(stage.bot.row.status, "running");
  assert.equal(stage.bot.statusCode, "exchange_unavailable");
  account.readFailure = null;
  await stage.until("it to recover", () => stage.bot.statusCode === null);
  assert.equal(stage.end, null);
});

Deno.test("createRunner() faults with a code and the next step when the key is refused", async () => {
  const stage = new Stage();
  await using _ = stage;
  stage.exchange.account.fateOf = () => refusal("key_invalid", "fatal");
  stage.runner.start();
  await stage.until("the fault", () => stage.end !== null);
  assert.equal(stage.end?.kind, "faulted");
  assert.equal(stage.bot.row.status, "faulted");
  assert.equal(stage.bot.statusCode, "key_invalid");
  assert.match(stage.bot.statusReason ?? "", /new API key/);
  assert.equal(stage.bot.row.acknowledgedVersion, 1);
});

Deno.test("createRunner() switches an empty paper account to hedge mode, never a real one", async () => {
  await using paper = await new Stage({ positionMode: "one_way" }).open();
  assert.equal(paper.exchange.account.state.positionMode, "hedge");
  const real = new Stage({ positionMode: "one_way" });
  await using _ = real;
  real.exchange.account.venue = "bitget";
  real.runner.start();
  await real.until("the fault", () => real.end !== null);
  assert.equal(real.bot.statusCode, "position_mode_one_way");
  assert.equal(real.exchange.account.state.positionMode, "one_way");
});

Deno.test("createRunner() faults on a configuration the market refuses", async () => {
  for (
    const [config, code] of [
      [{ baseSize: 0.004 }, "size_below_minimum"],
      [{ leverage: 100 }, "leverage_out_of_range"],
      [{ gridSpacing: 2 }, "config_invalid"],
    ] as const
  ) {
    const stage = new Stage({ config });
    await using _ = stage;
    stage.runner.start();
    await stage.until("the fault", () => stage.end !== null);
    assert.equal(stage.bot.statusCode, code);
    assert.equal(stage.exchange.account.placed.length, 0);
  }
});

Deno.test("createRunner() takes a changed configuration over and acknowledges its version", async () => {
  await using stage = await new Stage().open();
  await stage.moveTo(649.9);
  stage.bot.row = {
    ...stage.bot.row,
    config: { baseSize: 0.05, leverage: 10, gridSpacing: 0.012 },
    configVersion: 2,
  };
  stage.runner.wake();
  await stage.settle();
  assert.ok(stage.resting.includes("long entry 0.05 @ 642.19"));
  assert.equal(stage.bot.row.runningConfigVersion, 2);
  assert.equal(stage.exchange.account.state.leverage.get("BNBUSDT"), 10);
  stage.bot.row = { ...stage.bot.row, config: {}, configVersion: 3 };
  stage.runner.wake();
  await stage.settle();
  assert.equal(stage.bot.row.runningConfigVersion, 2);
  assert.ok(stage.events.includes("config_refused"));
  assert.equal(stage.end, null);
});

Deno.test("createRunner() rebuilds a lost state from the bot's own orders", async () => {
  await using stage = await new Stage().open();
  await stage.moveTo(649.9);
  await stage.moveTo(646);
  const resting = stage.resting;
  stage.kill();
  await stage.settle();
  stage.bot.state = null;
  await stage.takeOver();
  await stage.pass(500);
  assert.deepEqual(stage.resting, resting);
});

Deno.test("createRunner() leaves a position alone that is not the bot's", async () => {
  const stage = new Stage();
  await using _ = stage;
  const { account } = stage.exchange;
  await account.placeOrders([{
    symbol: "BNB/USDT:USDT",
    clientOrderId: "by-hand-1",
    positionSide: "long",
    orderSide: "buy",
    purpose: "open",
    price: null,
    size: 0.2,
    postOnly: false,
  }]);
  await stage.open();
  assert.deepEqual(stage.resting, ["short open 0.05 @ 650.01"]);
  assert.equal(stage.bot.statusCode, "position_unexplained");
});
