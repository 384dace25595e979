import type { RangeGridState } from "./state.ts";

/** What closed pairs have earned, quote. */
export interface GridProfit {
  readonly pairs: number;
  readonly gross: number;
  /** At the market's maker rate: entries and exits both rest. */
  readonly fees: number;
  readonly net: number;
}

/**
 * Returns the grid profit: only of closed pairs. What prices did to holdings
 * beyond their own interval is unpaired PnL, and not in here.
 */
export function gridProfitOf(
  state: RangeGridState,
  makerFeeRate: number,
): GridProfit {
  const { count, gross, turnover } = state.pairs;
  const fees = turnover * makerFeeRate;
  return { pairs: count, gross, fees, net: gross - fees };
}
