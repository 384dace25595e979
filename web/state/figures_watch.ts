/** The engine writes its figures within a second of a fill. */
const DELAY_MS = 1_200;
/** So often they are looked for; a broadcast brings them anyway. */
const LOOKS_MAX = 3;

/**
 * Looks for the figures a fill has made until they are there: once per delay,
 * however many fills come, and not for ever.
 */
export class FiguresWatch {
  readonly #look: (sinceMs: number) => Promise<boolean>;
  readonly #delayMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #sinceMs = 0;
  #looksLeft = 0;

  /**
   * @param look Reads the figures; false while they are not newer than an
   * instant (epoch ms, the database's clock) or are not complete. Throws never.
   * @param delayMs Before each look.
   */
  constructor(
    look: (sinceMs: number) => Promise<boolean>,
    delayMs = DELAY_MS,
  ) {
    this.#look = look;
    this.#delayMs = delayMs;
  }

  /**
   * Says that a fill has come.
   *
   * @param knownMs Of when the figures are that are known, epoch ms.
   */
  begin(knownMs: number): void {
    this.#sinceMs = knownMs;
    this.#looksLeft = LOOKS_MAX;
    this.#schedule();
  }

  /** Ends it; an answer under way changes nothing any more here. */
  stop(): void {
    this.#looksLeft = 0;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (this.#timer !== undefined || this.#looksLeft === 0) return;
    this.#timer = setTimeout(() => void this.#fire(), this.#delayMs);
  }

  async #fire(): Promise<void> {
    const left = --this.#looksLeft;
    const isThere = await this.#look(this.#sinceMs);
    this.#timer = undefined;
    // A fill that came meanwhile has asked for looks of its own.
    if (isThere && this.#looksLeft === left) this.#looksLeft = 0;
    this.#schedule();
  }
}
