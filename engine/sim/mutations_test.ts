import assert from "node:assert/strict";
import { type Mutation, MUTATIONS } from "./mutations.ts";
import { simulate } from "./simulate.ts";
import { Violation } from "./violation.ts";
import type { Kind } from "./weather.ts";

/** Seeds that are tried, from the one on that noticed when this was written. */
const SEEDS = 60;
/** Long enough for what goes right to come to rest, ms. */
const RECOVERY_MS = 3_600_000;

/** What runs can be spared without changing what else befalls them. */
const NEWER: readonly Kind[] = [
  "requestTwice",
  "halfDone",
  "forgotten",
  "notifyLost",
  "drain",
  "edit",
  "reduce",
];

/** What is taken away, the invariants that may be the first to miss it, and from which seed on. */
const CAUGHT: Readonly<
  Record<Mutation, {
    readonly by: readonly string[];
    readonly from: number;
    /** Faults that would only make it rarer. */
    readonly without?: readonly Kind[];
  }>
> = {
  "no_epoch_check": { by: ["I6"], from: 140 },
  "no_lease_check": { by: ["I6"], from: 151 },
  "intent_after_wire": { by: ["I6"], from: 1 },
  "resend_with_new_id": { by: ["I6", "I1"], from: 1 },
  "random_ids": { by: ["I6", "I1"], from: 1 },
  "timeout_is_rejection": { by: ["I1", "I8"], from: 10 },
  "error_is_not_found": { by: ["I1", "I8"], from: 112 },
  "no_resync": { by: ["I4", "I2"], from: 1 },
  "clock_is_set": { by: ["I1", "I4"], from: 232, without: NEWER },
  "fees_are_zero": { by: ["I9", "I3"], from: 1 },
  "unknown_fee_is_zero": { by: ["I9"], from: 5 },
  "positions_are_believed": { by: ["I8"], from: 17 },
  "tp_beyond_position": { by: ["liveness"], from: 1 },
  "cancels_all": { by: ["I7"], from: 3 },
  "fills_count_twice": { by: ["I4"], from: 1 },
  "last_write_wins": { by: ["I5"], from: 17 },
  "limit_is_ignored": { by: ["I8"], from: 14 },
};

for (const mutation of MUTATIONS) {
  Deno.test(`simulate() misses what is taken away: ${mutation}`, async () => {
    const { by, from, without = [] } = CAUGHT[mutation];
    for (let seed = from; seed < from + SEEDS; seed++) {
      const { violation } = await simulate(seed, {
        mutation,
        without: new Set(without),
        recoveryMs: RECOVERY_MS,
      });
      if (violation === null) continue;
      assert.ok(violation instanceof Violation, violation.stack ?? "");
      assert.ok(
        by.includes(violation.invariant),
        `seed=${seed} ${violation.message}`,
      );
      return;
    }
    assert.fail(`${SEEDS} seeds did not notice`);
  });
}
