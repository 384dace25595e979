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
 * @param options.onOpening Set where it is opened for stopping, with a key that
 * was not asked whether it may trade. An order that would enlarge a position is
 * answered `not_sent`, and told: started again, the bot is to be opened anew.
 */
export function fenceAccount(
  account: ExchangeAccount,
  mayPlace: () => boolean,
  { onOpening }: { readonly onOpening?: () => void } = {},
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
      if (!mayPlace()) return Promise.resolve(orders.map(leaseExpired));
      const opens = orders.some(({ purpose }) => isOpening(purpose));
      if (!opens || onOpening === undefined) return account.placeOrders(orders);
      onOpening();
      return Promise.resolve(orders.map(stopOnly));
    },
    cancelOrders: (symbol, requests) => account.cancelOrders(symbol, requests),
    listen: (listener) => account.listen(listener),
    close: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function leaseExpired(order: NewOrder): PlaceOutcome {
  return notSent(order, {
    reason: "lease_expired",
    words: "Not sent: the engine's lease on this bot has expired",
  });
}

function stopOnly(order: NewOrder): PlaceOutcome {
  return notSent(order, {
    reason: "stop_only",
    words: "Not sent: the key is asked first whether it may trade",
  });
}

function notSent(
  { clientOrderId }: NewOrder,
  { reason, words }: { readonly reason: string; readonly words: string },
): PlaceOutcome {
  const error = new ExchangeError(words, {
    code: reason,
    kind: "retryable",
    reason,
  });
  return { kind: "not_sent", clientOrderId, error };
}
