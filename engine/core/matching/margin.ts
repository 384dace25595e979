/**
 * Cross margin: one wallet carries every leg and every opening order.
 * Initial margin = cost ÷ leverage; maintenance margin = rate × notional at
 * the last price, both legs added; liquidation when equity ≤ maintenance.
 *
 * @module
 */
import { applyRate, divideRounded, type Money, RATE_SCALE } from "./decimal.ts";
import { notionalOf } from "./instrument.ts";
import {
  type Account,
  type Exchange,
  type Leg,
  legKey,
  leverageOf,
  type Listing,
  listingOf,
  type Order,
} from "./state.ts";

/** An account's money at the last prices. */
export interface AccountFigures {
  readonly wallet: Money;
  readonly unrealizedPnl: Money;
  /** wallet + unrealizedPnl, exactly. */
  readonly equity: Money;
  readonly positionMargin: Money;
  readonly orderMargin: Money;
  readonly maintenanceMargin: Money;
  /** equity − positionMargin − orderMargin; may be negative. */
  readonly available: Money;
}

/** Returns the notional of a leg at the last price. */
export function legNotional(listing: Listing, leg: Leg): Money {
  return notionalOf(listing.instrument, {
    price: listing.lastPrice,
    size: leg.size,
  });
}

/** Returns what a leg would realize at the last price, before fees. */
export function unrealizedPnlOf(listing: Listing, leg: Leg): Money {
  const value = legNotional(listing, leg);
  return leg.positionSide === "long" ? value - leg.cost : leg.cost - value;
}

/** Returns the initial margin a leg holds. */
export function legMargin(account: Account, listing: Listing, leg: Leg): Money {
  const leverage = leverageOf(account, listing.instrument);
  return divideRounded(leg.cost, BigInt(leverage));
}

/**
 * Returns the margin an order holds while it rests. Orders that close hold
 * none; in one-way mode an order that fits into the opposite position closes.
 */
export function orderMarginOf(
  account: Account,
  listing: Listing,
  order:
    & Pick<
      Order,
      "symbol" | "orderSide" | "positionSide" | "isClosing" | "reduceOnly"
    >
    & { readonly price: number; readonly remainingSize: number },
): Money {
  if (order.isClosing || order.reduceOnly) return 0n;
  let size = order.remainingSize;
  if (order.positionSide === null) {
    const opposite = order.orderSide === "buy" ? "short" : "long";
    const held = account.legs.get(legKey(order.symbol, opposite))?.size ?? 0;
    size = Math.max(0, size - held);
  }
  const notional = notionalOf(listing.instrument, { price: order.price, size });
  return divideRounded(
    notional,
    BigInt(leverageOf(account, listing.instrument)),
  );
}

/** Returns the money figures of an account. */
export function figuresOf(
  exchange: Exchange,
  account: Account,
  options: { readonly withoutOrderId?: string } = {},
): AccountFigures {
  let unrealizedPnl = 0n;
  let positionMargin = 0n;
  let orderMargin = 0n;
  let maintenanceMargin = 0n;
  for (const leg of account.legs.values()) {
    const listing = listingOf(exchange, leg.symbol);
    unrealizedPnl += unrealizedPnlOf(listing, leg);
    positionMargin += legMargin(account, listing, leg);
    maintenanceMargin += applyRate(
      legNotional(listing, leg),
      listing.instrument.maintenanceMarginRate,
    );
  }
  for (const order of account.live.values()) {
    if (order.orderId === options.withoutOrderId) continue;
    orderMargin += orderMarginOf(account, listingOf(exchange, order.symbol), {
      ...order,
      remainingSize: order.size - order.filledSize,
    });
  }
  const equity = account.wallet + unrealizedPnl;
  return {
    wallet: account.wallet,
    unrealizedPnl,
    equity,
    positionMargin,
    orderMargin,
    maintenanceMargin,
    available: equity - positionMargin - orderMargin,
  };
}

/** Tells whether the account's equity no longer covers its maintenance margin. */
export function isLiquidatable(exchange: Exchange, account: Account): boolean {
  if (account.legs.size === 0) return false;
  let equity = account.wallet;
  let maintenance = 0n;
  for (const leg of account.legs.values()) {
    const listing = listingOf(exchange, leg.symbol);
    const value = legNotional(listing, leg);
    equity += leg.positionSide === "long" ? value - leg.cost : leg.cost - value;
    maintenance += applyRate(value, listing.instrument.maintenanceMarginRate);
  }
  return equity <= maintenance;
}

/**
 * Returns the price of one symbol, in units, at which the account would be
 * liquidated while all other prices stand still; null if there is none.
 */
export function liquidationPriceOf(
  exchange: Exchange,
  account: Account,
  symbol: string,
): number | null {
  const listing = listingOf(exchange, symbol);
  let net = 0;
  let gross = 0;
  let cushion = account.wallet;
  for (const leg of account.legs.values()) {
    const other = listingOf(exchange, leg.symbol);
    if (other !== listing) {
      cushion += unrealizedPnlOf(other, leg) - applyRate(
        legNotional(other, leg),
        other.instrument.maintenanceMarginRate,
      );
      continue;
    }
    const sign = leg.positionSide === "long" ? 1 : -1;
    net += sign * leg.size;
    gross += leg.size;
    cushion -= BigInt(sign) * leg.cost;
  }
  if (gross === 0) return null;
  const rateOne = 10n ** BigInt(RATE_SCALE);
  const unit = notionalOf(listing.instrument, { price: 1, size: 1 });
  const slope = (listing.instrument.maintenanceMarginRate * BigInt(gross) -
    BigInt(net) * rateOne) * unit;
  if (slope === 0n) return null;
  const price = slope > 0n
    ? divideRounded(cushion * rateOne, slope)
    : divideRounded(-cushion * rateOne, -slope);
  return price > 0n ? Number(price) : null;
}
