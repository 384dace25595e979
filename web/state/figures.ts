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

/**
 * Rounds the parts of a total so that what is shown adds up: each to the cent
 * below or above it, the cents that are left where rounding has taken most.
 *
 * @param total What the parts add up to, as it is shown beside them.
 * @returns Unchanged while the total or a part is unknown.
 */
export function roundToTotal(
  parts: readonly (number | null)[],
  total: number | null,
): readonly (number | null)[] {
  if (total === null) return parts;
  const cents: number[] = [];
  const errors: number[] = [];
  for (const part of parts) {
    if (part === null) return parts;
    const whole = centsOf(part);
    cents.push(whole);
    errors.push(part * 100 - whole);
  }
  const missing = centsOf(total) - cents.reduce((sum, c) => sum + c, 0);
  const step = Math.sign(missing);
  const order = errors.map((_, i) => i)
    .sort((a, b) => step * ((errors[b] ?? 0) - (errors[a] ?? 0)));
  // More than a cent each is no matter of rounding: the parts are not of this total.
  if (Math.abs(missing) > parts.length) return parts;
  for (const i of order.slice(0, Math.abs(missing))) {
    cents[i] = (cents[i] ?? 0) + step;
  }
  return cents.map((whole) => whole / 100);
}

/** As an amount is shown: halves away from zero. */
function centsOf(value: number): number {
  return Math.round(Number(value.toFixed(2)) * 100);
}
