import type { BotMetrics } from "../data/rows.ts";

/** A sum in which one unknown makes the whole unknown. */
function sumKnown(parts: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const part of parts) {
    if (part === null) return null;
    sum += part;
  }
  return sum;
}

/** Realized PnL after fees and funding, quote; null while a part is unknown. */
export function netRealizedOf(metrics: BotMetrics | null): number | null {
  if (metrics === null) return null;
  const { realizedPnl, fees, funding } = metrics;
  return sumKnown([realizedPnl, fees === null ? null : -fees, funding]);
}

/** Fees and funding together, quote, signed as they change the result. */
export function costsOf(metrics: BotMetrics | null): number | null {
  if (metrics === null) return null;
  const { fees, funding } = metrics;
  return sumKnown([fees === null ? null : -fees, funding]);
}

/** Everything the bot has made or lost, open positions included, quote. */
export function netResultOf(metrics: BotMetrics | null): number | null {
  if (metrics === null) return null;
  return sumKnown([netRealizedOf(metrics), metrics.unrealizedPnl]);
}

/** What is still held at the price of now: all but the closed pairs, quote. */
export function unpairedOf(metrics: BotMetrics | null): number | null {
  if (metrics === null) return null;
  const { realizedPnl, unrealizedPnl, gridProfit } = metrics;
  return sumKnown([
    realizedPnl,
    unrealizedPnl,
    gridProfit === null ? null : -gridProfit,
  ]);
}

/** How many of the two legs hold something; null while that is unknown. */
export function openPositionsOf(metrics: BotMetrics | null): number | null {
  if (metrics === null) return null;
  const { longSize, shortSize } = metrics;
  if (longSize === null || shortSize === null) return null;
  return [longSize, shortSize].filter((size) => size > 0).length;
}
