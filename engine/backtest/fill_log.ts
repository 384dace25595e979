import type { AnyFill } from "@core/backtest/mod.ts";
import { POSITION_SIDES, PURPOSES } from "@core/model/sides.ts";

const ROWS_FIRST = 1_024;
/** Fills in columns, used again for every model: a tenth of what objects take. */
export class FillLog {
  #candle = new Uint32Array(ROWS_FIRST);
  #price = new Float64Array(ROWS_FIRST);
  #size = new Float64Array(ROWS_FIRST);
  /** Leg and purpose in one: side · 8 + purpose. */
  #kind = new Uint8Array(ROWS_FIRST);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** Forgets them all and keeps the room. */
  clear(): void {
    this.#length = 0;
  }

  push({ candle, price, size, positionSide, purpose }: AnyFill): void {
    const at = this.#length++;
    if (at === this.#candle.length) this.#grow();
    this.#candle[at] = candle;
    this.#price[at] = price;
    this.#size[at] = size;
    this.#kind[at] = 8 * POSITION_SIDES.indexOf(positionSide) +
      PURPOSES.indexOf(purpose);
  }

  /** Returns one fill, 0 ≤ i < length. */
  at(i: number): AnyFill {
    const kind = this.#kind[i] ?? 0;
    return {
      candle: this.#candle[i] ?? NaN,
      price: this.#price[i] ?? NaN,
      size: this.#size[i] ?? NaN,
      positionSide: POSITION_SIDES[kind >> 3] ?? "long",
      purpose: PURPOSES[kind & 7] ?? "open",
    };
  }

  #grow(): void {
    const length = 2 * this.#candle.length;
    const [candle, kind] = [new Uint32Array(length), new Uint8Array(length)];
    const [price, size] = [new Float64Array(length), new Float64Array(length)];
    candle.set(this.#candle);
    kind.set(this.#kind);
    price.set(this.#price);
    size.set(this.#size);
    this.#candle = candle;
    this.#kind = kind;
    this.#price = price;
    this.#size = size;
  }
}
