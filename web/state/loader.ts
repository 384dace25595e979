/** After a failed load the next one is tried this much later. */
export const RETRY_MS = 5_000;

/** What a {@linkcode Loader} loads, and whom it tells. */
export interface LoaderOptions<T> {
  readonly load: () => Promise<T>;
  readonly onRows: (rows: T) => void;
  readonly onFailure: () => void;
}

/**
 * Loads as often as it is asked to: of overlapping loads only the newest
 * counts, and a failed one is tried again by itself.
 */
export class Loader<T> {
  readonly #options: LoaderOptions<T>;
  #newest = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: LoaderOptions<T>) {
    this.#options = options;
  }

  /**
   * Loads now.
   *
   * @throws {TypeError} If rows are not what they should be: an error of ours.
   */
  async reload(): Promise<void> {
    clearTimeout(this.#retryTimer);
    const mine = ++this.#newest;
    try {
      const rows = await this.#options.load();
      if (mine === this.#newest) this.#options.onRows(rows);
    } catch (error) {
      if (mine === this.#newest) this.#fail();
      if (error instanceof TypeError) throw error;
    }
  }

  /** Hears nothing more of what is under way. */
  stop(): void {
    this.#newest++;
    clearTimeout(this.#retryTimer);
  }

  #fail(): void {
    this.#retryTimer = setTimeout(() => void this.reload(), RETRY_MS);
    this.#options.onFailure();
  }
}
