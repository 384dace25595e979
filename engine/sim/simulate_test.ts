import assert from "node:assert/strict";
import { simulate } from "./simulate.ts";
import type { Kind } from "./weather.ts";

/** Seeds of one CI run, and how long they may take. */
const SEEDS = 300;
const BUDGET_MS = 12_000;
/** REST a minute behind has its own test: see the README's `## Open`. */
const WITHOUT: ReadonlySet<Kind> = new Set<Kind>(["restBehindMs"]);

/** Seeds that once found something, by what was wrong then. */
const FOUND: readonly (readonly [number, string])[] = [
  [25, "a fill before the newest recorded one was never asked for (I4)"],
  [71, "funding before a restart was never asked for (I3)"],
  [1044, "a fill was counted again after positions were read (I8)"],
  [1084, "an order still under way was given up when the clock was set (I1)"],
  [10580, "a decided opening was sent whole beside its forerunner's part (I8)"],
  [11826, "funding was asked for since a start our clock put too late (I3)"],
  [2013, "an opening's successor opened the whole beside its part (I8)"],
];

/** The same, with REST up to a minute behind. */
const FOUND_BEHIND: readonly (readonly [number, string])[] = [
  [2, "an order REST did not show was placed again beside itself (I1)"],
  [26, "a leg was opened again that REST still showed as flat (I8)"],
  [147, "an order was forgotten that could not be sent a second time (I1)"],
  [176, "a row whose commit was not answered stayed pending for ever (I1)"],
];

for (
  const [list, without] of [[FOUND, WITHOUT], [FOUND_BEHIND, null]] as const
) {
  for (const [seed, what] of list) {
    Deno.test(`simulate() seed=${seed}: no more ${what}`, async () => {
      const options = without === null ? {} : { without };
      const { violation } = await simulate(seed, options);
      assert.equal(violation, null);
    });
  }
}

Deno.test("simulate() keeps I1 to I9 whatever goes wrong", async () => {
  const endsAtMs = performance.now() + BUDGET_MS;
  let runs = 0;
  for (let seed = 1; seed <= SEEDS; seed++) {
    if (performance.now() > endsAtMs) break;
    const { violation } = await simulate(seed, { without: WITHOUT });
    assert.equal(violation, null, `seed=${seed} ${violation?.message}`);
    runs++;
  }
  assert.ok(runs >= 10, `only ${runs} seeds in ${BUDGET_MS} ms`);
});

Deno.test("simulate() makes the same run of the same seed", async () => {
  const traces: string[][] = [];
  for (let i = 0; i < 2; i++) {
    const lines: string[] = [];
    await simulate(7, { trace: (line) => lines.push(line) });
    traces.push(lines);
  }
  assert.deepEqual(traces[0], traces[1]);
  assert.ok((traces[0]?.length ?? 0) > 100);
});
