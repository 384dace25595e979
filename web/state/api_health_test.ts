/// <reference lib="deno.ns" />
import assert from "node:assert/strict";
import { createServerHealth } from "./api_health.ts";

Deno.test("createServerHealth() keeps a trouble in mind though other calls go well", () => {
  let nowMs = 0;
  const { health, hear } = createServerHealth(() => nowMs);
  hear("well");
  assert.equal(health.value, "well");
  hear("busy");
  hear("well");
  assert.equal(health.value, "busy");
  nowMs += 5_000;
  hear("broken");
  nowMs += 9_999;
  hear("well");
  assert.equal(health.value, "broken");
  nowMs += 1;
  hear("well");
  assert.equal(health.value, "well");
});
