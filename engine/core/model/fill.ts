import type { OrderSide, PositionSide } from "./sides.ts";

/** Who was resting when the fill happened. */
export type Liquidity = "maker" | "taker";

/**
 * One execution as the exchange reports it. Money is carried as the exchange's
 * own decimal text, so that nothing is rounded on its way into the database.
 */
export interface VenueFill {
  readonly symbol: string;
  readonly venueTradeId: string;
  readonly venueOrderId: string;
  /** Null when the channel does not carry it. */
  readonly clientOrderId: string | null;
  readonly positionSide: PositionSide;
  readonly orderSide: OrderSide;
  readonly price: string;
  readonly size: string;
  /** Paid > 0, rebate < 0; null is unknown, never zero (I9). */
  readonly fee: string | null;
  readonly feeCurrency: string | null;
  /** Quote, signed; null is unknown. Zero for opening fills. */
  readonly realizedPnl: string | null;
  readonly liquidity: Liquidity;
  readonly filledAtMs: number;
}
