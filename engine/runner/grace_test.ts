import assert from "node:assert/strict";
import { Stage } from "./testing/stage.ts";

function suspend(stage: Stage, isSuspended: boolean): void {
  stage.bot.row = { ...stage.bot.row, keepsTakeProfitsOnly: isSuspended };
  stage.runner.wake();
}

Deno.test("createRunner() keeps take-profits and opens nothing while its owner's grace runs", async () => {
  await using stage = await new Stage().open();
  await stage.moveTo(649.9);
  const before = stage.resting;
  assert.ok(before.some((order) => order.includes("entry")));
  const profits = before.filter((order) => order.includes("take_profit"));
  assert.ok(profits.length > 0);

  suspend(stage, true);
  await stage.pass(120_000);
  assert.deepEqual(stage.resting, profits, "what would open is canceled");
  assert.ok(stage.events.includes("take_profits_only"));
  assert.equal(stage.bot.row.status, "running");

  // Its take-profit fills as ever; nothing opens anew afterwards.
  await stage.moveTo(653);
  await stage.pass(120_000);
  assert.equal(stage.exchange.account.sizeOf("long"), 0);
  assert.deepEqual(stage.resting, []);

  suspend(stage, false);
  await stage.until("an order that opens", () => stage.resting.length > 0);
});

Deno.test("createRunner() opens nothing in grace after a take-over either", async () => {
  await using stage = await new Stage().open();
  await stage.moveTo(649.9);
  stage.kill();
  await stage.settle();
  stage.bot.row = { ...stage.bot.row, keepsTakeProfitsOnly: true };
  await stage.takeOver();
  await stage.pass(10_000);
  assert.ok(
    stage.resting.every((order) => order.includes("take_profit")),
    stage.resting.join(),
  );
});
