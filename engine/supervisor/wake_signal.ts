/** Wakes one loop; signals that come while it works are one. */
export class WakeSignal {
  #set = false;
  #wake: (() => void) | null = null;

  /** Wakes the waiting loop, or lets its next wait return at once. */
  set(): void {
    this.#set = true;
    this.#wake?.();
  }

  /** Resolves when set, or after `ms`. @returns Whether it was set. */
  async wait(ms: number): Promise<boolean> {
    if (!this.#set) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#wake = () => {
          clearTimeout(timer);
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
