import type { Balance, LegPositions, Market, Quote } from "@core/mod.ts";
import type { BotMetrics } from "@engine/store/port.ts";
import type { LegPrices } from "./leg_prices.ts";

/** What the figures of the moment are computed from. */
export interface FiguresInput {
  readonly balance: Balance | null;
  /** Unrealized PnL of the account's other symbols; null unknown. */
  readonly othersPnl: number | null;
  readonly positions: LegPositions;
  readonly quote: Quote | null;
  readonly market: Market;
}

/** Returns both legs' unrealized PnL at the mark price; null when a number is missing. */
export function unrealizedPnlOf(
  positions: LegPositions,
  quote: Quote | null,
): number | null {
  const { long, short } = positions;
  if (long.size === 0 && short.size === 0) return 0;
  if (quote === null) return null;
  let sum = 0;
  for (const [leg, sign] of [[long, 1], [short, -1]] as const) {
    if (leg.size === 0) continue;
    if (leg.entryPrice === null) return null;
    sum += sign * (quote.markPrice - leg.entryPrice) * leg.size;
  }
  return sum;
}

/** As the exchange last told it: a bot may stop before any price has come. */
function toldPnlOf(
  { long, short }: LegPositions,
  legPrices: LegPrices,
): number | null {
  const of = (size: number, told: number | null) => size === 0 ? 0 : told;
  const [ours, theirs] = [
    of(long.size, legPrices.long.unrealizedPnl),
    of(short.size, legPrices.short.unrealizedPnl),
  ];
  return ours === null || theirs === null ? null : ours + theirs;
}

/** Returns the account's equity, this symbol's PnL brought up to the mark price. */
export function equityOf(input: FiguresInput): number | null {
  const { balance, othersPnl } = input;
  if (balance === null) return null;
  const own = unrealizedPnlOf(input.positions, input.quote);
  return own === null || othersPnl === null
    ? balance.equity
    : balance.equity - balance.unrealizedPnl + own + othersPnl;
}

/**
 * Returns maintenance margin ÷ equity: the exchange's own figure, or at least
 * what this symbol alone needs. Null when not even that is known.
 */
export function marginRatioOf(input: FiguresInput): number | null {
  const { balance, positions, quote, market } = input;
  const size = positions.long.size + positions.short.size;
  const equity = equityOf(input);
  if (equity === null) return null;
  const own = size === 0
    ? 0
    : quote === null
    ? null
    : equity <= 0
    ? 1
    : size * quote.markPrice * market.maintenanceMarginRate / equity;
  if (balance?.marginRatio === null || balance?.marginRatio === undefined) {
    return own;
  }
  return Math.max(balance.marginRatio, own ?? 0);
}

/** Returns the row of figures; what is not known is null. */
export function metricsOf(
  input: FiguresInput & {
    readonly openOrders: number;
    readonly lastSyncAtMs: number;
    readonly legPrices: LegPrices;
  },
): BotMetrics {
  const { long, short } = input.positions;
  const { long: longPrices, short: shortPrices } = input.legPrices;
  return {
    markPrice: input.quote?.markPrice ?? null,
    longSize: long.size,
    longEntryPrice: long.entryPrice,
    shortSize: short.size,
    shortEntryPrice: short.entryPrice,
    unrealizedPnl: input.quote === null
      ? toldPnlOf(input.positions, input.legPrices)
      : unrealizedPnlOf(input.positions, input.quote),
    equity: equityOf(input),
    marginRatio: marginRatioOf(input),
    openOrders: input.openOrders,
    lastSyncAtMs: input.lastSyncAtMs,
    longLiquidationPrice: longPrices.liquidationPrice,
    shortLiquidationPrice: shortPrices.liquidationPrice,
    longBreakEvenPrice: longPrices.breakEvenPrice,
    shortBreakEvenPrice: shortPrices.breakEvenPrice,
  };
}
