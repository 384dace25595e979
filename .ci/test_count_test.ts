import assert from "node:assert/strict";
import { countTests, describeCount } from "./test_count.ts";

Deno.test("countTests() reads the last summary, colours and steps included", () => {
  const output = "a ... ok (1ms)\n\n" +
    "\x1b[32mok\x1b[0m | 12 passed (3 steps) | 0 failed | 2 ignored (1 step) \x1b[38;5;245m(3s)\x1b[0m\n\n";
  assert.deepEqual(countTests(output, 0), {
    passed: 12,
    failed: 0,
    skipped: 2,
  });
});

Deno.test("countTests() counts failures", () => {
  const output = "FAILED | 3 passed | 2 failed (1 step) (16ms)\n";
  assert.deepEqual(countTests(output, 1), { passed: 3, failed: 2, skipped: 0 });
});

Deno.test("countTests() takes a run that does not compile for one failure", () => {
  assert.deepEqual(countTests("", 1), { passed: 0, failed: 1, skipped: 0 });
});

Deno.test("countTests() takes a green summary with a bad exit code for a failure", () => {
  const output = "ok | 3 passed | 0 failed (16ms)\n";
  assert.deepEqual(countTests(output, 1), { passed: 3, failed: 1, skipped: 0 });
});

Deno.test("describeCount() names the skipped only when there are any", () => {
  assert.equal(
    describeCount({ passed: 1, failed: 2, skipped: 0 }),
    "1 passed, 2 failed",
  );
  assert.equal(
    describeCount({ passed: 1, failed: 0, skipped: 4 }),
    "1 passed, 0 failed, 4 skipped",
  );
});
