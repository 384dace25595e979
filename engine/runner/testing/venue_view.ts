/**
 * The exchange model's things in the port's words, for exchanges in memory:
 * prices and sizes of two decimals, symbols settled in USDT.
 *
 * @module
 */
import type { Balance, Position, VenueFill, VenueOrder } from "@core/mod.ts";
import {
  type Account,
  type Exchange,
  figuresOf,
  type Fill,
  formatDecimal,
  formatMoney,
  leverageOf,
  listingOf,
  type Order,
} from "@core/matching/mod.ts";

/** Returns the price or size of so many hundredths. */
function fromUnits(units: number): number {
  return units / 100;
}

function symbolOf(venueSymbol: string): string {
  return `${venueSymbol.slice(0, -4)}/USDT:USDT`;
}

/** Returns an order as the exchange shows it. */
export function toVenueOrder(order: Order): VenueOrder {
  const { filledSize } = order;
  return {
    symbol: symbolOf(order.symbol),
    venueOrderId: order.orderId,
    clientOrderId: order.clientOrderId,
    positionSide: order.positionSide ?? "long",
    orderSide: order.orderSide,
    reduceOnly: order.isClosing,
    price: order.orderType === "market" ? null : fromUnits(order.price),
    size: fromUnits(order.size),
    filledSize: fromUnits(filledSize),
    averagePrice: filledSize === 0
      ? null
      : Number(formatMoney(order.filledNotional)) / fromUnits(filledSize),
    status: order.state === "live" ? "open" : order.state,
    createdAtMs: order.createdAtMs,
    updatedAtMs: order.updatedAtMs,
  };
}

/** Returns a fill as the socket tells it; REST leaves the client order id out. */
export function toVenueFill(fill: Fill): VenueFill {
  return {
    symbol: symbolOf(fill.symbol),
    venueTradeId: fill.tradeId,
    venueOrderId: fill.orderId,
    clientOrderId: fill.clientOrderId,
    positionSide: fill.positionSide ?? "long",
    orderSide: fill.orderSide,
    price: formatDecimal(fill.price, 2),
    size: formatDecimal(fill.size, 2),
    fee: formatMoney(fill.fee),
    feeCurrency: "USDT",
    realizedPnl: formatMoney(fill.realizedPnl),
    liquidity: fill.liquidity,
    filledAtMs: fill.atMs,
  };
}

/** Returns all open positions of an account. */
export function toPositions(exchange: Exchange, account: Account): Position[] {
  return [...account.legs.values()].map((leg) => ({
    symbol: symbolOf(leg.symbol),
    positionSide: leg.positionSide,
    size: fromUnits(leg.size),
    entryPrice: Number(formatMoney(leg.cost)) / fromUnits(leg.size),
    unrealizedPnl: null,
    liquidationPrice: null,
    breakEvenPrice: null,
    leverage: leverageOf(account, listingOf(exchange, leg.symbol).instrument),
  }));
}

/** Returns an account's money. */
export function toBalance(exchange: Exchange, account: Account): Balance {
  const figures = figuresOf(exchange, account);
  const equity = Number(formatMoney(figures.equity));
  return {
    coin: "USDT",
    available: Number(formatMoney(figures.available)),
    equity,
    unrealizedPnl: Number(formatMoney(figures.unrealizedPnl)),
    marginRatio: equity > 0
      ? Number(formatMoney(figures.maintenanceMargin)) / equity
      : 0,
  };
}
