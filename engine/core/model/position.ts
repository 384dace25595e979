import type { PositionSide } from "./sides.ts";

/** One leg as the exchange holds it. */
export interface Position {
  readonly symbol: string;
  readonly positionSide: PositionSide;
  /** Base, ≥ 0. */
  readonly size: number;
  /** Average open price; null while flat. */
  readonly entryPrice: number | null;
  /** Quote, signed; null while unknown. */
  readonly unrealizedPnl: number | null;
  /** The exchange's estimate; null where it gives none. */
  readonly liquidationPrice: number | null;
  /** Fees and funding included; null where the exchange does not say. */
  readonly breakEvenPrice: number | null;
  readonly leverage: number | null;
}

/** One coin's account figures, in that coin. */
export interface Balance {
  readonly coin: string;
  /** Free for new orders. */
  readonly available: number;
  /** Wallet plus unrealized PnL, margin included. */
  readonly equity: number;
  readonly unrealizedPnl: number;
  /** Maintenance margin ÷ equity, 0…1; null where unknown. */
  readonly marginRatio: number | null;
}
