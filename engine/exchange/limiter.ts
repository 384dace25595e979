/**
 * Who may send when. Bitget counts requests per second, per UID and endpoint
 * or per IP. A sliding window remembers the last `count` sends and opens
 * again when the oldest is a window old: unlike a token bucket (which lets
 * 2 × count pass in a second after idling) it never exceeds the limit in any
 * second, and an idle one costs no latency at all.
 *
 * Pure: time is passed in; {@linkcode Gate} in gate.ts adds the waiting.
 *
 * @module
 */
import { assert } from "@core/mod.ts";

/** Requests are granted in this order; equal ones first come, first served. */
export const PRIORITIES = ["cancel", "close", "entry", "read"] as const;

/** One of {@linkcode PRIORITIES}. */
export type Priority = (typeof PRIORITIES)[number];

/** Added to every window: network jitter may bunch requests on their way. */
const WINDOW_SLACK_MS = 20;

/** At most `count` passes in any `windowMs`. */
export class SlidingWindow {
  readonly #passedAtMs: Float64Array;
  readonly #windowMs: number;
  #next = 0;
  #pausedUntilMs = -Infinity;

  constructor(options: { readonly count: number; readonly windowMs: number }) {
    assert(options.count >= 1, `Window needs a count ≥ 1: ${options.count}`);
    this.#passedAtMs = new Float64Array(options.count).fill(-Infinity);
    this.#windowMs = options.windowMs + WINDOW_SLACK_MS;
  }

  /** Returns from when on one more may pass, epoch ms; in the past when open. */
  readyAtMs(): number {
    const oldest = this.#passedAtMs[this.#next] ?? -Infinity;
    return Math.max(oldest + this.#windowMs, this.#pausedUntilMs);
  }

  /** Returns how many may pass at this moment. */
  room(nowMs: number): number {
    if (this.#pausedUntilMs > nowMs) return 0;
    let room = 0;
    for (const atMs of this.#passedAtMs) {
      if (atMs + this.#windowMs <= nowMs) room++;
    }
    return room;
  }

  /** Records a pass. */
  take(nowMs: number): void {
    this.#passedAtMs[this.#next] = nowMs;
    this.#next = (this.#next + 1) % this.#passedAtMs.length;
  }

  /** Lets nothing pass before this moment: the exchange said 429. */
  pauseUntil(untilMs: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, untilMs);
  }
}

interface Waiting<T> {
  readonly ticket: T;
  readonly rank: number;
  readonly windows: readonly SlidingWindow[];
  readonly expiresAtMs: number;
}

/** What {@linkcode Limiter.poll} decided. */
export interface Granted<T> {
  readonly granted: readonly T[];
  /** Waited longer than they were willing to. */
  readonly expired: readonly T[];
  /** When to poll again, epoch ms; null when nobody waits. */
  readonly wakeAtMs: number | null;
}

/** The queue before a set of windows. */
export class Limiter<T> {
  readonly #waiting: Waiting<T>[] = [];
  readonly #sizeMax: number;

  constructor(sizeMax: number) {
    this.#sizeMax = sizeMax;
  }

  /** How many wait. */
  get size(): number {
    return this.#waiting.length;
  }

  /** Passes at once, if the windows are open and nobody waits for any of them. */
  tryPass(windows: readonly SlidingWindow[], nowMs: number): boolean {
    if (windows.some((window) => window.readyAtMs() > nowMs)) return false;
    for (const waiting of this.#waiting) {
      if (waiting.windows.some((window) => windows.includes(window))) {
        return false;
      }
    }
    for (const window of windows) window.take(nowMs);
    return true;
  }

  /** Joins the queue; false when it is full. */
  enqueue(
    request: {
      readonly ticket: T;
      readonly priority: Priority;
      readonly windows: readonly SlidingWindow[];
      readonly expiresAtMs: number;
    },
  ): boolean {
    if (this.#waiting.length >= this.#sizeMax) return false;
    const rank = PRIORITIES.indexOf(request.priority);
    const behind = this.#waiting.findIndex((other) => other.rank > rank);
    this.#waiting.splice(
      behind === -1 ? this.#waiting.length : behind,
      0,
      { ...request, rank },
    );
    return true;
  }

  /** Grants what may go now, most urgent first, and says when to ask again. */
  poll(nowMs: number): Granted<T> {
    const granted: T[] = [];
    const expired: T[] = [];
    let wakeAtMs = Infinity;
    const staying = this.#waiting.filter((waiting) => {
      // Asked first: after a stall of the process, what waited is stale.
      if (waiting.expiresAtMs <= nowMs) {
        expired.push(waiting.ticket);
        return false;
      }
      const readyAtMs = Math.max(...waiting.windows.map((w) => w.readyAtMs()));
      if (readyAtMs <= nowMs) {
        for (const window of waiting.windows) window.take(nowMs);
        granted.push(waiting.ticket);
        return false;
      }
      wakeAtMs = Math.min(wakeAtMs, readyAtMs, waiting.expiresAtMs);
      return true;
    });
    this.#waiting.splice(0, this.#waiting.length, ...staying);
    return {
      granted,
      expired,
      wakeAtMs: wakeAtMs === Infinity ? null : wakeAtMs,
    };
  }

  /** Empties the queue and returns who was in it. */
  drain(): readonly T[] {
    return this.#waiting.splice(0).map((waiting) => waiting.ticket);
  }
}
