import type { Clock } from "@engine/exchange/clock.ts";

/**
 * Coalesces everything that might give a loop something to do. Setting it
 * while nobody waits is remembered; setting it twice counts once.
 */
export class Wakeup {
  readonly #clock: Clock;
  #isSet = false;
  #resolve: (() => void) | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Ends the present wait, or the next one at once. */
  set(): void {
    this.#isSet = true;
    this.#resolve?.();
  }

  /** Waits until set or until the time has passed. */
  async wait(timeoutMs: number): Promise<void> {
    if (!this.#isSet) {
      await new Promise<void>((resolve) => {
        const cancel = this.#clock.after(timeoutMs, resolve);
        this.#resolve = () => {
          cancel();
          resolve();
        };
      });
      this.#resolve = null;
    }
    this.#isSet = false;
  }
}
