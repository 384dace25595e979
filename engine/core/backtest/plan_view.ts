import type { Market } from "../model/market.ts";
import type { PositionSide } from "../model/sides.ts";
import type { PlanView } from "../strategy/kind.ts";
import type { Ledger } from "./ledger.ts";
import type { RestingOrder } from "./plan_rules.ts";

/** The moment at which a strategy is asked. */
export interface Moment {
  /** Bid, ask and mark price, quote per base. */
  readonly price: number;
  readonly nowMs: number;
  /** What rests of the legs that are planned, as the strategy may see it. */
  readonly resting: readonly RestingOrder[];
  /** The last one settled; null: none so far. */
  readonly fundingRate: number | null;
}

/** Returns what a backtest tells a strategy of its account. */
export function planViewOf(
  ledger: Ledger,
  market: Market,
  { price, nowMs, resting, fundingRate }: Moment,
): PlanView & { readonly market: Market } {
  const position = (side: PositionSide) => {
    const { size, average } = ledger[side];
    return { size, entryPrice: size > 0 ? average : null, settled: true };
  };
  const positions = { long: position("long"), short: position("short") };
  return {
    market,
    positions,
    quote: { bestBid: price, bestAsk: price },
    marginRatio: ledger.marginRatioAt(price),
    working: resting.map((order) => ({
      ...order,
      filledSize: 0,
      placedAtMs: 0,
    })),
    nowMs,
    facts: {
      runVersion: 1,
      equity: ledger.equityAt(price),
      markPrice: price,
      fundingRate,
      entryPrices: {
        long: positions.long.entryPrice,
        short: positions.short.entryPrice,
      },
    },
  };
}
