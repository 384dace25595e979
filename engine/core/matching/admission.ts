/**
 * Whether an order may enter: the contract's rules, the account's mode,
 * positions and margin. Refusals are values; nothing changes here.
 *
 * @module
 */
import type { OrderSide, PositionSide } from "../model/sides.ts";
import { applyRate, RATE_SCALE } from "./decimal.ts";
import { type Instrument, notionalOf } from "./instrument.ts";
import { figuresOf, orderMarginOf } from "./margin.ts";
import {
  type Account,
  type Exchange,
  legKey,
  type Listing,
  type TimeInForce,
} from "./state.ts";

/** What a trader asks for. Units as everywhere in this room. */
export interface OrderRequest {
  readonly symbol: string;
  readonly clientOrderId: string;
  readonly orderSide: OrderSide;
  /** The leg in hedge mode; null for an order of one-way mode. */
  readonly positionSide: PositionSide | null;
  /** Hedge mode: shrink the leg. */
  readonly isClosing: boolean;
  /** One-way mode: shrink only. */
  readonly reduceOnly: boolean;
  readonly orderType: "limit" | "market";
  readonly timeInForce: TimeInForce;
  /** Ignored for market orders. */
  readonly price: number;
  readonly size: number;
}

/** Why a command was refused; the paper exchange maps it to Bitget's codes. */
export type RefusalReason =
  | "unknown_symbol"
  | "no_price"
  | "wrong_position_mode"
  | "duplicate_client_order_id"
  | "price_off_tick"
  | "price_above_band"
  | "price_below_band"
  | "size_off_lot"
  | "size_too_small"
  | "size_too_large"
  | "notional_too_small"
  | "too_many_orders"
  | "no_position"
  | "position_too_small"
  | "insufficient_margin"
  | "order_not_found"
  | "order_finished"
  | "nothing_to_change"
  | "leverage_out_of_range"
  | "leverage_unaffordable"
  | "position_mode_locked";

/** A command that was not carried out. */
export interface Refusal {
  readonly kind: "refused";
  readonly reason: RefusalReason;
}

/** Returns a refusal. */
export function refuse(reason: RefusalReason): Refusal {
  return { kind: "refused", reason };
}

/** How strict closing more than is free is, and which order an amendment replaces. */
export interface AdmissionOptions {
  /**
   * `remainder`: a market close takes what no resting close covers (Bitget
   * today). `refuse`: it is refused when it asks for more (Bitget before).
   */
  readonly overlappingClose?: "remainder" | "refuse";
  /** This order leaves as the new one enters. */
  readonly replacesOrderId?: string;
}

/** Returns what of a leg no resting closing order has reserved, units. */
export function closableSize(
  account: Account,
  symbol: string,
  positionSide: PositionSide,
  withoutOrderId?: string,
): number {
  let free = account.legs.get(legKey(symbol, positionSide))?.size ?? 0;
  for (const order of account.live.values()) {
    if (
      order.isClosing && order.symbol === symbol &&
      order.positionSide === positionSide && order.orderId !== withoutOrderId
    ) free -= order.size - order.filledSize;
  }
  return Math.max(0, free);
}

/** Returns the best prices, units: the last trade stands on the side it took. */
export function touchOf(
  listing: Listing,
): { readonly bid: number; readonly ask: number } {
  const { lastPrice, isRising, instrument } = listing;
  return isRising
    ? { bid: lastPrice - instrument.priceStep, ask: lastPrice }
    : { bid: lastPrice, ask: lastPrice + instrument.priceStep };
}

/** Tells whether a limit at this price would trade at once. */
export function wouldCross(
  listing: Listing,
  order: { readonly orderSide: OrderSide; readonly price: number },
): boolean {
  const { bid, ask } = touchOf(listing);
  return order.orderSide === "buy" ? order.price >= ask : order.price <= bid;
}

function checkPrice(
  listing: Listing,
  request: OrderRequest,
): RefusalReason | null {
  if (request.orderType === "market") return null;
  const { price } = request;
  const { priceStep, priceBandRate } = listing.instrument;
  if (price <= 0 || price % priceStep !== 0) return "price_off_tick";
  const band = Number(priceBandRate) / 10 ** RATE_SCALE;
  const { lastPrice } = listing;
  if (request.orderSide === "buy" && price > lastPrice * (1 + band)) {
    return "price_above_band";
  }
  if (request.orderSide === "sell" && price < lastPrice * (1 - band)) {
    return "price_below_band";
  }
  return null;
}

function checkSize(
  instrument: Instrument,
  request: OrderRequest,
  referencePrice: number,
): RefusalReason | null {
  const { size } = request;
  if (size <= 0) return "size_too_small";
  if (size % instrument.sizeStep !== 0) return "size_off_lot";
  const largest = request.orderType === "market"
    ? instrument.maxMarketSize
    : instrument.maxLimitSize;
  if (size > largest) return "size_too_large";
  if (request.isClosing || request.reduceOnly) return null;
  if (size < instrument.minSize) return "size_too_small";
  const notional = notionalOf(instrument, { price: referencePrice, size });
  return notional < instrument.minNotional ? "notional_too_small" : null;
}

function checkMargin(
  exchange: Exchange,
  account: Account,
  listing: Listing,
  request: OrderRequest & { readonly replacesOrderId: string | undefined },
): RefusalReason | null {
  const { ask, bid } = touchOf(listing);
  const price = request.orderType === "limit"
    ? request.price
    : request.orderSide === "buy"
    ? ask
    : bid;
  const margin = orderMarginOf(account, listing, {
    ...request,
    price,
    remainingSize: request.size,
  });
  if (margin === 0n) return null;
  const fee = applyRate(
    notionalOf(listing.instrument, { price, size: request.size }),
    listing.instrument.takerFeeRate,
  );
  const { available } = figuresOf(
    exchange,
    account,
    request.replacesOrderId === undefined
      ? {}
      : { withoutOrderId: request.replacesOrderId },
  );
  return margin + fee > available ? "insufficient_margin" : null;
}

/** What of a closing order may enter, units, or why none of it. */
function admittedCloseSize(
  account: Account,
  request: OrderRequest,
  options: AdmissionOptions,
): number | RefusalReason {
  if (request.positionSide === null) {
    if (!request.reduceOnly) return request.size;
    const side = request.orderSide === "buy" ? "short" : "long";
    const held = account.legs.get(legKey(request.symbol, side))?.size ?? 0;
    return held === 0 ? "no_position" : Math.min(request.size, held);
  }
  if (!request.isClosing) return request.size;
  const { symbol, positionSide } = request;
  if (!account.legs.has(legKey(symbol, positionSide))) return "no_position";
  const free = closableSize(
    account,
    symbol,
    positionSide,
    options.replacesOrderId,
  );
  if (request.size <= free) return request.size;
  const takesRemainder = request.orderType === "market" &&
    options.overlappingClose !== "refuse";
  if (!takesRemainder) return "position_too_small";
  return free === 0 ? "no_position" : free;
}

function countOrders(account: Account, symbol: string): number {
  let count = 0;
  for (const order of account.live.values()) {
    if (order.symbol === symbol) count++;
  }
  return count;
}

/** Returns the size that may enter, units, or the first rule the order breaks. */
export function admitOrder(
  exchange: Exchange,
  account: Account,
  request: OrderRequest,
  options: AdmissionOptions = {},
): { readonly kind: "admitted"; readonly size: number } | Refusal {
  const listing = exchange.listings.get(request.symbol);
  if (listing === undefined) return refuse("unknown_symbol");
  if (listing.lastPrice <= 0) return refuse("no_price");
  const isHedgeOrder = request.positionSide !== null;
  if (isHedgeOrder !== (account.positionMode === "hedge")) {
    return refuse("wrong_position_mode");
  }
  if (account.byClientOrderId.has(request.clientOrderId)) {
    return refuse("duplicate_client_order_id");
  }
  const { replacesOrderId } = options;
  const reference = request.orderType === "limit"
    ? request.price
    : listing.lastPrice;
  const fault = checkPrice(listing, request) ??
    checkSize(listing.instrument, request, reference);
  if (fault !== null) return refuse(fault);
  const limit = listing.instrument.maxOpenOrders +
    (replacesOrderId === undefined ? 0 : 1);
  if (countOrders(account, request.symbol) >= limit) {
    return refuse("too_many_orders");
  }
  const size = admittedCloseSize(account, request, options);
  if (typeof size === "string") return refuse(size);
  const shortfall = checkMargin(exchange, account, listing, {
    ...request,
    size,
    replacesOrderId,
  });
  return shortfall === null ? { kind: "admitted", size } : refuse(shortfall);
}
