/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { until } from "../../supabase/local/testing/until.ts";
import type { BotPreview } from "../data/bot_preview.ts";
import { ApiError } from "../data/functions_api.ts";
import { PreviewModel } from "./preview.ts";

const PREVIEW: BotPreview = {
  referencePrice: 650,
  size: 0.07,
  profit: {
    least: { net: 1, netFraction: 0.01 },
    most: { net: 1, netFraction: 0.01 },
  },
  requiredEquity: 100,
  minimumInvestment: 50,
  worstLoss: 10,
  worstNotional: 200,
  isNotionalOfBoth: false,
  worstMargin: 20,
  equity: 100,
  liquidations: [],
  orders: [],
  ordersAllowed: 2,
  ordersWanted: 2,
};

function failing(code: string) {
  return new ApiError({ code, message: "" });
}

Deno.test("PreviewModel asks again by itself when the server did not answer", async () => {
  const answers = [failing("offline"), failing("internal"), PREVIEW];
  const model = new PreviewModel(1);
  const states: string[] = [];
  model.ask(() => {
    states.push(model.state.value);
    const next = answers.shift() ?? assert.fail("asked once too often");
    return next instanceof ApiError
      ? Promise.reject(next)
      : Promise.resolve(next);
  });
  await until(
    "an answer",
    () => Promise.resolve(model.state.value === "ready" || null),
  );
  assert.deepEqual(states, ["loading", "failed", "failed"]);
  assert.equal(model.preview.value, PREVIEW);
  assert.equal(model.failure.value, null);
});

Deno.test("PreviewModel does not ask again what was refused, nor once cleared", async () => {
  const model = new PreviewModel(1);
  let asked = 0;
  model.ask(() => {
    asked++;
    return Promise.reject(failing("size_below_minimum"));
  });
  await until(
    "the refusal",
    () => Promise.resolve(model.state.value === "failed" || null),
  );
  assert.equal(asked, 1);
  model.ask(() => {
    asked++;
    return Promise.reject(failing("offline"));
  });
  await until(
    "the failure",
    () => Promise.resolve(asked > 1 && model.state.value === "failed" || null),
  );
  assert.equal(model.failure.value instanceof ApiError, true);
  // The sanitizer finds the timer of the next try, were it left behind.
  model.clear();
  assert.equal(model.state.value, "none");
});
