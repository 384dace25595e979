/**
 * Rate limits: so many requests in any second, counted per endpoint and UID
 * (private) or address (public), at Bitget's figures.
 *
 * @module
 */

const WINDOW_MS = 1_000;
/** Counters idle this long are forgotten. */
const FORGET_MS = 60_000;
const COUNTERS_BEFORE_SWEEP = 10_000;

/** Counts requests in a sliding window. */
export class RateLimits {
  readonly #seen: Map<string, number[]> = new Map();
  isOn: boolean;

  constructor(isOn: boolean) {
    this.isOn = isOn;
  }

  /**
   * Counts one request.
   *
   * @param perSecond Requests any second may hold.
   * @returns Whether it is within the limit; refused ones do not count.
   */
  admit(key: string, perSecond: number, atMs: number): boolean {
    if (!this.isOn) return true;
    let times = this.#seen.get(key);
    if (times === undefined) {
      if (this.#seen.size > COUNTERS_BEFORE_SWEEP) this.#sweep(atMs);
      times = [];
      this.#seen.set(key, times);
    }
    while (times.length > 0 && (times[0] ?? 0) <= atMs - WINDOW_MS) {
      times.shift();
    }
    if (times.length >= perSecond) return false;
    times.push(atMs);
    return true;
  }

  #sweep(atMs: number): void {
    for (const [key, times] of this.#seen) {
      if ((times.at(-1) ?? 0) < atMs - FORGET_MS) this.#seen.delete(key);
    }
  }
}
