import assert from "node:assert/strict";
import { formatDuration } from "./duration.ts";

Deno.test("formatDuration() shows the two largest units and nothing below zero", () => {
  const cases = {
    "0 min 0 s": -5,
    "0 min 59 s": 59_999,
    "1 min 0 s": 60_000,
    "59 min 59 s": 3_599_000,
    "1 h 0 min": 3_600_000,
    "23 h 59 min": 86_399_000,
    "1 d 0 h": 86_400_000,
    "7 d 23 h": 8 * 86_400_000 - 1,
  };
  for (const [text, ms] of Object.entries(cases)) {
    assert.equal(formatDuration(ms), text);
  }
});
