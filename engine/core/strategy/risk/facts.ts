import type { PositionSide } from "../../model/sides.ts";
import type { LegPositions } from "../plan.ts";

/** What risk layers look at beside orders and positions. Null is unknown. */
export interface RiskFacts {
  /** Of the trader's intent: a new start begins limits anew. */
  readonly runVersion: number;
  /** The account's, quote: wallet plus unrealized PnL. */
  readonly equity: number | null;
  /** Quote per base. */
  readonly markPrice: number;
  /** Fraction per interval, > 0: longs pay shorts. */
  readonly fundingRate: number | null;
  /** Average open prices; null while flat, and while a fill may be missing. */
  readonly entryPrices: Readonly<Record<PositionSide, number | null>>;
}

/** Returns the facts where nobody told any: prices and positions alone. */
export function plainFacts(
  quote: { readonly bestBid: number; readonly bestAsk: number },
  { long, short }: LegPositions,
): RiskFacts {
  return {
    runVersion: 0,
    equity: null,
    markPrice: (quote.bestBid + quote.bestAsk) / 2,
    fundingRate: null,
    entryPrices: { long: long.entryPrice, short: short.entryPrice },
  };
}

/** One leg as the layers see it. */
export interface RiskLeg {
  /** What the bot holds of it, base, ≥ 0; a stranger's position is 0. */
  readonly size: number;
  /** Unrealized, quote, signed; null is unknown. */
  readonly pnl: number | null;
  /** Average open price; 0 while flat or unknown. */
  readonly entryPrice: number;
  readonly settled: boolean;
}

/** Both legs. */
export type RiskLegs = Readonly<Record<PositionSide, RiskLeg>>;

/** Returns both legs with their unrealized PnL at the mark price. */
export function riskLegs(
  { positions, owned, facts }: {
    readonly positions: LegPositions;
    /** Whether a leg's position is the bot's own. */
    readonly owned: Readonly<Record<PositionSide, boolean>>;
    readonly facts: RiskFacts;
  },
): RiskLegs {
  const leg = (side: PositionSide): RiskLeg => {
    const { settled } = positions[side];
    const size = owned[side] ? positions[side].size : 0;
    if (size === 0) return { size, pnl: 0, entryPrice: 0, settled };
    const entryPrice = facts.entryPrices[side];
    if (entryPrice === null || !settled) {
      return { size, pnl: null, entryPrice: 0, settled };
    }
    const sign = side === "long" ? 1 : -1;
    const pnl = sign * (facts.markPrice - entryPrice) * size;
    return { size, pnl, entryPrice, settled };
  };
  return { long: leg("long"), short: leg("short") };
}

/** Returns the unrealized PnL of both legs; null is unknown. */
export function totalPnl({ long, short }: RiskLegs): number | null {
  return long.pnl === null || short.pnl === null ? null : long.pnl + short.pnl;
}
