import assert from "node:assert/strict";
import { describe } from "./distribution.ts";

Deno.test("describe() returns nearest ranks, unsorted samples or one", () => {
  const samples = Array.from({ length: 100 }, (_, i) => 100 - i);
  assert.deepEqual(describe(samples), {
    count: 100,
    p50: 50,
    p95: 95,
    p99: 99,
    max: 100,
  });
  assert.deepEqual(describe([7]), { count: 1, p50: 7, p95: 7, p99: 7, max: 7 });
  assert.throws(() => describe([]), RangeError);
});
