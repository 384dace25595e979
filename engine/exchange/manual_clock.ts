import type { Clock } from "./clock.ts";

/** A clock for tests: stands still until it is advanced. */
export class ManualClock implements Clock {
  #nowMs: number;
  readonly #timers = new Set<{ atMs: number; callback: () => void }>();

  constructor(startMs = 1_700_000_000_000) {
    this.#nowMs = startMs;
  }

  nowMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { atMs: this.#nowMs + Math.max(0, delayMs), callback };
    this.#timers.add(timer);
    return () => void this.#timers.delete(timer);
  }

  /** Moves on, firing what is due, each at its own time. */
  advance(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (;;) {
      const due = [...this.#timers].filter((timer) => timer.atMs <= untilMs)
        .sort((a, b) => a.atMs - b.atMs)[0];
      if (due === undefined) break;
      this.#timers.delete(due);
      this.#nowMs = Math.max(this.#nowMs, due.atMs);
      due.callback();
    }
    this.#nowMs = untilMs;
  }
}

/**
 * Lets a manual clock run until the work is done.
 *
 * @param stepMs Passes at each turn of the event loop: short of every deadline
 * that must not strike while a real answer is on its way.
 */
export async function runClock<T>(
  clock: ManualClock,
  work: Promise<T>,
  stepMs = 10,
): Promise<T> {
  let isDone = false;
  const end = () => void (isDone = true);
  work.then(end, end);
  while (!isDone) {
    await new Promise((resolve) => setTimeout(resolve, 0));
    clock.advance(stepMs);
  }
  return await work;
}
