import type { Sql } from "./database.ts";
import { BOTS_CHANNEL } from "./notify_bot.ts";

/**
 * Listens for intents on a connection of its own, which the client library
 * opens again when it breaks. What was announced meanwhile is lost, so every
 * (re)connection is told, and the caller looks for itself.
 *
 * @returns Ends the listening.
 */
export async function listenBots(
  sql: Sql,
  handlers: {
    readonly onBot: (botId: string) => void;
    readonly onListening: () => void;
  },
): Promise<() => Promise<void>> {
  const { unlisten } = await sql.listen(
    BOTS_CHANNEL,
    handlers.onBot,
    handlers.onListening,
  );
  return unlisten;
}
