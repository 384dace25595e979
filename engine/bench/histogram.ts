import type { Distribution } from "./distribution.ts";

/** A Prometheus histogram: upper bounds and how many lie at or below each. */
export type Buckets = ReadonlyMap<number, number>;

/**
 * Reads a histogram without labels from a scrape.
 *
 * @param text As `/metrics` answers.
 */
export function readBuckets(text: string, name: string): Buckets {
  const pattern = new RegExp(`^${name}_bucket\\{le="([^"]+)"\\} (\\S+)$`, "gm");
  return new Map(
    [...text.matchAll(pattern)].map(([, bound = "", count]) => [
      bound === "+Inf" ? Infinity : Number(bound),
      Number(count),
    ]),
  );
}

/**
 * Returns the percentiles, in thousandths of the histogram's unit, of what was
 * counted between two scrapes: straight lines within a bucket; beyond the last
 * bound, that bound.
 *
 * @throws {RangeError} If nothing was counted.
 */
export function describeBuckets(now: Buckets, before: Buckets): Distribution {
  const counts = [...now].map(([bound, count]) =>
    [bound, count - (before.get(bound) ?? 0)] as const
  ).toSorted(([a], [b]) => a - b);
  const count = counts.at(-1)?.[1] ?? 0;
  if (count === 0) throw new RangeError("Cannot describe an empty histogram");
  const at = (fraction: number): number => {
    let [lower, below] = [0, 0];
    for (const [bound, upTo] of counts) {
      if (upTo >= fraction * count && upTo > below) {
        const share = (fraction * count - below) / (upTo - below);
        const value = bound === Infinity
          ? lower
          : lower + share * (bound - lower);
        return value * 1_000;
      }
      [lower, below] = [bound, upTo];
    }
    return lower * 1_000;
  };
  return { count, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) };
}
