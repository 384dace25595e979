import type { CandleColumns } from "./columns.ts";
import type { Ledger } from "./ledger.ts";
import type { Counters } from "./report.ts";

/** Prices between which nothing can happen. */
export interface QuietBand {
  readonly floor: number;
  readonly ceiling: number;
}

/**
 * Follows equity, peak and drawdown through candles that stay in a band.
 *
 * @param record Receives the equity at each close.
 * @returns The first candle from `from` on that leaves the band, or `end`.
 */
export function skipQuiet(
  candles: CandleColumns,
  { from, end, band, ledger, counters, record }: {
    readonly from: number;
    readonly end: number;
    readonly band: QuietBand;
    readonly ledger: Ledger;
    readonly counters: Counters;
    readonly record: Float64Array | undefined;
  },
): number {
  const { low, high, close } = candles;
  const { floor, ceiling } = band;
  const base = ledger.equityBase;
  const slope = ledger.equitySlope;
  let peak = counters.peak;
  let worst = counters.maxDrawdown;
  let at = from;
  for (; at < end; at++) {
    // Within bounds: at < end ≤ length.
    if ((low[at] as number) < floor || (high[at] as number) > ceiling) break;
    const equity = base + slope * (close[at] as number);
    if (record !== undefined) record[at] = equity;
    if (equity > peak) peak = equity;
    else if (peak - equity > worst * peak) worst = (peak - equity) / peak;
  }
  counters.peak = peak;
  counters.maxDrawdown = worst;
  return at;
}
