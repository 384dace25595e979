import type { VenueFill } from "@core/mod.ts";
import type { Context } from "./context.ts";

/**
 * Asks the exchange for fills of the bot's symbol, and book and rows for whose
 * they are where it does not say: REST leaves our ids out, and a fill of an order
 * long over, taken for a stranger's, would move a leg that holds it already.
 *
 * @param sinceMs The exchange's clock, epoch ms.
 * @throws {ExchangeError} Where the exchange could not be asked.
 */
export async function fetchFills(
  context: Context,
  sinceMs: number,
): Promise<VenueFill[]> {
  const { account, bot, orders, trades, store } = context;
  const fills = await account.fetchFills(bot.symbol, Math.max(0, sinceMs));
  const named = fills.map((fill) => ({
    ...fill,
    clientOrderId: fill.clientOrderId ??
      orders.find(fill)?.clientOrderId ?? null,
  }));
  const nameless = named.filter((fill) =>
    fill.clientOrderId === null && !trades.has(fill.venueTradeId)
  );
  if (nameless.length === 0) return named;
  const ids = await store.findOrders(
    [...new Set(nameless.map((fill) => fill.venueOrderId))],
  );
  return named.map((fill) => ({
    ...fill,
    clientOrderId: fill.clientOrderId ?? ids.get(fill.venueOrderId) ?? null,
  }));
}
