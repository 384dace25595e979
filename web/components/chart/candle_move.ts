import type { Candle } from "@core/model/candle.ts";

/**
 * Returns the candles with which a chart of `before` becomes one of `after`: its
 * last one, moved, and those behind it.
 *
 * @param before Oldest first; a candle that is the same object has not changed.
 * @returns Null where something older has changed: all must be drawn anew.
 */
export function movedCandles(
  before: readonly Candle[],
  after: readonly Candle[],
): readonly Candle[] | null {
  const last = before.length - 1;
  if (last < 0 || after.length < before.length) return null;
  for (let i = 0; i < last; i++) {
    if (before[i] !== after[i]) return null;
  }
  const isSameLast = before[last]?.openTimeMs === after[last]?.openTimeMs;
  return isSameLast ? after.slice(last) : null;
}
