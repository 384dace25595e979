import { setImmediate } from "node:timers";

interface Happening {
  readonly atMs: number;
  /** Of those at the same moment, the one planned first happens first. */
  readonly sequence: number;
  run: (() => void) | null;
}

/**
 * The simulation's time. It stands still while anything can still happen
 * without it, and then jumps to the next thing planned: a run depends on no
 * real clock and on nothing but what is planned.
 */
export class Timeline {
  #nowMs: number;
  #sequence = 0;
  readonly #heap: Happening[] = [];

  constructor(startMs: number) {
    this.#nowMs = startMs;
  }

  /** True time, epoch ms: the exchange's and the database's. */
  get nowMs(): number {
    return this.#nowMs;
  }

  /** Plans something; the returned function takes it back. */
  at(atMs: number, run: () => void): () => void {
    const happening: Happening = {
      atMs: Math.max(Math.ceil(atMs), this.#nowMs),
      sequence: this.#sequence++,
      run,
    };
    this.#push(happening);
    return () => void (happening.run = null);
  }

  /** Plans something this much later. */
  after(delayMs: number, run: () => void): () => void {
    return this.at(this.#nowMs + Math.max(0, delayMs), run);
  }

  /**
   * Lets everything planned until then happen, one by one; after each all that
   * follows without time passing, then `check`.
   */
  async run(untilMs: number, check: () => void): Promise<void> {
    for (;;) {
      const next = this.#heap[0];
      if (next === undefined || next.atMs > untilMs) break;
      this.#pop();
      const { run } = next;
      if (run === null) continue;
      this.#nowMs = next.atMs;
      run();
      // One turn of the event loop: every microtask has run when it is over.
      await new Promise<void>((resolve) => void setImmediate(resolve));
      check();
    }
    this.#nowMs = untilMs;
  }

  #push(happening: Happening): void {
    const heap = this.#heap;
    let index = heap.push(happening) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(happening, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = happening;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      const left = heap[child];
      if (left === undefined) break;
      const right = heap[child + 1];
      if (right !== undefined && isBefore(right, left)) child++;
      const least = heap[child];
      if (least === undefined || !isBefore(least, last)) break;
      heap[index] = least;
      index = child;
    }
    heap[index] = last;
  }
}

function isBefore(a: Happening, b: Happening): boolean {
  return a.atMs !== b.atMs ? a.atMs < b.atMs : a.sequence < b.sequence;
}
