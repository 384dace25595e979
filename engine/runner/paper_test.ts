import assert from "node:assert/strict";
import type { AsGridConfigInput } from "@core/mod.ts";
import { until } from "@engine/exchange/until.ts";
import { MemoryBot } from "@engine/store/memory_bot_store.ts";
import type { BotRow } from "@engine/store/port.ts";
import { Fixture, until as untilRow } from "@engine/store/testing/fixture.ts";
import { openStore, PaperStage } from "@engine/testing/paper_stage.ts";

/** A bot's row for a store in memory. */
function createBotRow(
  config: Partial<AsGridConfigInput> = {},
  id: string = crypto.randomUUID(),
): BotRow {
  return {
    id,
    userId: "user",
    exchangeKeyId: "key",
    name: "Demo",
    symbol: "BNB/USDT:USDT",
    strategy: "as_grid",
    config: { baseSize: 0.05, leverage: 20, ...config },
    configVersion: 1,
    runningConfigVersion: null,
    desiredState: "running",
    desiredVersion: 1,
    acknowledgedVersion: 0,
    stopPolicy: "keep_take_profits",
    status: "idle",
    claimEpoch: 0,
    startedAtMs: null,
  };
}

const JULY = `${import.meta.dirname}/../../../shared/klines/` +
  "BNBUSDT-1m-2025-07.csv";

function exists(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

Deno.test("createRunner() lives a bot's life on the paper exchange and Postgres", async () => {
  await using fixture = await Fixture.open();
  await using stage = await PaperStage.open({ isPaused: true, limits: false });
  const { control } = stage.paper;
  control.setPrice("BNBUSDT", 649.99);
  control.setPrice("BNBUSDT", 650);
  const prices = setInterval(
    () => control.setPrice("BNBUSDT", control.price("BNBUSDT")),
    500,
  );
  const { id } = await fixture.addBot({
    config: { baseSize: 0.05, leverage: 20 },
  });
  await using opened = await openStore(fixture, id);
  const { store } = opened;
  const bot = await store.loadBot();
  await using runner = stage.createRunner(bot, store);
  runner.start();
  const books = () => control.books(stage.keys.uid);
  const status = async () =>
    (await fixture.admin`select status from public.bots where id = ${id}`)[0]
      ?.status;
  await untilRow("running", async () => await status() === "running");
  await until("both openings", () => books().openOrders.length === 2);
  control.setPrice("BNBUSDT", 649.8);
  await until("its answer", () => books().openOrders.length === 3);
  control.kickSockets();
  control.setPrice("BNBUSDT", 645);
  await until("the fill nobody was told of", () => books().fills.length === 2);
  await until("to be up again", () => stage.account.connected);
  await untilRow("both fills' rows", async () => {
    const rows = await fixture.admin`
      select purpose from public.fills where bot_id = ${id}
      order by filled_at`;
    return rows.map((row) => String(row.purpose)).join() === "open,entry";
  });
  await until("new orders", () => books().openOrders.length === 3);
  await fixture.admin`
    update public.bots set desired_state = 'stopped',
      stop_policy = 'close_positions', desired_version = desired_version + 1
    where id = ${id}`;
  runner.wake();
  assert.deepEqual(await runner.ended, { kind: "stopped" });
  assert.deepEqual(books().openOrders, []);
  assert.deepEqual(books().positions, []);
  assert.equal(await status(), "stopped");
  const rows = await fixture.admin`
    select venue_trade_id from public.fills where bot_id = ${id}`;
  assert.deepEqual(
    rows.map((row) => String(row.venue_trade_id)).toSorted(),
    books().fills.map((fill) => String(fill.tradeId)).toSorted(),
    "to the trade id",
  );
  const [metrics] = await fixture.admin`
    select fills_count, long_size from public.bot_metrics where bot_id = ${id}`;
  assert.equal(Number(metrics?.long_size), 0);
  clearInterval(prices);
});

/** Lets a bot trade until twelve fills, and its books follow. @returns The exchange's. */
async function tradeTwelve(stage: PaperStage, bot: MemoryBot) {
  const store = bot.claim(() => Date.now());
  await using runner = stage.createRunner(bot.row, store);
  runner.start();
  const { control } = stage.paper;
  const books = () => control.books(stage.keys.uid);
  await until("twelve fills", () => books().fills.length >= 12, 60_000);
  control.pause();
  await until(
    "its books to follow",
    () => bot.fills.size === books().fills.length,
  );
  await runner.stop();
  return books();
}

Deno.test({
  name:
    "createRunner() stays right while real minutes are replayed 20,000 times faster",
  ignore: !exists(JULY),
  async fn() {
    await using stage = await PaperStage.open({
      prices: `csv:${JULY}`,
      speed: 20_000,
    });
    const bot = new MemoryBot(createBotRow());
    const { fills, finishedOrders, openOrders } = await tradeTwelve(stage, bot);
    const placed = finishedOrders.length + openOrders.length;
    assert.ok(
      placed / fills.length <= 3,
      `${placed} orders placed for ${fills.length} fills`,
    );
    assert.deepEqual(
      [...bot.fills.keys()].toSorted(),
      fills.map((fill) => String(fill.tradeId)).toSorted(),
    );
    assert.ok([...bot.fills.values()].every((fill) => fill.slot !== null));
    assert.equal(bot.row.status, "running");
    for (const event of bot.events) assert.notEqual(event.level, "error");
  },
});

/** Lines 640, 642 … 660; 0.05 an interval. */
const RANGE = {
  lowerPrice: 640,
  upperPrice: 660,
  levels: 10,
  investment: 66,
  leverage: 5,
};

Deno.test("createRunner() lives a range grid's life on the paper exchange and Postgres", async () => {
  await using fixture = await Fixture.open();
  await using stage = await PaperStage.open({ isPaused: true, limits: false });
  const { control } = stage.paper;
  control.setPrice("BNBUSDT", 650.99);
  control.setPrice("BNBUSDT", 651);
  const prices = setInterval(
    () => control.setPrice("BNBUSDT", control.price("BNBUSDT")),
    500,
  );
  const { id } = await fixture.addBot({
    strategy: "range_grid",
    config: { ...RANGE, direction: "long" },
  });
  await using opened = await openStore(fixture, id);
  const { store } = opened;
  await using runner = stage.createRunner(await store.loadBot(), store);
  runner.start();
  const books = () => control.books(stage.keys.uid);
  const resting = () =>
    books().openOrders.map((order) => Number(order.price))
      .toSorted((a, b) => a - b);
  const open = [640, 642, 644, 646, 648];
  await until(
    "the opening position and its grid",
    () => resting().length === 10,
  );
  const exits = [652, 654, 656, 658, 660];
  assert.deepEqual(resting(), [...open, ...exits]);
  control.setPrice("BNBUSDT", 645.5);
  await until(
    "two entries' exits",
    () => resting().join() === [640, 642, 644, 648, 650, ...exits].join(),
  );
  control.kickSockets();
  control.setPrice("BNBUSDT", 650.5);
  await until("the fills nobody was told of", () => books().fills.length === 5);
  await until("to be up again", () => stage.account.connected);
  await until(
    "the grid as it began",
    () => resting().join() === [...open, ...exits].join(),
  );
  const stateRow = async () => {
    const [row] = await fixture.admin`
      select state from public.bot_states where bot_id = ${id}`;
    return row?.state;
  };
  await untilRow(
    "two closed pairs",
    async () => (await stateRow())?.pairs?.count === 2,
  );
  await fixture.admin`
    update public.bots set desired_state = 'stopped',
      stop_policy = 'close_positions', desired_version = desired_version + 1
    where id = ${id}`;
  runner.wake();
  assert.deepEqual(await runner.ended, { kind: "stopped" });
  assert.deepEqual(books().openOrders, []);
  assert.deepEqual(books().positions, []);
  const recorded = await fixture.admin`
    select venue_trade_id from public.fills where bot_id = ${id}`;
  assert.deepEqual(
    recorded.map((row) => String(row.venue_trade_id)).toSorted(),
    books().fills.map((fill) => String(fill.tradeId)).toSorted(),
    "to the trade id",
  );
  clearInterval(prices);
});

Deno.test({
  name:
    "createRunner() keeps a range grid of 60 intervals right while real minutes are replayed 20,000 times faster",
  ignore: !exists(JULY),
  async fn() {
    await using stage = await PaperStage.open({
      prices: `csv:${JULY}`,
      speed: 20_000,
    });
    const price = stage.paper.control.price("BNBUSDT");
    const bot = new MemoryBot({
      ...createBotRow(),
      strategy: "range_grid",
      config: {
        lowerPrice: Math.round(price * 0.94),
        upperPrice: Math.round(price * 1.06),
        levels: 60,
        investment: 500,
        leverage: 10,
      },
    });
    const { fills, finishedOrders, openOrders } = await tradeTwelve(stage, bot);
    const placed = finishedOrders.length + openOrders.length;
    assert.ok(
      placed - 60 <= 1.5 * fills.length,
      `${placed} orders placed for ${fills.length} fills`,
    );
    const levels = openOrders.map((order) =>
      bot.orders.get(String(order.clientOid))?.level
    );
    assert.equal(new Set(levels).size, levels.length, "one an interval");
    assert.ok([...bot.fills.values()].every((fill) => fill.slot !== null));
    assert.equal(bot.row.status, "running");
    for (const event of bot.events) assert.notEqual(event.level, "error");
  },
});
