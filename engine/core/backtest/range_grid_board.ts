/**
 * A running range grid as columns of numbers: one row an interval, lowest
 * first. A buy rests at an interval's lower line, a sell at its upper one;
 * which of the two an interval waits for is all that changes.
 *
 * @module
 */
import type { Market } from "../model/market.ts";
import { linesFrom } from "../strategy/range_grid/lines.ts";
import {
  entryLine,
  intervalAt,
  type RangeGridState,
  rangeOf,
  sideOf,
  withInterval,
} from "../strategy/range_grid/state.ts";

/** See the module's description. */
export class GridBoard {
  readonly low: Float64Array;
  readonly high: Float64Array;
  readonly size: Float64Array;
  readonly isLong: Uint8Array;
  /** 1: holds its size and waits to give it back. */
  readonly isExiting: Uint8Array;
  /** 1: its order rests; an entry the price has passed does not. */
  readonly rests: Uint8Array;
  readonly length: number;
  /** The next order to fill each way; −1 where none rests. */
  buy = -1;
  sell = -1;
  /** Where a sleeping entry may wake up, from either side. */
  wakesBelow = -Infinity;
  wakesAbove = Infinity;

  constructor(state: RangeGridState, market: Market) {
    const range = rangeOf(state);
    const lines = linesFrom(state.grid, state.offset, market.tickSize);
    const column = (of: (k: number) => number) => Float64Array.from(range, of);
    const flags = (of: (k: number) => boolean) =>
      Uint8Array.from(range, (k) => of(k) ? 1 : 0);
    this.length = range.length;
    this.low = Float64Array.from(lines.slice(0, -1));
    this.high = Float64Array.from(lines.slice(1));
    this.size = column((k) => intervalAt(state, k).size);
    this.isLong = flags((k) => sideOf(state, k) === "long");
    this.isExiting = flags((k) => intervalAt(state, k).isExiting);
    this.rests = new Uint8Array(range.length).fill(1);
  }

  /** Tells whether interval `i` waits to buy. */
  buys(i: number): boolean {
    return this.isLong[i] !== this.isExiting[i];
  }

  /**
   * Wakes the entries that the price has come back to, and finds the next
   * orders to fill.
   *
   * @returns How many entries woke up.
   */
  settle(price: number): number {
    const { low, high, isExiting, rests, length } = this;
    this.buy = -1;
    this.sell = -1;
    this.wakesBelow = -Infinity;
    this.wakesAbove = Infinity;
    let woken = 0;
    for (let i = 0; i < length; i++) {
      // Within bounds: i < length.
      const buys = this.isLong[i] !== isExiting[i];
      const line = (buys ? low[i] : high[i]) as number;
      if (rests[i] === 0) {
        if (buys ? line >= price : line <= price) {
          if (buys) this.wakesAbove = Math.min(this.wakesAbove, line);
          else this.wakesBelow = Math.max(this.wakesBelow, line);
          continue;
        }
        rests[i] = 1;
        woken++;
      }
      if (buys) this.buy = i;
      else if (this.sell < 0) this.sell = i;
    }
    return woken;
  }

  /** Puts to sleep the entries that the price has passed. */
  sleep(price: number): void {
    for (let i = 0; i < this.length; i++) {
      if (this.isExiting[i] === 1) continue;
      const line = (this.buys(i) ? this.low[i] : this.high[i]) ?? NaN;
      const isPassed = this.buys(i) ? line >= price : line <= price;
      if (isPassed) this.rests[i] = 0;
    }
  }

  /**
   * Returns what prices between these reach: long entries, short entries, long
   * exits, short exits; the nearest first.
   */
  reached(lowest: number, highest: number): number[] {
    const reached: number[] = [];
    for (let i = 0; i < this.length; i++) {
      if (this.rests[i] === 0) continue;
      const isHit = this.buys(i)
        ? lowest <= (this.low[i] ?? NaN)
        : highest >= (this.high[i] ?? NaN);
      if (isHit) reached.push(i);
    }
    const rank = (i: number) =>
      2 * (this.isExiting[i] ?? 0) + 1 - (this.isLong[i] ?? 0);
    return reached.sort((a, b) =>
      rank(a) - rank(b) || (this.buys(a) ? b - a : a - b)
    );
  }

  get buyPrice(): number {
    return this.buy < 0 ? -Infinity : this.low[this.buy] ?? NaN;
  }

  get sellPrice(): number {
    return this.sell < 0 ? Infinity : this.high[this.sell] ?? NaN;
  }

  /** Returns the state this board stands for. */
  toState(state: RangeGridState, market: Market): RangeGridState {
    let next = state;
    for (const [i, k] of rangeOf(state).entries()) {
      const isExiting = this.isExiting[i] === 1;
      const interval = intervalAt(state, k);
      next = withInterval(next, k, {
        ...interval,
        isExiting,
        held: isExiting ? interval.size : 0,
        basis: isExiting ? entryLine(state, k, market.tickSize) : null,
      });
    }
    return next;
  }
}
