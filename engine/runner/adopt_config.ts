import { ExchangeError } from "@engine/exchange/port.ts";
import { type Context, quoteOf } from "./context.ts";
import { FaultError } from "./faults.ts";

/**
 * Takes over the configuration the bot's row now holds. One that cannot be
 * used is refused with an event, and the bot goes on with the one it has.
 *
 * @throws {ExchangeError} When the exchange could not be asked: try again.
 */
export async function adoptConfig(context: Context): Promise<void> {
  const { bot, store, strategy, market } = context;
  const quote = quoteOf(context);
  if (quote === null) return;
  const before = strategy.leverage;
  try {
    strategy.adoptConfig(bot.config, quote.lastPrice);
    if (strategy.leverage !== before) {
      await context.account.setLeverage(market.symbol, strategy.leverage);
    }
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
    return;
  }
  context.runningConfigVersion = bot.configVersion;
  store.addEvents([{
    level: "info",
    code: "config_adopted",
    message: "The changed configuration is in use",
    data: { configVersion: bot.configVersion },
  }]);
}
