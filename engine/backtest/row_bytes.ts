const ZERO = 48;
const DOT = 46;
const MINUS = 45;
/** A row of two numbers is never longer. */
const ROW_BYTES_MAX = 64;
/** Digits behind the point; a number of this size and above is exact so. */
const PLACES = 8;
const SCALE = 10 ** PLACES;
const SCALED_MAX = Number.MAX_SAFE_INTEGER;
const SCALED_MIN = 1;

/** Rows of numbers as bytes, in one buffer that is used again. */
export class RowBytes {
  readonly #bytes: Uint8Array;
  #length = 0;
  #count = 0;

  /** @param rows So many fit between two calls of `take`. */
  constructor(rows: number) {
    this.#bytes = new Uint8Array(rows * ROW_BYTES_MAX);
  }

  /** Rows since the last `take`. */
  get count(): number {
    return this.#count;
  }

  /** Ends a row. */
  end(): void {
    this.text("\n");
    this.#count++;
  }

  /** Adds ASCII text. */
  text(text: string): void {
    for (let i = 0; i < text.length; i++) {
      this.#bytes[this.#length++] = text.charCodeAt(i);
    }
  }

  /**
   * Adds a number, rounded to eight digits behind the point; where that would
   * lose more than the last bit's worth of it, as JavaScript writes it.
   */
  number(value: number): void {
    const size = Math.abs(value);
    const scaled = Math.round(size * SCALE);
    const isWhole = Number.isInteger(value);
    const fits = isWhole
      ? size <= SCALED_MAX
      : scaled <= SCALED_MAX && size >= SCALED_MIN;
    if (!fits) return this.text(String(value));
    if (value < 0) this.#bytes[this.#length++] = MINUS;
    if (isWhole) return this.#digits(size, 1);
    const whole = Math.floor(scaled / SCALE);
    this.#digits(whole, 1);
    let rest = scaled - whole * SCALE;
    if (rest === 0) return;
    let places = PLACES;
    while (rest % 10 === 0) {
      rest /= 10;
      places--;
    }
    this.#bytes[this.#length++] = DOT;
    this.#digits(rest, places);
  }

  /** Returns what has been added; good until the next call of anything. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.#length);
    this.#length = 0;
    this.#count = 0;
    return taken;
  }

  /** A whole number ≥ 0, at least `width` digits. */
  #digits(value: number, width: number): void {
    let count = 1;
    for (let limit = 10; value >= limit; limit *= 10) count++;
    count = Math.max(count, width);
    let rest = value;
    for (let at = this.#length + count - 1; at >= this.#length; at--) {
      const next = Math.floor(rest / 10);
      this.#bytes[at] = ZERO + rest - next * 10;
      rest = next;
    }
    this.#length += count;
  }
}
