import assert from "node:assert/strict";
import { placeOrder } from "@core/matching/mod.ts";
import { BNB, UID } from "@core/matching/testing.ts";
import type { VenueFill } from "@core/mod.ts";
import { EarlyRows } from "./early_rows.ts";
import { Stage } from "./testing/stage.ts";
import { refusal } from "./testing/venue_words.ts";

/** A bot whose long leg has opened and whose pass waits to answer that. */
class WaitingStage extends Stage {
  readonly #gate = Promise.withResolvers<void>();
  /** Trade ids in the order they were written, again where written again. */
  readonly written: string[] = [];

  constructor() {
    super({ balance: "5000" });
  }

  async wait(): Promise<this> {
    await this.open();
    const { store, written } = this;
    const { recordFills } = store;
    store.recordFills = (records) => {
      written.push(...records.map(({ fill }) => fill.venueTradeId));
      recordFills.call(store, records);
    };
    const { account } = this.exchange;
    account.gate = this.#gate.promise;
    const { placements } = account;
    await this.moveTo(649.9);
    assert.equal(account.placements, placements + 1, "the pass waits");
    return this;
  }

  /** The rate limit lets the pass go on. */
  async goOn(): Promise<void> {
    this.exchange.account.gate = Promise.resolve();
    this.#gate.resolve();
    await this.settle();
  }

  /** Trade ids as the exchange counted them, oldest first. */
  get traded(): string[] {
    return this.exchange.account.state.fills.map((fill) => fill.tradeId);
  }
}

Deno.test("createRunner() gives a fill its row while a pass waits for the rate limit, and counts it after", async () => {
  await using stage = await new WaitingStage().wait();
  await stage.moveTo(650.1); // the short leg opens
  assert.equal(stage.traded.length, 2);
  assert.deepEqual(stage.written, stage.traded);
  assert.deepEqual(
    [...stage.bot.fills.values()].map(({ slot }) => slot?.positionSide),
    ["long", "short"],
  );
  assert.equal(stage.resting.length, 0, "nothing is answered yet");
  await stage.goOn();
  assert.equal(stage.bot.metrics?.shortSize, 0.05);
  assert.equal(stage.resting.length, 4, "both legs are answered");
  await stage.pass(120_000); // audits tell them again
  assert.deepEqual(stage.written, stage.traded, "no row is written twice");
});

Deno.test("createRunner() gives no fill a row past a gap that is not closed", async () => {
  await using stage = await new WaitingStage().wait();
  const { account } = stage.exchange;
  account.disconnect();
  account.reconnect();
  await stage.moveTo(650.1);
  assert.equal(stage.traded.length, 2);
  assert.deepEqual(stage.written, stage.traded.slice(0, 1));
  await stage.goOn();
  await stage.pass(1_000);
  assert.deepEqual(stage.written, stage.traded);
});

Deno.test("createRunner() gives no fill a row while what was missed cannot be asked for", async () => {
  await using stage = await new Stage({ balance: "5000" }).open();
  const { account } = stage.exchange;
  account.readFailure = refusal("away", "retryable");
  account.disconnect();
  account.reconnect();
  await stage.settle();
  await stage.moveTo(649.9);
  assert.equal(account.state.fills.length, 1);
  assert.equal(stage.bot.fills.size, 0);
  account.readFailure = null;
  await stage.until("its row", () => stage.bot.fills.size === 1);
});

Deno.test("createRunner() writes rows in the order the fills arrived: none early behind another's", async () => {
  await using stage = await new WaitingStage().wait();
  const { account, model } = stage.exchange;
  placeOrder(model, UID, {
    symbol: BNB.symbol,
    clientOrderId: "by-hand",
    orderSide: "sell",
    positionSide: "short",
    isClosing: false,
    reduceOnly: false,
    orderType: "market",
    timeInForce: "gtc",
    price: 0,
    size: 2,
  }, stage.clock.nowMs());
  account.push();
  await stage.moveTo(650.1);
  assert.equal(stage.traded.length, 3);
  assert.deepEqual(stage.written, stage.traded.slice(0, 1));
  await stage.goOn();
  assert.deepEqual(stage.written, stage.traded);
});

Deno.test("createRunner() completes an early row with what the fill cost when that is told", async () => {
  await using stage = await new WaitingStage().wait();
  const { account } = stage.exchange;
  account.connected = false;
  await stage.moveTo(650.1); // unheard
  account.connected = true;
  const fill = (await account.fetchFills("", 0)).at(-1);
  assert.ok(fill !== undefined);
  const tell = (change: Partial<VenueFill>) =>
    account.tell({ kind: "fill", fill: { ...fill, ...change } });
  tell({ fee: null, feeCurrency: null });
  await stage.settle();
  const row = () => stage.bot.fills.get(fill.venueTradeId)?.fill;
  assert.equal(row()?.fee, null);
  tell({});
  await stage.settle();
  await stage.goOn();
  assert.equal(row()?.fee, fill.fee);
  assert.equal(stage.bot.metrics?.shortSize, 0.05);
});

for (const fate of ["answer", "request_lost"] as const) {
  Deno.test(`createRunner() loses and doubles nothing where the process dies between an early row and its count, the request under way: ${fate}`, async () => {
    await using stage = await new WaitingStage().wait();
    const { account } = stage.exchange;
    await stage.moveTo(650.1);
    assert.deepEqual(stage.written, stage.traded);
    stage.kill();
    account.fateOf = () => fate;
    await stage.goOn();
    account.fateOf = () => "answer";
    await stage.takeOver();
    await stage.pass(60_000);
    assert.deepEqual([...stage.bot.fills.keys()], stage.traded);
    const { longSize, shortSize } = stage.bot.metrics ?? {};
    assert.deepEqual([longSize, shortSize], [0.05, 0.05]);
    assert.deepEqual(stage.resting.map((order) => order.split(" 0.05")[0]), [
      "long entry",
      "long take_profit",
      "short entry",
      "short take_profit",
    ]);
  });
}

Deno.test("EarlyRows knows a row that says all, once", () => {
  const fill = { venueTradeId: "1", fee: "0.1", realizedPnl: "0" } as VenueFill;
  const unknown = { ...fill, fee: null };
  const rows = new EarlyRows();
  assert.equal(rows.take(fill), false);
  for (
    const [early, counted, says] of [
      [fill, fill, true],
      [fill, unknown, true],
      [unknown, unknown, true],
      [unknown, fill, false],
    ] as const
  ) {
    rows.add(early);
    assert.equal(rows.take(counted), says);
    assert.equal(rows.has(fill), false);
  }
});
