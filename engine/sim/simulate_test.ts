import assert from "node:assert/strict";
import { simulate } from "./simulate.ts";

/** Seeds of one CI run, in tests of so many. */
const SEEDS = 300;
const SEEDS_EACH = 50;

/**
 * Seeds that once found something, by what was wrong then. What they meet
 * changes with the engine; `engine/runner` holds what was mended alone.
 */
const FOUND: readonly (readonly [number, string])[] = [
  [297, "a grid stopped before its first price bought the same again (I8)"],
  [304, "an order left that had waited for the exchange's time (I6)"],
  [342, "a bot whose release had failed belonged to nobody for ever"],
  [383, "what filled before a faulted bot's first fill was never asked for"],
  [676, "an older funding payment was never asked for (I3)"],
  [1401, "an old order's fill, told by REST, was a stranger's (I8)"],
  [3270, "an old order's fill, told by REST, emptied a held leg (I8)"],
  [2637, "a canceled entry told while it was asked was bought again (I8)"],
  [8595, "a lock that could not be given back kept a bot from everybody"],
  [9529, "a stop was told done that a newer intent had overtaken (I7)"],
  [8875, "an entry's part, bought as its leg closed, was nobody's (I7)"],
  [5887, "a refused order's row, not yet written, was sent again (I7)"],
  [20019, "a stop took a leg in doubt for flat (I7)"],
  [20126, "a stop ended before a canceled entry had told what filled (I8)"],
  [5112, "a bot was faulted for the database's weather"],
  [5408, "a stop before the first price lost what had filled (I8)"],
  [542, "a replacement was sized before its forerunner's part counted (I8)"],
  [1044, "a fill was counted again after positions were read (I8)"],
  [1084, "an order still under way was given up when the clock was set (I1)"],
  [2013, "an opening's successor opened the whole beside its part (I8)"],
  [10580, "a decided opening was sent whole beside its forerunner's part (I8)"],
  [11826, "funding was asked for since a start our clock put too late (I3)"],
];

for (const [seed, what] of FOUND) {
  Deno.test(`simulate() seed=${seed}: no more ${what}`, async () => {
    const { violation } = await simulate(seed);
    assert.equal(violation, null);
  });
}

for (let first = 1; first <= SEEDS; first += SEEDS_EACH) {
  const last = first + SEEDS_EACH - 1;
  Deno.test(`simulate() keeps I1 to I9 whatever goes wrong, seeds ${first} to ${last}`, async () => {
    for (let seed = first; seed <= last; seed++) {
      const { violation } = await simulate(seed);
      assert.equal(violation, null, `seed=${seed} ${violation?.message}`);
    }
  });
}

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
