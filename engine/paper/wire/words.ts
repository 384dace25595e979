/**
 * The model's words in Bitget's. In hedge mode Bitget's `side` is the
 * direction of the *position*: closing a long is `buy` + `close`.
 *
 * @module
 */
import {
  divideRounded,
  formatDecimal,
  formatMoney,
  type Money,
  MONEY_SCALE,
  type Order,
  powerOfTen,
} from "@core/matching/mod.ts";
import type { PositionSide } from "@core/mod.ts";
import type { Market } from "../market.ts";

/** A JSON object for the wire. */
export type WireObject = Record<string, unknown>;

type Directed = Pick<
  Order,
  "orderSide" | "positionSide" | "isClosing" | "source"
>;

/** Returns `side` as the wire has it. */
export function wireSide(order: Directed): "buy" | "sell" {
  if (order.positionSide === null) return order.orderSide;
  return order.positionSide === "long" ? "buy" : "sell";
}

/** Returns `tradeSide` as the wire has it. */
export function wireTradeSide(order: Directed): string {
  if (order.source === "liquidation") {
    return order.orderSide === "sell"
      ? "burst_close_long"
      : "burst_close_short";
  }
  if (order.positionSide === null) return `${order.orderSide}_single`;
  return order.isClosing ? "close" : "open";
}

/** Returns `posMode` as the wire has it. */
export function wirePositionMode(positionSide: PositionSide | null): string {
  return positionSide === null ? "one_way_mode" : "hedge_mode";
}

/** Returns an average price, Σ price × size ÷ size, as text; empty without size. */
export function averageText(
  market: Market,
  sums: { readonly notional: Money; readonly size: number },
): string {
  if (sums.size === 0) return "";
  const { sizeScale } = market.listing.instrument;
  const average = divideRounded(
    sums.notional * powerOfTen(sizeScale),
    BigInt(sums.size),
  );
  return formatMoney(average);
}

/** Returns a quotient of money as text with 12 decimal places. */
export function ratioText(part: Money, whole: Money): string {
  if (whole <= 0n) return "0";
  return formatDecimal(
    divideRounded(part * powerOfTen(MONEY_SCALE), whole),
    MONEY_SCALE,
  );
}
