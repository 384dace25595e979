import type { Sql } from "./database.ts";

/** The channel on which intents, and bots set free, are announced. */
export const BOTS_CHANNEL = "trellis_bots";

/** Wakes the engines: this bot may be claimed. Payload: the bot's id. */
export async function notifyBot(sql: Sql, botId: string): Promise<void> {
  await sql`select pg_notify(${BOTS_CHANNEL}, ${botId})`;
}
