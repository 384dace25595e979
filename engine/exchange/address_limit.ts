/**
 * What one address may send to one venue, all keys together.
 *
 * Beside the budget of requests it knows when the exchange is angry at the
 * address: refusals that go on although each was waited out, or a front that
 * turns requests away before Bitget sees them (403, 418). Then nothing leaves
 * for longer and longer, up to {@linkcode PAUSE_MS_MAX}, or for as long as the
 * exchange says; the first answer that is none of these ends it. Sending on
 * into a ban is how it becomes a long one.
 *
 * @module
 */
import { SlidingWindow } from "./limiter.ts";

/** Commonly quoted for one address; not in Bitget's stored documentation. */
const REQUESTS_PER_MINUTE = 6_000;
const PAUSE_FIRST_MS = 10_000;
/** Longest pause that nobody asked for: bans of 5 minutes are what is told of. */
export const PAUSE_MS_MAX = 300_000;

/** See the head of this file. */
export class AddressLimit extends SlidingWindow {
  #refusals = 0;

  constructor(requestsPerMinute = REQUESTS_PER_MINUTE) {
    super({ count: requestsPerMinute, windowMs: 60_000 });
  }

  /**
   * The exchange refuses the address: nothing leaves for a while.
   *
   * @param refusal.retryAfterMs As the exchange said; null: it did not.
   * @returns How long nothing leaves, ms.
   */
  refused(
    refusal: { readonly nowMs: number; readonly retryAfterMs: number | null },
  ): number {
    const pauseMs = refusal.retryAfterMs ??
      Math.min(PAUSE_MS_MAX, PAUSE_FIRST_MS * 2 ** this.#refusals);
    // Several at once are one refusal: those that were under way together.
    if (this.readyAtMs() <= refusal.nowMs) this.#refusals += 1;
    this.pauseUntil(refusal.nowMs + pauseMs);
    return pauseMs;
  }

  /** The exchange answered. */
  answered(): void {
    this.#refusals = 0;
  }
}
