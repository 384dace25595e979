import { ExchangeError } from "@engine/exchange/port.ts";
import { type Context, quoteOf } from "./context.ts";
import { FaultError } from "./faults.ts";

/**
 * Takes over the configuration the bot's row now holds. One that cannot be
 * used is refused with an event, and the bot goes on with the one it has: the
 * exchange must have taken the leverage before anything else changes.
 *
 * @returns False: there is no price to judge it by yet.
 * @throws {ExchangeError} When the exchange could not be asked: try again.
 */
export async function adoptConfig(context: Context): Promise<boolean> {
  const { bot, store, strategy, market } = context;
  const quote = quoteOf(context);
  if (quote === null) return false;
  try {
    const leverage = strategy.leverageOf(bot.config, quote.lastPrice);
    if (leverage !== strategy.leverage) {
      await context.account.setLeverage(market.symbol, leverage);
    }
    strategy.adoptConfig(bot.config, quote.lastPrice);
  } catch (error) {
    const isRefusal = error instanceof FaultError ||
      (error instanceof ExchangeError && error.kind === "rejected");
    if (!isRefusal) throw error;
    store.addEvents([{
      level: "error",
      code: "config_refused",
      message: `The changed configuration is not used: ${error.message}. ` +
        "Edit the bot again",
      data: { configVersion: bot.configVersion, code: error.code },
    }]);
    return true;
  }
  context.runningConfigVersion = bot.configVersion;
  store.addEvents([{
    level: "info",
    code: "config_adopted",
    message: "The changed configuration is in use",
    data: { configVersion: bot.configVersion },
  }]);
  return true;
}
