/** What a trade told is: never told before, told without its cost, known. */
export type TradeNews = "new" | "completed" | "known";

/** Trade ids already taken in, a bounded number of them. */
export class TradeIds {
  /** By id: whether its cost is known. */
  readonly #seen = new Map<string, boolean>();
  readonly #limit: number;

  constructor(limit = 2_000) {
    this.#limit = limit;
  }

  /** Whether it was told before. */
  has(id: string): boolean {
    return this.#seen.has(id);
  }

  /**
   * Remembers an id.
   *
   * @param isComplete Whether it is told with what it cost.
   */
  add(id: string, isComplete: boolean): TradeNews {
    const before = this.#seen.get(id);
    if (before !== undefined) {
      if (before || !isComplete) return "known";
      this.#seen.set(id, true);
      return "completed";
    }
    this.#seen.set(id, isComplete);
    if (this.#seen.size > this.#limit) {
      const [oldest] = this.#seen.keys();
      if (oldest !== undefined) this.#seen.delete(oldest);
    }
    return "new";
  }
}
