import {
  type ExchangeAccount,
  ExchangeError,
  type NewOrder,
  type PlaceOutcome,
} from "@engine/exchange/port.ts";

/**
 * Returns the account as one bot may use it: while `mayPlace` says no, orders
 * are answered `not_sent` and nothing leaves. Cancelling and reading stay
 * open: they cannot enlarge a position.
 */
export function fenceAccount(
  account: ExchangeAccount,
  mayPlace: () => boolean,
): ExchangeAccount {
  return {
    get venue() {
      return account.venue;
    },
    get connected() {
      return account.connected;
    },
    get arrivesWithinMs() {
      return account.arrivesWithinMs;
    },
    identify: () => account.identify(),
    fetchPositionMode: (symbol) => account.fetchPositionMode(symbol),
    setHedgeMode: () => account.setHedgeMode(),
    setCrossMargin: (symbol) => account.setCrossMargin(symbol),
    setLeverage: (symbol, leverage) => account.setLeverage(symbol, leverage),
    fetchBalance: (coin) => account.fetchBalance(coin),
    fetchPositions: (symbol) => account.fetchPositions(symbol),
    fetchOpenOrders: (symbol) => account.fetchOpenOrders(symbol),
    fetchOrder: (symbol, id) => account.fetchOrder(symbol, id),
    fetchFills: (symbol, sinceMs) => account.fetchFills(symbol, sinceMs),
    fetchFundingPayments: (symbol, sinceMs) =>
      account.fetchFundingPayments(symbol, sinceMs),
    placeOrders: (orders) =>
      mayPlace()
        ? account.placeOrders(orders)
        : Promise.resolve(orders.map(notSent)),
    cancelOrders: (symbol, requests) => account.cancelOrders(symbol, requests),
    listen: (listener) => account.listen(listener),
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function notSent(order: NewOrder): PlaceOutcome {
  return {
    kind: "not_sent",
    clientOrderId: order.clientOrderId,
    error: new ExchangeError(
      "Not sent: the engine's lease on this bot has expired",
      { code: "lease_expired", kind: "retryable", reason: "lease_expired" },
    ),
  };
}
