import type { CandleColumns } from "./columns.ts";

const CAPACITY_MIN = 1_024;
const COLUMNS = 5;

/**
 * Columns that grow. Told its length beforehand it never copies: a year of
 * minutes is 21 MB, and no more.
 */
export class CandleBuffer {
  #columns: Float64Array[];
  #length = 0;

  /** @param capacity Candles expected, ≥ 0. */
  constructor(capacity = 0) {
    const room = Math.max(CAPACITY_MIN, Math.ceil(capacity));
    this.#columns = Array.from(
      { length: COLUMNS },
      () => new Float64Array(room),
    );
  }

  get length(): number {
    return this.#length;
  }

  /** Opening time of the newest candle, ms; -Infinity without one. */
  get lastOpenTimeMs(): number {
    return this.#columns[0]?.[this.#length - 1] ?? -Infinity;
  }

  /** @param values Opening time, open, high, low, close; more is ignored. */
  push(values: ArrayLike<number>): void {
    const room = this.#columns[0]?.length ?? 0;
    if (this.#length === room) this.#grow(2 * room);
    for (let i = 0; i < COLUMNS; i++) {
      const column = this.#columns[i];
      if (column !== undefined) column[this.#length] = values[i] ?? NaN;
    }
    this.#length++;
  }

  /** Returns what was pushed; shares the memory. */
  columns(): CandleColumns {
    const [openTimeMs, open, high, low, close] = this.#columns.map((column) =>
      column.subarray(0, this.#length)
    );
    if (!openTimeMs || !open || !high || !low || !close) {
      throw new RangeError("Cannot return candles without their columns");
    }
    return { length: this.#length, openTimeMs, open, high, low, close };
  }

  #grow(capacity: number): void {
    this.#columns = this.#columns.map((column) => {
      const larger = new Float64Array(capacity);
      larger.set(column);
      return larger;
    });
  }
}
