/**
 * Candles as columns of numbers: what a backtest walks through.
 *
 * @module
 */

/** Distance between two candles of a backtest, ms. */
export const MINUTE_MS = 60_000;

/** Candles, oldest first, gap-free, columns of equal length. */
export interface CandleColumns {
  readonly length: number;
  readonly openTimeMs: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
}

/** Returns a part of the candles, `from` ≤ index < `to`; shares their memory. */
export function sliceCandles(
  candles: CandleColumns,
  from: number,
  to: number,
): CandleColumns {
  const openTimeMs = candles.openTimeMs.subarray(from, to);
  return {
    length: openTimeMs.length,
    openTimeMs,
    open: candles.open.subarray(from, to),
    high: candles.high.subarray(from, to),
    low: candles.low.subarray(from, to),
    close: candles.close.subarray(from, to),
  };
}
