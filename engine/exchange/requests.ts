import { assert, isOpening, type Market, orderSideOf } from "@core/mod.ts";
import { offStepError } from "./errors.ts";
import type { CancelRequest, NewOrder } from "./port.ts";

const PRODUCT_TYPE = "USDT-FUTURES";
const MARGIN_COIN = "USDT";
/** How far from a multiple of its step a value may be: binary noise, not a price. */
const STEP_TOLERANCE = 1e-6;

/** A body or query, as Bitget spells it. */
export type RequestParams = Readonly<Record<string, unknown>>;

/** Returns what names a symbol. */
export function symbolParams(venueSymbol: string): RequestParams {
  return { symbol: venueSymbol, productType: PRODUCT_TYPE };
}

/** Returns what names a symbol in requests about money. */
export function marginParams(venueSymbol: string): RequestParams {
  return { ...symbolParams(venueSymbol), marginCoin: MARGIN_COIN };
}

/**
 * Returns the part of an order that is its own. In hedge mode Bitget's `side`
 * is the direction of the position: closing a long is `buy` and `close`.
 *
 * @throws {ExchangeError} Reason `off_step`, when price or size is no multiple
 * of the market's step: rounding it here would place what nobody decided.
 */
export function orderParams(order: NewOrder, market: Market): RequestParams {
  assert(
    order.orderSide === orderSideOf(order.positionSide, order.purpose),
    `Order ${order.clientOrderId}: ${order.orderSide} is not how a ${order.purpose} of the ${order.positionSide} leg trades`,
  );
  const { tickSize, lotSize } = market;
  return {
    clientOid: order.clientOrderId,
    size: toStepText(order.size, { step: lotSize, what: "size" }),
    side: order.positionSide === "long" ? "buy" : "sell",
    tradeSide: isOpening(order.purpose) ? "open" : "close",
    orderType: order.price === null ? "market" : "limit",
    ...(order.price === null ? {} : {
      price: toStepText(order.price, { step: tickSize, what: "price" }),
      force: order.postOnly ? "post_only" : "gtc",
    }),
  };
}

/** Returns what all orders of one request share. */
export function orderFrame(market: Market): RequestParams {
  return { ...marginParams(market.venueSymbol), marginMode: "crossed" };
}

/** Returns what names the order to cancel: our id where there is one. */
export function cancelParams(request: CancelRequest): RequestParams {
  if (request.clientOrderId !== "") return { clientOid: request.clientOrderId };
  assert(request.venueOrderId !== null, "Cannot cancel an order without an id");
  return { orderId: request.venueOrderId };
}

/**
 * Returns a multiple of a step as decimal text, without exponent or noise.
 *
 * @throws {ExchangeError} Reason `off_step`, when it is no positive multiple.
 */
export function toStepText(
  value: number,
  options: { readonly step: number; readonly what: string },
): string {
  const { step, what } = options;
  const steps = Math.round(value / step);
  const isMultiple = Number.isFinite(value) && steps >= 1 &&
    Math.abs(value / step - steps) <= STEP_TOLERANCE * Math.max(1, steps / 1e6);
  if (!isMultiple) {
    throw offStepError(
      `The ${what} ${value} is not a multiple of the market's step ${step}`,
    );
  }
  const text = value.toFixed(decimalsOf(step));
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}

/** Returns how many decimals a step has: 0.0005 → 4, 1e-7 → 7, 5 → 0. */
export function decimalsOf(step: number): number {
  const [mantissa = "", exponent = "0"] = `${step}`.split("e");
  const decimals = (mantissa.split(".")[1] ?? "").length - Number(exponent);
  return Math.max(0, decimals);
}
