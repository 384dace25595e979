/** The one market, and the exchange model's things in the port's words. @module */
import type {
  Balance,
  Market,
  Position,
  VenueFill,
  VenueOrder,
} from "@core/mod.ts";
import {
  type Account,
  type Exchange,
  figuresOf,
  type Fill,
  formatDecimal,
  formatMoney,
  type Order,
} from "@core/matching/mod.ts";
import { BNB } from "@core/matching/testing.ts";
import { ExchangeError } from "@engine/exchange/port.ts";

/** The one symbol. */
export const SYMBOL = "BNB/USDT:USDT";

/** The market in the port's words. */
export const MARKET: Market = {
  symbol: SYMBOL,
  venueSymbol: BNB.symbol,
  base: "BNB",
  quote: "USDT",
  tickSize: 0.01,
  lotSize: 0.01,
  minSize: 0.01,
  minNotional: 5,
  minLeverage: 1,
  maxLeverage: 75,
  makerFeeRate: 0.0002,
  takerFeeRate: 0.0006,
  maxOpenOrders: 20,
  maxOrderSize: 10_000,
  maintenanceMarginRate: 0.005,
  fundingIntervalHours: 8,
};

/** Returns a refusal with this reason. */
export function refusal(
  reason: string,
  kind: ExchangeError["kind"],
): ExchangeError {
  return new ExchangeError(`Refused: ${reason}`, {
    code: `test_${reason}`,
    kind,
    reason,
  });
}

/** Returns an order as the exchange shows it. */
export function toVenueOrder(order: Order): VenueOrder {
  const { filledSize } = order;
  return {
    symbol: SYMBOL,
    venueOrderId: order.orderId,
    clientOrderId: order.clientOrderId,
    positionSide: order.positionSide ?? "long",
    orderSide: order.orderSide,
    reduceOnly: order.isClosing,
    price: order.orderType === "market" ? null : order.price / 100,
    size: order.size / 100,
    filledSize: filledSize / 100,
    averagePrice: filledSize === 0
      ? null
      : Number(formatMoney(order.filledNotional)) / (filledSize / 100),
    status: order.state === "live" ? "open" : order.state,
    createdAtMs: order.createdAtMs,
    updatedAtMs: order.updatedAtMs,
  };
}

/** Returns a fill as the socket tells it. */
export function toVenueFill(fill: Fill): VenueFill {
  return {
    symbol: SYMBOL,
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

/** Returns the open positions as the exchange shows them. */
export function toPositions(account: Account): Position[] {
  return [...account.legs.values()].map((leg) => ({
    symbol: SYMBOL,
    positionSide: leg.positionSide,
    size: leg.size / 100,
    entryPrice: Number(formatMoney(leg.cost)) / (leg.size / 100),
    unrealizedPnl: null,
    liquidationPrice: null,
    breakEvenPrice: null,
    leverage: 10,
  }));
}

/** Returns an account's money. */
export function toBalance(model: Exchange, account: Account): Balance {
  const figures = figuresOf(model, account);
  const equity = Number(formatMoney(figures.equity));
  return {
    coin: "USDT",
    available: Number(formatMoney(figures.available)),
    equity,
    unrealizedPnl: Number(formatMoney(figures.unrealizedPnl)),
    marginRatio: Number(formatMoney(figures.maintenanceMargin)) / equity,
  };
}
