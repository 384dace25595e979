import assert from "node:assert/strict";
import { Stage } from "./testing/stage.ts";
import { refusal } from "./testing/venue_words.ts";

const leverageOf = (stage: Stage) =>
  stage.exchange.account.state.leverage.get("BNBUSDT");

/** The trader edits the bot: another leverage, and wider entries. */
function edit(stage: Stage): void {
  stage.bot.row = {
    ...stage.bot.row,
    config: { baseSize: 0.05, leverage: 10, gridSpacing: 0.012 },
    configVersion: 2,
  };
  stage.runner.wake();
}

async function openStage(): Promise<Stage> {
  const stage = await new Stage({ balance: "5000" }).open();
  await stage.moveTo(649.9); // the long leg opens
  assert.equal(leverageOf(stage), 20);
  assert.ok(stage.resting.includes("long entry 0.05 @ 646.09"));
  return stage;
}

Deno.test("adoptConfig() asks for the leverage again that the exchange did not answer to", async () => {
  await using stage = await openStage();
  const { account } = stage.exchange;
  const { setLeverage } = account;
  let asked = 0;
  account.setLeverage = (symbol, leverage) =>
    ++asked === 1
      ? Promise.reject(refusal("away", "retryable"))
      : setLeverage.call(account, symbol, leverage);
  edit(stage);
  await stage.until(
    "the configuration to be in use",
    () => stage.bot.row.runningConfigVersion === 2,
  );
  assert.equal(asked, 2);
  assert.equal(leverageOf(stage), 10);
});

Deno.test("adoptConfig() goes on with the configuration it has where the exchange refuses the leverage", async () => {
  await using stage = await openStage();
  stage.exchange.account.setLeverage = () =>
    Promise.reject(refusal("leverage_out_of_range", "rejected"));
  edit(stage);
  await stage.until(
    "the refusal to be told",
    () => stage.events.includes("config_refused"),
  );
  await stage.pass(3_000);
  assert.equal(stage.bot.row.runningConfigVersion, 1);
  assert.equal(leverageOf(stage), 20);
  assert.ok(
    stage.resting.includes("long entry 0.05 @ 646.09"),
    `${stage.resting}`,
  );
});

Deno.test("adoptConfig() waits for a price to judge it by", async () => {
  await using stage = await openStage();
  const { quote } = stage.exchange;
  stage.exchange.quote = () => null;
  edit(stage);
  await stage.pass(2_000);
  assert.equal(stage.bot.row.runningConfigVersion, 1);
  stage.exchange.quote = quote;
  await stage.until(
    "the configuration to be in use",
    () => stage.bot.row.runningConfigVersion === 2,
  );
});
