/**
 * Makes the account fit for the bot, once, before its first order: hedge
 * mode, cross margin, leverage, each verified on the exchange.
 *
 * @module
 */
import type { ExchangeAccount } from "@engine/exchange/port.ts";
import type { Context } from "./context.ts";
import { FaultError } from "./faults.ts";

/** @throws {FaultError} When the trader has to act first. */
export async function prepareAccount(context: Context): Promise<void> {
  const { account, bot, strategy } = context;
  await requireHedgeMode(account, bot.symbol);
  await account.setCrossMargin(bot.symbol);
  await account.setLeverage(bot.symbol, strategy.leverage);
}

/**
 * A real account's position mode is the trader's to change. A play account
 * with nothing on it is switched, so that a demo simply starts.
 */
async function requireHedgeMode(
  account: ExchangeAccount,
  symbol: string,
): Promise<void> {
  if (await account.fetchPositionMode(symbol) === "hedge") return;
  const [positions, orders] = await Promise.all([
    account.fetchPositions(symbol),
    account.fetchOpenOrders(symbol),
  ]);
  const isEmpty = orders.length === 0 &&
    positions.every((position) => position.size === 0);
  if (account.venue !== "bitget" && isEmpty) {
    await account.setHedgeMode();
    if (await account.fetchPositionMode(symbol) === "hedge") return;
  }
  throw new FaultError(
    "position_mode_one_way",
    "The exchange account is in one-way mode; this bot holds a long and a " +
      "short leg and needs hedge mode. Close positions and orders, switch the " +
      "futures position mode to hedge on the exchange, then start again",
  );
}
