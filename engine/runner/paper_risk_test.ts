import assert from "node:assert/strict";
import type { AsGridConfigInput, RangeGridConfigInput } from "@core/mod.ts";
import { until } from "@engine/exchange/until.ts";
import { MemoryBot } from "@engine/store/memory_bot_store.ts";
import { Fixture, until as untilRow } from "@engine/store/testing/fixture.ts";
import { openStore, PaperStage } from "@engine/testing/paper_stage.ts";
import type { Runner } from "./types.ts";

const SYMBOL = "BNBUSDT";

/** A bot on the paper exchange, its price moved by hand. */
class RiskStage implements AsyncDisposable {
  readonly bot: MemoryBot;
  readonly runner: Runner;
  readonly #stage: PaperStage;
  readonly #ticking: ReturnType<typeof setInterval>;

  private constructor(stage: PaperStage, row: Record<string, unknown>) {
    this.#stage = stage;
    this.bot = new MemoryBot({
      id: crypto.randomUUID(),
      userId: "user",
      exchangeKeyId: "key",
      name: "Demo",
      symbol: "BNB/USDT:USDT",
      strategy: "as_grid",
      config: {},
      configVersion: 1,
      runningConfigVersion: null,
      desiredState: "running",
      desiredVersion: 1,
      acknowledgedVersion: 0,
      stopPolicy: "keep_take_profits",
      status: "idle",
      claimEpoch: 0,
      startedAtMs: null,
      keepsTakeProfitsOnly: false,
      ...row,
    });
    this.runner = stage.createRunner(
      this.bot.row,
      this.bot.claim(() => Date.now()),
    );
    // A price that stands still is told too, or it would be stale.
    this.#ticking = setInterval(() => this.move(this.price), 500);
  }

  static async open(
    row: {
      readonly strategy?: "as_grid" | "range_grid";
      readonly config: AsGridConfigInput | RangeGridConfigInput;
    },
    fundingRate = "0",
  ): Promise<RiskStage> {
    const stage = await PaperStage.open({
      isPaused: true,
      limits: false,
      balance: "1000",
    });
    stage.paper.control.setPrice(SYMBOL, 650);
    stage.paper.control.setFundingRate(SYMBOL, fundingRate);
    const risk = new RiskStage(stage, row);
    risk.runner.start();
    return risk;
  }

  get price(): number {
    return this.#stage.paper.control.price(SYMBOL);
  }

  /** The last price as the bot's feed has it. */
  get knownPrice(): number | undefined {
    return this.#stage.feed.quote("BNB/USDT:USDT")?.lastPrice;
  }

  move(price: number): void {
    this.#stage.paper.control.setPrice(SYMBOL, price);
  }

  get books() {
    return this.#stage.paper.control.books(this.#stage.keys.uid);
  }

  /** Held by the long and the short leg, base. */
  get sizes(): readonly number[] {
    return ["long", "short"].map((side) =>
      Number(
        this.books.positions.find((row) => row.holdSide === side)?.total ?? 0,
      )
    );
  }

  /** What rests, `long entry 0.5 @ 640`. */
  get resting(): readonly string[] {
    return this.books.openOrders.map((row) => {
      const order = this.bot.orders.get(String(row.clientOid));
      return `${order?.positionSide} ${order?.purpose} ${row.size} @ ${
        Number(row.price)
      }`;
    }).toSorted();
  }

  hasTold(code: string): boolean {
    return this.bot.events.some((event) => event.code === code);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#ticking);
    await this.runner.stop();
    await this.#stage[Symbol.asyncDispose]();
  }
}

/** One leg, half a BNB, and nothing but the layer moves anything. */
const LONE = {
  baseSize: 0.5,
  legs: "long",
  gridSpacing: 0.2,
  takeProfitSpacing: 0.1,
  leverage: 20,
} as const;

async function opened(stage: RiskStage): Promise<void> {
  await until("the opening order", () => stage.resting.length === 1);
  stage.move(649.5);
  await until("its fill", () => stage.sizes[0] === 0.5);
  await until("its take-profit", () => stage.resting.length > 0);
}

Deno.test("createRunner() closes a leg at its hard stop on the paper exchange, and rests", async () => {
  const risk = { hardStop: { maxLossFraction: 0.005, cooldownSeconds: 60 } };
  await using stage = await RiskStage.open({ config: { ...LONE, risk } });
  await opened(stage);
  stage.move(638);
  await until("the leg to be closed", () => stage.sizes[0] === 0);
  await until("its rest", () => stage.hasTold("leg_rests"));
  assert.deepEqual(stage.resting, []);
  assert.ok(stage.hasTold("hard_stop"));
});

Deno.test("createRunner() trails the profit on the paper exchange", async () => {
  const risk = {
    trailingTakeProfit: {
      startProfit: 3,
      minDrawdown: 1,
      drawdownFraction: 0.1,
      cooldownSeconds: 60,
    },
  };
  await using stage = await RiskStage.open({ config: { ...LONE, risk } });
  await opened(stage);
  stage.move(660);
  await until(
    "it to be armed",
    () => stage.hasTold("trailing_take_profit_armed"),
  );
  stage.move(657);
  await until("both legs to be closed", () => stage.sizes[0] === 0);
  await until("its rest", () => stage.hasTold("leg_rests"));
  assert.deepEqual(stage.resting, []);
});

Deno.test("createRunner() stops at the account's maximum loss on the paper exchange", async () => {
  const risk = { accountMaxLoss: { maxLoss: 5 } };
  await using stage = await RiskStage.open({ config: { ...LONE, risk } });
  await opened(stage);
  stage.move(638);
  assert.deepEqual(await stage.runner.ended, { kind: "stopped" });
  assert.equal(stage.bot.statusCode, "account_max_loss");
  assert.deepEqual([stage.sizes, stage.resting], [[0, 0], []]);
});

Deno.test("createRunner() reduces both heavy legs on the paper exchange", async () => {
  await using stage = await RiskStage.open({
    config: {
      ...LONE,
      legs: "both",
      baseSize: 0.1,
      gridSpacing: 0.006,
      takeProfitBoostMultiplier: 1,
      maxEntryMultiplier: 2,
      risk: { bothLegsHeavy: { reduceFraction: 0.25 } },
    },
  });
  await until("both openings", () => stage.resting.length === 2);
  stage.move(649.5);
  await until("the long leg", () => stage.sizes[0] === 0.1);
  stage.move(650.5);
  await until("the short leg", () => stage.sizes[1] === 0.1);
  stage.move(645);
  await until("the long entry", () => stage.sizes[0] === 0.2);
  // The price the bot knows must be near: 15 basis points are its cap.
  stage.move(653.8);
  await until("the price to arrive", () => stage.knownPrice === 653.8);
  stage.move(654);
  // T is 0.2: with 0.2 each both are heavy, and a quarter of T goes.
  await until("both reductions", () => stage.sizes.join() === "0.15,0.15");
  await until("no entries", () => stage.hasTold("both_legs_heavy"));
  await until(
    "their take-profits",
    () =>
      stage.resting.map((order) => order.split(" 0.")[0]).join() ===
        "long take_profit,short take_profit",
  );
});

Deno.test("createRunner() leans to the funding that the paper exchange tells, and skews", async () => {
  await using stage = await RiskStage.open({
    config: {
      ...LONE,
      legs: "both",
      baseSize: 0.1,
      risk: { fundingBias: {}, inventorySkew: { gamma: 0.5 } },
    },
  }, "0.0002");
  await until("both openings", () => stage.resting.length === 2);
  stage.move(649.5);
  // Longs pay, and only they hold something: 0.8 · 0.5, but not below 0.5.
  await until(
    "the long leg's pair",
    () => stage.resting.some((order) => order.startsWith("long entry 0.05 ")),
  );
  stage.move(650.5);
  // As much on both sides by then: 1.2 for the leg that is paid.
  await until(
    "the short leg's pair",
    () => stage.resting.some((order) => order.startsWith("short entry 0.12 ")),
  );
  assert.ok(stage.hasTold("overlay_active"));
});

const RANGE: RangeGridConfigInput = {
  lowerPrice: 640,
  upperPrice: 660,
  levels: 10,
  direction: "long",
  investment: 66,
  leverage: 5,
};

Deno.test("createRunner() lives a range grid from trigger over trailing to take-profit on the paper exchange", async () => {
  await using stage = await RiskStage.open({
    strategy: "range_grid",
    config: {
      ...RANGE,
      triggerPrice: 654,
      trailingUpTo: 664,
      takeProfitPrice: 670,
    },
  });
  await until("to wait", () => stage.hasTold("waits_for_trigger"));
  assert.deepEqual(stage.resting, []);
  stage.move(654.1);
  await until("the grid at its trigger", () => stage.resting.length === 10);
  assert.ok(Math.abs((stage.sizes[0] ?? NaN) - 0.15) < 1e-9);
  stage.move(662.1);
  await until(
    "a range that has moved on by one",
    () =>
      stage.resting.includes("long entry 0.05 @ 660") &&
      !stage.resting.includes("long entry 0.05 @ 640"),
  );
  stage.move(659);
  await until(
    "an entry's exit",
    () => stage.resting.includes("long take_profit 0.05 @ 662"),
  );
  stage.move(671);
  await until("the take-profit", () => stage.hasTold("take_profit_reached"));
  await until("nothing held", () => stage.sizes[0] === 0);
  await until("nothing resting", () => stage.resting.length === 0);
});

Deno.test("createRunner() ends short and long range grids by stop-loss and trailing take-profit on the paper exchange", async () => {
  await using short = await RiskStage.open({
    strategy: "range_grid",
    config: {
      ...RANGE,
      direction: "short",
      trailingDownTo: 636,
      stopLossPrice: 662,
    },
  });
  await until("the opening position", () => short.sizes[1] === 0.25);
  await until("its grid", () => short.resting.length === 10);
  short.move(637.9);
  await until(
    "a range further down",
    () =>
      short.resting.some((order) => order.endsWith("@ 640")) &&
      short.resting.every((order) => !order.endsWith("@ 660")),
  );
  short.move(663);
  await until("the stop-loss", () => short.hasTold("stop_loss_reached"));
  await until("nothing held", () => short.sizes[1] === 0);
  await using long = await RiskStage.open({
    strategy: "range_grid",
    config: {
      ...RANGE,
      investment: 660,
      risk: { trailingTakeProfit: { startProfit: 5, minDrawdown: 2 } },
    },
  });
  await until("the opening position", () => long.sizes[0] === 2.5);
  long.move(653.8);
  await until(
    "it to be armed",
    () => long.hasTold("trailing_take_profit_armed"),
  );
  long.move(651);
  await until("the end", () => long.hasTold("trailing_take_profit_reached"));
  await until("nothing held", () => long.sizes[0] === 0);
});

Deno.test("createRunner() stopped by its maximum loss stays stopped in Postgres until it is started", async () => {
  await using fixture = await Fixture.open();
  await using stage = await PaperStage.open({ isPaused: true, limits: false });
  const { control } = stage.paper;
  control.setPrice(SYMBOL, 650);
  const ticking = setInterval(
    () => control.setPrice(SYMBOL, control.price(SYMBOL)),
    500,
  );
  const { id } = await fixture.addBot({
    config: { ...LONE, risk: { maxLoss: { maxLoss: 5 } } },
  });
  await using first = await openStore(fixture, id);
  await using runner = stage.createRunner(
    await first.store.loadBot(),
    first.store,
  );
  runner.start();
  const books = () => control.books(stage.keys.uid);
  await until("the opening order", () => books().openOrders.length === 1);
  control.setPrice(SYMBOL, 649.5);
  await until("its fill", () => books().positions.length === 1);
  control.setPrice(SYMBOL, 638);
  assert.deepEqual(await runner.ended, { kind: "stopped" });
  const [row] = await fixture.admin`
    select status, status_code, status_reason, stopped_at,
      acknowledged_version = desired_version as is_answered,
      status in ('starting', 'running', 'stopping') as is_claimable
    from public.bots where id = ${id}`;
  assert.equal(row?.status, "stopped");
  assert.equal(row?.status_code, "max_loss");
  assert.match(String(row?.status_reason), /^The bot has lost/);
  assert.ok(row?.stopped_at !== null);
  assert.deepEqual([row?.is_answered, row?.is_claimable], [true, false]);
  assert.deepEqual([books().openOrders, books().positions], [[], []]);
  await fixture.admin`
    update public.bots set desired_state = 'running',
      desired_version = desired_version + 1
    where id = ${id}`;
  await using second = await openStore(fixture, id);
  await using again = stage.createRunner(
    await second.store.loadBot(),
    second.store,
  );
  again.start();
  await until("a new opening order", () => books().openOrders.length === 1);
  await untilRow("running", async () => {
    const [bot] = await fixture.admin`
      select status, status_code from public.bots where id = ${id}`;
    return bot?.status === "running" && bot?.status_code === null;
  });
  clearInterval(ticking);
});
