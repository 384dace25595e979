import assert from "node:assert/strict";
import { createSystemClock } from "./clock.ts";

Deno.test("createSystemClock() runs on evenly when the wall clock is set", () => {
  const clock = createSystemClock();
  const beforeMs = clock.nowMs();
  assert.ok(Number.isSafeInteger(beforeMs), "it goes into queries as it is");
  assert.ok(Math.abs(beforeMs - Date.now()) < 1_000);
  const { now } = Date;
  try {
    for (const jumpMs of [60_000, -60_000]) {
      Date.now = () => now() + jumpMs;
      assert.ok(Math.abs(clock.nowMs() - beforeMs) < 1_000);
    }
  } finally {
    Date.now = now;
  }
});
