import { isOpening } from "@core/mod.ts";
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
 *
 * @param options.mayOpen False: opened for stopping, with a key that was not
 * asked whether it may trade. An order that enlarges a position is refused for
 * good, which faults the bot: started again, it is opened anew.
 */
export function fenceAccount(
  account: ExchangeAccount,
  mayPlace: () => boolean,
  { mayOpen = true }: { readonly mayOpen?: boolean } = {},
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
    placeOrders: (orders) => {
      if (!mayPlace()) return Promise.resolve(orders.map(notSent));
      const opens = orders.some(({ purpose }) => isOpening(purpose));
      return opens && !mayOpen
        ? Promise.resolve(orders.map(notAllowed))
        : account.placeOrders(orders);
    },
    cancelOrders: (symbol, requests) => account.cancelOrders(symbol, requests),
    listen: (listener) => account.listen(listener),
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function notAllowed(order: NewOrder): PlaceOutcome {
  return {
    kind: "rejected",
    clientOrderId: order.clientOrderId,
    error: new ExchangeError(
      "This bot was opened to be stopped, its key was not verified for trading. Start it again",
      { code: "stop_only", kind: "fatal", reason: "key_invalid" },
    ),
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
