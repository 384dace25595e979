import { SYSTEM_TIMERS, type Timers } from "./timers.ts";

/** Wakes one loop; signals that come while it works are one. */
export class WakeSignal {
  readonly #timers: Timers;
  #set = false;
  #wake: (() => void) | null = null;

  constructor(timers: Timers = SYSTEM_TIMERS) {
    this.#timers = timers;
  }

  /** Wakes the waiting loop, or lets its next wait return at once. */
  set(): void {
    this.#set = true;
    this.#wake?.();
  }

  /** Resolves when set, or after `ms`. @returns Whether it was set. */
  async wait(ms: number): Promise<boolean> {
    if (!this.#set) {
      await new Promise<void>((resolve) => {
        const cancel = this.#timers.after(ms, resolve);
        this.#wake = () => {
          cancel();
          resolve();
        };
      });
    }
    const wasSet = this.#set;
    this.#set = false;
    this.#wake = null;
    return wasSet;
  }
}
