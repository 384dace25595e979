/** Order statistics of a sample. */
export interface Distribution {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/**
 * Returns the nearest-rank percentiles.
 *
 * @throws {RangeError} If there is nothing to describe.
 */
export function describe(samples: readonly number[]): Distribution {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (fraction: number): number => {
    const rank = Math.max(1, Math.ceil(fraction * sorted.length));
    const value = sorted[rank - 1];
    if (value === undefined) {
      throw new RangeError("Cannot describe a sample of none");
    }
    return value;
  };
  return {
    count: sorted.length,
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    max: at(1),
  };
}
