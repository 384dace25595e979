import assert from "node:assert/strict";
import { describeBuckets, readBuckets } from "./histogram.ts";

const scrape = (counts: readonly number[]) =>
  ["0.001", "0.01", "+Inf"].map((le, i) =>
    `delay_bucket{le="${le}"} ${counts[i]}`
  ).join("\n") + `\nother_bucket{le="1"} 7\ndelay_sum 3\n`;

Deno.test("describeBuckets() describes what came between two scrapes, lines within a bucket", () => {
  const before = readBuckets(scrape([10, 10, 10]), "delay");
  const now = readBuckets(scrape([60, 109, 110]), "delay");
  const { count, ...percentiles } = describeBuckets(now, before);
  assert.equal(count, 100);
  const rounded = Object.entries(percentiles)
    .map(([name, ms]) => [name, Math.round(ms * 1e6) / 1e6]);
  assert.deepEqual(Object.fromEntries(rounded), {
    p50: 1,
    p95: 9.265306,
    p99: 10,
    max: 10,
  });
  assert.throws(() => describeBuckets(now, now), RangeError);
});
