import type { Position, PositionSide } from "@core/mod.ts";

/** Prices the exchange gives for a leg; null where it gives none, or flat. */
export interface LegPrice {
  readonly liquidationPrice: number | null;
  readonly breakEvenPrice: number | null;
}

/** Both legs' {@linkcode LegPrice}. */
export type LegPrices = Readonly<Record<PositionSide, LegPrice>>;

const UNKNOWN: LegPrice = { liquidationPrice: null, breakEvenPrice: null };

/** Before the exchange has said anything. */
export const NO_LEG_PRICES: LegPrices = { long: UNKNOWN, short: UNKNOWN };

/** Returns what a symbol's positions, the full set, say: a leg not named is flat. */
export function legPricesOf(positions: readonly Position[]): LegPrices {
  const of = (side: PositionSide): LegPrice => {
    const leg = positions.find((position) => position.positionSide === side);
    if (leg === undefined || leg.size === 0) return UNKNOWN;
    const { liquidationPrice, breakEvenPrice } = leg;
    return { liquidationPrice, breakEvenPrice };
  };
  return { long: of("long"), short: of("short") };
}
