import type { Client } from "./client.ts";
import { rowsOf } from "./load_error.ts";
import {
  type Bot,
  type BotMetrics,
  type ExchangeKey,
  parseBot,
  parseBotMetrics,
  parseExchangeKey,
  parseProfile,
  parseRows,
  type Profile,
} from "./rows.ts";

const BOTS_MAX = 500;

/** Everything the lists of one trader show. */
export interface TraderRows {
  readonly profile: Profile | null;
  readonly keys: readonly ExchangeKey[];
  readonly bots: readonly Bot[];
  readonly metrics: readonly BotMetrics[];
}

/**
 * Loads the trader's own rows. Policies let nobody else's through, except to an
 * admin, whose own lists shall be his own as well: hence the user id.
 */
export async function loadTraderRows(
  client: Client,
  userId: string,
): Promise<TraderRows> {
  const newestFirst = { ascending: false };
  const [profiles, keys, bots, metrics] = await Promise.all([
    client.from("profiles").select("*").eq("user_id", userId),
    client.from("exchange_keys").select("*").eq("user_id", userId)
      .order("created_at", newestFirst),
    client.from("bots").select("*").eq("user_id", userId)
      .order("created_at", newestFirst).limit(BOTS_MAX),
    client.from("bot_metrics").select("*, bots!inner(user_id)")
      .eq("bots.user_id", userId).limit(BOTS_MAX),
  ]);
  return {
    profile: parseRows(rowsOf("profiles", profiles), parseProfile)[0] ?? null,
    keys: parseRows(rowsOf("exchange_keys", keys), parseExchangeKey),
    bots: parseRows(rowsOf("bots", bots), parseBot),
    metrics: parseRows(rowsOf("bot_metrics", metrics), parseBotMetrics),
  };
}
