import type { Position, PositionSide } from "@core/mod.ts";

/** What the exchange says of a leg beyond its size; null where it does not, or flat. */
export interface LegPrice {
  readonly liquidationPrice: number | null;
  readonly breakEvenPrice: number | null;
  /** At its mark price of that moment, quote. */
  readonly unrealizedPnl: number | null;
}

/** Both legs' {@linkcode LegPrice}. */
export type LegPrices = Readonly<Record<PositionSide, LegPrice>>;

const UNKNOWN: LegPrice = {
  liquidationPrice: null,
  breakEvenPrice: null,
  unrealizedPnl: null,
};

/** Before the exchange has said anything. */
export const NO_LEG_PRICES: LegPrices = { long: UNKNOWN, short: UNKNOWN };

/** Returns what a symbol's positions, the full set, say: a leg not named is flat. */
export function legPricesOf(positions: readonly Position[]): LegPrices {
  const of = (side: PositionSide): LegPrice => {
    const leg = positions.find((position) => position.positionSide === side);
    if (leg === undefined || leg.size === 0) return UNKNOWN;
    const { liquidationPrice, breakEvenPrice, unrealizedPnl } = leg;
    return { liquidationPrice, breakEvenPrice, unrealizedPnl };
  };
  return { long: of("long"), short: of("short") };
}
