/**
 * A run drawn with few points: charts, and the memory of whoever keeps them.
 *
 * @module
 */
import type { CandleColumns } from "../candles/columns.ts";

/** Equity and drawdown, thinned. Columns of equal length. */
export interface EquityCurve {
  /** Opening time of the last candle of each part. */
  readonly atMs: Float64Array;
  /** At that candle's close, quote. */
  readonly equity: Float64Array;
  /** Largest within the part, from the running peak, 0…1. */
  readonly drawdown: Float64Array;
}

/**
 * Thins an equity curve: no drawdown is lost on the way.
 *
 * @param equity At each close.
 * @param cash Where the peak starts.
 * @param pointsMax > 0.
 */
export function thinEquity(
  candles: CandleColumns,
  equity: Float64Array,
  { cash, pointsMax }: { readonly cash: number; readonly pointsMax: number },
): EquityCurve {
  const { length, openTimeMs } = candles;
  const points = Math.min(length, Math.max(1, Math.floor(pointsMax)));
  const curve = {
    atMs: new Float64Array(points),
    equity: new Float64Array(points),
    drawdown: new Float64Array(points),
  };
  let peak = cash;
  let at = 0;
  for (let point = 0; point < points; point++) {
    const end = Math.floor((point + 1) * length / points);
    let worst = 0;
    for (; at < end; at++) {
      const value = equity[at] ?? NaN;
      if (value > peak) peak = value;
      worst = Math.max(worst, (peak - value) / peak);
    }
    curve.atMs[point] = openTimeMs[end - 1] ?? NaN;
    curve.equity[point] = equity[end - 1] ?? NaN;
    curve.drawdown[point] = worst;
  }
  return curve;
}

/** Lengths of bars people know, minutes. */
const BAR_MINUTES = [1, 5, 15, 30, 60, 120, 240, 480, 1_440, 10_080];
const MINUTE_MS = 60_000;

/** Candles joined to longer bars. */
export interface Bars extends CandleColumns {
  readonly intervalMs: number;
}

/** Joins one-minute candles so that at most so many bars remain. */
export function joinBars(candles: CandleColumns, barsMax: number): Bars {
  const minutes = BAR_MINUTES.find((one) => candles.length / one <= barsMax) ??
    10_080;
  const intervalMs = minutes * MINUTE_MS;
  const { openTimeMs, open, high, low, close } = candles;
  const bars: number[][] = [];
  let last: number[] | undefined;
  for (let i = 0; i < candles.length; i++) {
    const at = Math.floor((openTimeMs[i] ?? NaN) / intervalMs) * intervalMs;
    const [h = NaN, l = NaN, c = NaN] = [high[i], low[i], close[i]];
    if (last === undefined || last[0] !== at) {
      last = [at, open[i] ?? NaN, h, l, c];
      bars.push(last);
    } else {
      last[2] = Math.max(last[2] ?? h, h);
      last[3] = Math.min(last[3] ?? l, l);
      last[4] = c;
    }
  }
  const column = (at: number) =>
    Float64Array.from(bars, (bar) => bar[at] ?? NaN);
  return {
    length: bars.length,
    openTimeMs: column(0),
    open: column(1),
    high: column(2),
    low: column(3),
    close: column(4),
    intervalMs,
  };
}
