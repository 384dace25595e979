import assert from "node:assert/strict";
import { Violation } from "./violation.ts";
import type { Mutation } from "./mutations.ts";
import { simulate } from "./simulate.ts";

const SEEDS = 150;

/** What is taken away, and the invariants that may be the first to miss it. */
const CAUGHT: readonly (readonly [Mutation, readonly string[]])[] = [
  ["no_epoch_check", ["I6"]],
  ["no_lease_check", ["I6"]],
  ["intent_after_wire", ["I6"]],
  ["resend_with_new_id", ["I6", "I1"]],
  ["random_ids", ["I6", "I1"]],
  ["timeout_is_rejection", ["I1"]],
  ["no_resync", ["I4", "I2"]],
  ["clock_is_set", ["I1", "I4"]],
  ["fees_are_zero", ["I3"]],
];

/** The others need few seeds; this one needs a jump while an order is late. */
const FIRST_SEED: Partial<Record<Mutation, number>> = { "clock_is_set": 60 };

for (const [mutation, invariants] of CAUGHT) {
  Deno.test(`simulate() misses what is taken away: ${mutation}`, async () => {
    const first = FIRST_SEED[mutation] ?? 1;
    for (let seed = first; seed < first + SEEDS; seed++) {
      const { violation } = await simulate(seed, {
        mutation,
        without: new Set(["restBehindMs"]),
      });
      if (violation === null) continue;
      assert.ok(violation instanceof Violation, violation.stack ?? "");
      assert.ok(
        invariants.includes(violation.invariant),
        `seed=${seed} ${violation.message}`,
      );
      return;
    }
    assert.fail(`${SEEDS} seeds did not notice`);
  });
}
