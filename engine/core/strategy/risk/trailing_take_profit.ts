import type { RiskLayers } from "./config.ts";

/**
 * The risk layer "trailing take-profit": armed at the start profit, it closes
 * when the unrealized PnL has fallen far enough from its peak, also when that
 * is below the start by then.
 *
 * @param peak Highest PnL since it was armed; null: not armed.
 * @returns The peak to remember, and whether both legs are to be closed.
 */
export function trailTakeProfit(
  layer: NonNullable<RiskLayers["trailingTakeProfit"]>,
  { pnl, peak }: {
    /** Unrealized PnL of both legs, quote. */
    readonly pnl: number;
    readonly peak: number | null;
  },
): { readonly peak: number | null; readonly closes: boolean } {
  if (peak === null) {
    return { peak: pnl >= layer.startProfit ? pnl : null, closes: false };
  }
  const highest = Math.max(peak, pnl);
  const closes = highest - pnl >= trailingDistance(layer, highest);
  return { peak: highest, closes };
}

/** Returns how far the PnL may fall from its peak, quote. */
export function trailingDistance(
  layer: NonNullable<RiskLayers["trailingTakeProfit"]>,
  peak: number,
): number {
  return Math.max(layer.minDrawdown, layer.drawdownFraction * peak);
}
