import type { ExchangeAccount } from "./exchange/port.ts";
import type { EngineMetrics } from "./metrics.ts";

/**
 * Counts what an account does, and how long a fill waits for its answer: from
 * its push to the next order of that symbol being handed to the client. The
 * same object goes on working; only two of its methods are wrapped.
 */
export function meterAccount(
  account: ExchangeAccount,
  metrics: EngineMetrics,
): ExchangeAccount {
  const filledAtMs = new Map<string, number>();
  const unlisten = account.listen((event) => {
    if (event.kind !== "fill") return;
    metrics.fills.inc();
    const { symbol } = event.fill;
    if (!filledAtMs.has(symbol)) filledAtMs.set(symbol, performance.now());
  });
  const close = async () => {
    unlisten();
    await account.close();
  };
  const metered: Pick<
    ExchangeAccount,
    "placeOrders" | "cancelOrders" | "close" | typeof Symbol.asyncDispose
  > = {
    async placeOrders(orders) {
      const symbol = orders[0]?.symbol ?? "";
      const startedAtMs = filledAtMs.get(symbol);
      if (startedAtMs !== undefined) {
        filledAtMs.delete(symbol);
        metrics.reaction.observe((performance.now() - startedAtMs) / 1_000);
      }
      const outcomes = await account.placeOrders(orders);
      for (const { kind } of outcomes) metrics.orders.inc({ outcome: kind });
      return outcomes;
    },
    async cancelOrders(symbol, requests) {
      const outcomes = await account.cancelOrders(symbol, requests);
      for (const { kind } of outcomes) metrics.cancels.inc({ outcome: kind });
      return outcomes;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
  return new Proxy(account, {
    get(target, property) {
      if (property in metered) return Reflect.get(metered, property);
      const value = Reflect.get(target, property, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
