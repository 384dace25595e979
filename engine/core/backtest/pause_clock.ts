import type { PositionSide } from "../model/sides.ts";
import type { Counters } from "./report.ts";

/** Measures for how many candles a leg is paused. */
export class PauseClock {
  readonly #counters: Counters;
  readonly #since = { long: -1, short: -1 };

  constructor(counters: Counters) {
    this.#counters = counters;
  }

  /** Tells how a leg is after a fill. */
  see(side: PositionSide, isPaused: boolean, candle: number): void {
    const since = this.#since[side];
    if (isPaused === since >= 0) return;
    if (since >= 0) this.#count(candle - since);
    this.#since[side] = isPaused ? candle : -1;
  }

  /** The run is over after so many candles. */
  end(candles: number): void {
    for (const since of [this.#since.long, this.#since.short]) {
      if (since >= 0) this.#count(candles - since);
    }
  }

  #count(candles: number): void {
    const counters = this.#counters;
    counters.longestPause = Math.max(counters.longestPause, candles);
  }
}
