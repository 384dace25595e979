/** How long something that fails waits before it is tried again. */
export interface BackoffLimits {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** A refused order: the same one would be refused again. */
export const REJECTION: BackoffLimits = { firstMs: 60_000, maxMs: 3_600_000 };
/** A post-only order that crossed, or one somebody else canceled. */
export const VANISHED: BackoffLimits = { firstMs: 1_000, maxMs: 60_000 };
/** The exchange or the way to it is in trouble. */
export const TRANSIENT: BackoffLimits = { firstMs: 500, maxMs: 30_000 };

/** The key of trouble on the way to the exchange. */
export const WIRE = "wire";

/** Doubling delays by key, each kind with its own count. */
export class Backoffs {
  readonly #untilMs = new Map<string, number>();
  /** By key and kind: a crossing order does not lengthen a rejection's rest. */
  readonly #failures = new Map<string, Map<number, number>>();
  readonly #random: () => number;

  /** @param random In [0, 1): spreads the delays by up to a quarter upwards. */
  constructor(random: () => number) {
    this.#random = random;
  }

  /** Until when each key rests, epoch ms. */
  get untilMs(): ReadonlyMap<string, number> {
    return this.#untilMs;
  }

  /** Counts a failure. @returns Until when the key rests, epoch ms. */
  fail(
    key: string,
    { limits, nowMs, atLeastMs = 0 }: {
      readonly limits: BackoffLimits;
      readonly nowMs: number;
      readonly atLeastMs?: number;
    },
  ): number {
    const counts = this.#failures.get(key) ?? new Map<number, number>();
    const count = counts.get(limits.firstMs) ?? 0;
    counts.set(limits.firstMs, count + 1);
    this.#failures.set(key, counts);
    const delayMs = Math.max(
      atLeastMs,
      Math.min(limits.maxMs, limits.firstMs * 2 ** Math.min(count, 20)),
    ) * (1 + this.#random() / 4);
    const untilMs = Math.max(
      nowMs + delayMs,
      this.#untilMs.get(key) ?? 0,
    );
    this.#untilMs.set(key, untilMs);
    return untilMs;
  }

  /** Tells whether the key still rests. */
  rests(key: string, nowMs: number): boolean {
    return nowMs < (this.#untilMs.get(key) ?? 0);
  }

  /** Forgets everything: a new intent begins anew. */
  clearAll(): void {
    this.#untilMs.clear();
    this.#failures.clear();
  }

  /** Forgets a key's failures: it has worked. */
  clear(key: string): void {
    this.#untilMs.delete(key);
    this.#failures.delete(key);
  }
}
