import assert from "node:assert/strict";
import {
  type AsGridConfigInput,
  type AsGridState,
  POSITION_SIDES,
  type PositionSide,
  type RangeGridConfigInput,
} from "@core/mod.ts";
import { Stage } from "./testing/stage.ts";

/** One leg, half a BNB, and nothing but the layer moves anything. */
function createStage(
  risk: AsGridConfigInput["risk"],
  config: Partial<AsGridConfigInput> = {},
): Stage {
  return new Stage({
    config: {
      baseSize: 0.5,
      legs: "long",
      gridSpacing: 0.2,
      takeProfitSpacing: 0.1,
      ...config,
      risk: risk ?? {},
    },
    balance: "1000",
  });
}

const sizes = (stage: Stage) =>
  POSITION_SIDES.map((side) => stage.exchange.account.sizeOf(side));
const riskOf = (stage: Stage) => {
  const { risk } = stage.bot.state as AsGridState;
  assert.ok(risk !== undefined, "the layers remember nothing");
  return risk;
};
const restsOf = (stage: Stage, side: PositionSide) =>
  stage.resting.filter((order) => order.startsWith(side));

/** The process dies, and another engine goes on. */
async function dieAndGoOn(stage: Stage): Promise<void> {
  stage.kill();
  await stage.settle();
  await stage.takeOver();
}

/** The trader starts a bot that has stopped. */
async function startAgain(stage: Stage): Promise<void> {
  stage.bot.desire({ desiredState: "running" });
  stage.claimAgain();
  await stage.open();
  await stage.pass(1_500);
}

Deno.test("createRunner() closes a leg at its hard stop, and a restart does not cut its rest short (#38)", async () => {
  await using stage = createStage({
    hardStop: { maxLossFraction: 0.005, cooldownSeconds: 120 },
  });
  await stage.open();
  await stage.moveTo(649.9);
  assert.deepEqual(sizes(stage), [0.5, 0]);
  // Opened at 649.99: 4.945 is less than 0.5 % of the equity, 5.045 more.
  await stage.moveTo(640.1);
  await stage.pass(3_000);
  assert.deepEqual(sizes(stage), [0.5, 0], "not yet");
  await stage.moveTo(639.9);
  await stage.settle();
  assert.deepEqual(sizes(stage), [0, 0], "at once, not with the next look");
  assert.ok(stage.events.includes("hard_stop"));
  await stage.pass(5_000);
  assert.ok(stage.events.includes("leg_rests"));
  assert.deepEqual(stage.resting, []);
  await dieAndGoOn(stage);
  await stage.pass(100_000);
  assert.deepEqual(stage.resting, [], "the rest outlives the process");
  await stage.pass(20_000);
  assert.deepEqual(stage.resting, ["long open 0.5 @ 639.89"]);
  assert.equal(stage.bot.row.status, "running");
});

Deno.test("createRunner() closes only the leg that has lost, the other goes on", async () => {
  await using stage = createStage(
    { hardStop: { maxLossFraction: 0.005, cooldownSeconds: 60 } },
    { legs: "both" },
  );
  await stage.open();
  await stage.moveTo(649.9);
  await stage.moveTo(650.1);
  assert.deepEqual(sizes(stage), [0.5, 0.5]);
  await stage.moveTo(639.5);
  await stage.pass(2_000);
  assert.deepEqual(sizes(stage), [0, 0.5]);
  assert.deepEqual(restsOf(stage, "long"), []);
  assert.equal(restsOf(stage, "short").length, 2);
});

Deno.test("createRunner() trails the profit of both legs, and remembers the peak over a restart", async () => {
  await using stage = createStage({
    trailingTakeProfit: {
      startProfit: 5,
      minDrawdown: 2,
      drawdownFraction: 0.1,
      cooldownSeconds: 30,
    },
  });
  await stage.open();
  await stage.moveTo(649.9);
  await stage.moveTo(659.9); // 4.9 quote or a little more
  await stage.pass(1_500);
  assert.equal(riskOf(stage).trailingPeak, null);
  await stage.moveTo(662);
  await stage.settle();
  const { trailingPeak } = riskOf(stage);
  assert.ok(trailingPeak !== null && trailingPeak >= 6);
  assert.ok(stage.events.includes("trailing_take_profit_armed"));
  await dieAndGoOn(stage);
  await stage.moveTo(658.5);
  await stage.pass(1_500);
  assert.deepEqual(sizes(stage), [0.5, 0], "1.75 below the peak");
  await stage.moveTo(657.9);
  await stage.settle();
  assert.deepEqual(sizes(stage), [0, 0], "2.05 below the peak, and below 5");
  await stage.pass(25_000);
  assert.deepEqual(stage.resting, []);
  await stage.pass(10_000);
  assert.deepEqual(stage.resting, ["long open 0.5 @ 657.89"]);
});

Deno.test("createRunner() stops a bot at its maximum loss, and begins to count anew when started again", async () => {
  await using stage = createStage({ maxLoss: { maxLoss: 10 } });
  await stage.open();
  await stage.moveTo(649.9);
  await stage.moveTo(630.5);
  await stage.pass(2_000);
  assert.deepEqual(sizes(stage), [0.5, 0], "9.75 and the fee of 0.065");
  await dieAndGoOn(stage);
  await stage.moveTo(629.9);
  await stage.until("the end", () => stage.end !== null);
  assert.deepEqual(stage.end, { kind: "stopped" });
  assert.deepEqual([sizes(stage), stage.resting], [[0, 0], []]);
  const { row, statusCode, statusReason } = stage.bot;
  assert.deepEqual([row.status, statusCode], ["stopped", "max_loss"]);
  assert.equal(row.acknowledgedVersion, row.desiredVersion, "not claimed");
  assert.match(statusReason ?? "", /^The bot has lost 10\.\d+ USDT since/);
  assert.ok(stage.events.includes("bot_stopped_by_risk"));
  await startAgain(stage);
  assert.equal(stage.end, null);
  assert.equal(riskOf(stage).halt, null);
  assert.deepEqual(stage.resting, ["long open 0.5 @ 629.89"]);
});

Deno.test("createRunner() finishes a stop that another engine began", async () => {
  await using stage = createStage({ maxLoss: { maxLoss: 10 } });
  await stage.open();
  await stage.moveTo(649.9);
  stage.exchange.account.fateOf = () => "request_lost";
  await stage.moveTo(629);
  await stage.until("the decision", () => riskOf(stage).halt !== null);
  stage.kill();
  await stage.settle();
  stage.exchange.account.fateOf = () => "answer";
  await stage.moveTo(640); // It would be less than the limit by now.
  stage.claimAgain();
  stage.runner.start();
  await stage.until("the end", () => stage.end !== null);
  assert.deepEqual(sizes(stage), [0, 0]);
  assert.equal(stage.bot.statusCode, "max_loss");
});

Deno.test("createRunner() stops a bot when its account has lost too much", async () => {
  await using stage = createStage({ accountMaxLoss: { maxLoss: 8 } });
  await stage.open();
  await stage.moveTo(649.9);
  assert.equal(riskOf(stage).equityReference, 1_000);
  await stage.moveTo(635);
  await stage.pass(2_000);
  assert.deepEqual(sizes(stage), [0.5, 0]);
  await stage.moveTo(633.9);
  await stage.until("the end", () => stage.end !== null);
  assert.equal(stage.bot.statusCode, "account_max_loss");
  assert.deepEqual([sizes(stage), stage.resting], [[0, 0], []]);
});

Deno.test("createRunner() reduces both legs when both are heavy, and stops the third time of a day", async () => {
  await using stage = createStage({
    bothLegsHeavy: { cooldownSeconds: 60 },
    marginGuard: null,
  }, {
    legs: "both",
    baseSize: 0.1,
    gridSpacing: 0.006,
    takeProfitBoostMultiplier: 4,
    maxEntryMultiplier: 5,
  });
  await stage.open();
  // T is 0.5: the long leg adds on the way down, the short one on the way up.
  for (const price of [649.9, 650.1, 646, 642, 638, 650, 654, 658, 662]) {
    await stage.moveTo(price);
  }
  assert.deepEqual(sizes(stage), [0.35, 0.35], "0.4 less a tenth of T");
  assert.ok(stage.events.includes("both_legs_heavy"));
  const entries = () => stage.resting.filter((o) => o.includes("entry"));
  assert.deepEqual(entries(), [], "entries are off, though 0.35 is light");
  const reduced = [...stage.bot.orders.values()]
    .filter((order) => order.purpose === "reduce");
  // 15 basis points beyond the touch: limits that trade at once.
  assert.deepEqual(reduced.map(({ price }) => price), [661, 663]);
  await dieAndGoOn(stage);
  await stage.pass(50_000);
  assert.deepEqual(entries(), [], "the rest of a minute outlives the process");
  await stage.pass(12_000);
  assert.equal(entries().length, 2);
  await stage.moveTo(657.5);
  await stage.moveTo(666.5);
  await stage.pass(2_000);
  assert.deepEqual(sizes(stage), [0.4, 0.4], "0.45 each, reduced again");
  assert.equal(riskOf(stage).heavy.count, 2);
  // 0.4 is still heavy: the minute over it would be the third time.
  await stage.until("the end", () => stage.end !== null);
  assert.equal(stage.bot.statusCode, "both_legs_heavy_stop");
  assert.deepEqual(stage.end, { kind: "stopped" });
  assert.deepEqual(sizes(stage), [0.4, 0.4], "positions stay");
  assert.ok(stage.resting.every((order) => order.includes("take_profit")));
  assert.equal(stage.resting.length, 2);
  await startAgain(stage);
  assert.equal(riskOf(stage).heavy.count, 1, "the trader begins to count anew");
  assert.deepEqual(sizes(stage), [0.35, 0.35]);
});

Deno.test("createRunner() leans entries to the leg that is paid, and leaves what rests alone", async () => {
  await using stage = createStage(
    { fundingBias: {}, inventorySkew: null },
    { legs: "both", baseSize: 0.1 },
  );
  stage.exchange.fundingRate = 0.0001;
  stage.exchange.tick(650);
  await stage.open();
  await stage.moveTo(649.9);
  await stage.moveTo(650.1);
  const entries = () =>
    stage.resting.filter((order) => order.includes("entry"))
      .map((order) => order.split(" @")[0]);
  assert.deepEqual(entries(), ["long entry 0.08", "short entry 0.12"]);
  assert.ok(stage.events.includes("overlay_active"));
  const placed = stage.exchange.account.placed.length;
  stage.exchange.fundingRate = -0.0002;
  await stage.moveTo(650.2);
  await dieAndGoOn(stage);
  await stage.pass(3_000);
  assert.deepEqual(entries(), ["long entry 0.08", "short entry 0.12"]);
  assert.equal(stage.exchange.account.placed.length, placed);
  const [order] = [...stage.bot.orders.values()]
    .filter(({ purpose }) => purpose === "entry");
  assert.equal(order?.reason.inputs.sizeFactor, 0.8);
});

Deno.test("createRunner() skews entries against the heavier leg", async () => {
  await using stage = createStage(
    { inventorySkew: { gamma: 0.5 } },
    { legs: "both", baseSize: 0.1, gridSpacing: 0.006 },
  );
  await stage.open();
  await stage.moveTo(649.9);
  assert.ok(stage.resting.some((o) => o.startsWith("long entry 0.05 ")));
  await stage.moveTo(650.1);
  assert.ok(stage.resting.some((o) => o.startsWith("short entry 0.1 ")));
});

Deno.test("createRunner() widens its spacings when the market moves, from the next cycle on", async () => {
  await using stage = createStage(
    {
      volatilitySpacing: {
        windowMinutes: 30,
        referenceVolatility: 0.0005,
        min: 0.5,
        max: 2,
      },
    },
    { gridSpacing: 0.01, takeProfitSpacing: 0.05 },
  );
  await stage.open();
  await stage.moveTo(649.9);
  assert.deepEqual(stage.resting, [
    "long entry 0.5 @ 643.49",
    "long take_profit 0.5 @ 682.49",
  ]);
  for (let i = 0; i < 31; i++) {
    await stage.moveTo(i % 2 === 0 ? 648 : 651);
    await stage.pass(60_000);
  }
  assert.equal(stage.resting.length, 2, "what rests does not move");
  assert.ok(stage.resting.includes("long entry 0.5 @ 643.49"));
  await stage.moveTo(643.4);
  assert.deepEqual(stage.resting, [
    "long entry 0.5 @ 630.62",
    "long take_profit 0.5 @ 707.84",
  ]);
});

const RANGE: RangeGridConfigInput = {
  lowerPrice: 640,
  upperPrice: 660,
  levels: 10,
  direction: "long",
  investment: 660,
  leverage: 5,
};

function createRangeStage(risk: RangeGridConfigInput["risk"]): Stage {
  return new Stage({
    row: { strategy: "range_grid", config: { ...RANGE, risk: risk ?? {} } },
    balance: "3000",
  });
}

Deno.test("createRunner() ends a range grid at its trailing take-profit", async () => {
  await using stage = createRangeStage({
    trailingTakeProfit: { startProfit: 5, minDrawdown: 3 },
  });
  await stage.open();
  await stage.pass(2_000);
  assert.deepEqual(sizes(stage), [2.5, 0]);
  await stage.moveTo(653.5);
  await stage.moveTo(651);
  await stage.pass(2_000);
  assert.deepEqual([sizes(stage), stage.resting], [[0, 0], []]);
  assert.equal(stage.bot.statusCode, "trailing_take_profit_reached");
  await dieAndGoOn(stage);
  await stage.pass(2_000);
  assert.deepEqual(stage.resting, [], "ended stays ended");
});

Deno.test("createRunner() closes a range grid's leg at its hard stop, rests, and buys again", async () => {
  await using stage = createRangeStage({
    hardStop: { maxLossFraction: 0.005, cooldownSeconds: 60 },
  });
  await stage.open();
  await stage.pass(2_000);
  await stage.moveTo(643.9);
  await stage.pass(2_000);
  assert.deepEqual([sizes(stage), stage.resting], [[0, 0], []]);
  await dieAndGoOn(stage);
  await stage.pass(50_000);
  assert.deepEqual(stage.resting, []);
  await stage.pass(10_000);
  assert.deepEqual(
    stage.resting,
    [640, 642].map((price) => `long entry 0.5 @ ${price}`),
  );
});

Deno.test("createRunner() stops a range grid at its maximum loss, and begins anew when started again", async () => {
  await using stage = createRangeStage({ maxLoss: { maxLoss: 20 } });
  await stage.open();
  await stage.pass(2_000);
  await stage.moveTo(641);
  await stage.until("the end", () => stage.end !== null);
  assert.deepEqual([sizes(stage), stage.resting], [[0, 0], []]);
  assert.equal(stage.bot.statusCode, "max_loss");
  await startAgain(stage);
  await stage.pass(2_000);
  assert.ok(sizes(stage)[0] === 4.5, `a new opening position, ${sizes(stage)}`);
});
