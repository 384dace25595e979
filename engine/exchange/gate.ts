import type { Clock } from "./clock.ts";
import { localError } from "./errors.ts";
import { Limiter, type Priority, type SlidingWindow } from "./limiter.ts";

/** More waiting requests than this on one account is a fault of ours. */
const WAITING_MAX = 1_000;

interface Ticket {
  readonly pass: () => void;
  readonly refuse: (error: Error) => void;
}

/** The waiting room before an account's windows: {@linkcode Limiter} with a clock. */
export class Gate {
  readonly #clock: Clock;
  readonly #limiter = new Limiter<Ticket>(WAITING_MAX);
  #cancelWake: (() => void) | null = null;
  #wakeAtMs = Infinity;
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Passes when all windows are open and everyone more urgent has gone.
   *
   * @returns Null when passed at once (no promise, no latency).
   * @throws {ExchangeError} `retryable`, certain never to have left, when the
   * queue is full or the gate closed; rejects so when the wait is too long.
   */
  pass(
    windows: readonly SlidingWindow[],
    options: { readonly priority: Priority; readonly expiresAtMs: number },
  ): Promise<void> | null {
    if (this.#closed) throw localError("closed");
    const nowMs = this.#clock.nowMs();
    if (options.expiresAtMs <= nowMs) throw localError("queue_timeout");
    if (this.#limiter.tryPass(windows, nowMs)) return null;
    return new Promise((pass, refuse) => {
      const queued = this.#limiter.enqueue({
        ticket: { pass, refuse },
        priority: options.priority,
        windows,
        expiresAtMs: options.expiresAtMs,
      });
      if (!queued) return refuse(localError("queue_full"));
      this.#poll();
    });
  }

  /** Returns how many could pass at this moment, one window each. */
  room(window: SlidingWindow): number {
    return this.#limiter.size > 0 ? 0 : window.room(this.#clock.nowMs());
  }

  /** Refuses everyone who waits, and all who come. Safe twice. */
  close(): void {
    this.#closed = true;
    this.#cancelWake?.();
    this.#cancelWake = null;
    for (const ticket of this.#limiter.drain()) {
      ticket.refuse(localError("closed"));
    }
  }

  #poll(): void {
    const nowMs = this.#clock.nowMs();
    const { granted, expired, wakeAtMs } = this.#limiter.poll(nowMs);
    for (const ticket of granted) ticket.pass();
    for (const ticket of expired) ticket.refuse(localError("queue_timeout"));
    if (wakeAtMs === null || this.#closed) return;
    if (this.#cancelWake !== null && this.#wakeAtMs <= wakeAtMs) return;
    this.#cancelWake?.();
    this.#wakeAtMs = wakeAtMs;
    this.#cancelWake = this.#clock.after(wakeAtMs - nowMs, () => {
      this.#cancelWake = null;
      this.#poll();
    });
  }
}
