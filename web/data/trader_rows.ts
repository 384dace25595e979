import type { Client } from "./client.ts";
import {
  type Bot,
  type BotEvent,
  type BotMetrics,
  type ExchangeKey,
  type Fill,
  type Order,
  parseBot,
  parseBotEvent,
  parseBotMetrics,
  parseExchangeKey,
  parseFill,
  parseOrder,
  parseProfile,
  parseRows,
  type Profile,
} from "./rows.ts";

const BOTS_MAX = 500;
const OPEN_ORDERS_MAX = 200;
const FILLS_SHOWN = 200;
const EVENTS_SHOWN = 100;
const OPEN_STATUSES = [
  "pending",
  "submitted",
  "open",
  "partially_filled",
  "unresolved",
];

/** Everything the lists of one trader show. */
export interface TraderRows {
  readonly profile: Profile | null;
  readonly keys: readonly ExchangeKey[];
  readonly bots: readonly Bot[];
  readonly metrics: readonly BotMetrics[];
}

/** The newest rows of one bot. */
export interface BotRows {
  readonly openOrders: readonly Order[];
  readonly fills: readonly Fill[];
  readonly events: readonly BotEvent[];
}

/** A row could not be loaded: the connection, the session or the server. */
export class LoadError extends Error {
  override readonly name = "LoadError";
}

interface Answer {
  readonly data: unknown;
  readonly error: { readonly message: string } | null;
}

function rowsOf(table: string, answer: Answer): unknown {
  if (answer.error === null) return answer.data;
  throw new LoadError(`Cannot load ${table}: ${answer.error.message}`);
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
    client.from("bot_metrics").select("*").limit(BOTS_MAX),
  ]);
  return {
    profile: parseRows(rowsOf("profiles", profiles), parseProfile)[0] ?? null,
    keys: parseRows(rowsOf("exchange_keys", keys), parseExchangeKey),
    bots: parseRows(rowsOf("bots", bots), parseBot),
    metrics: parseRows(rowsOf("bot_metrics", metrics), parseBotMetrics),
  };
}

/** Loads a bot's live orders, oldest first. */
export async function loadOpenOrders(
  client: Client,
  botId: string,
): Promise<readonly Order[]> {
  const answer = await client.from("orders").select("*").eq("bot_id", botId)
    .in("status", OPEN_STATUSES).order("created_at").limit(OPEN_ORDERS_MAX);
  return parseRows(rowsOf("orders", answer), parseOrder);
}

/** Loads the newest rows of one bot; fills and events newest first. */
export async function loadBotRows(
  client: Client,
  botId: string,
): Promise<BotRows> {
  const newestFirst = { ascending: false };
  const [openOrders, fills, events] = await Promise.all([
    loadOpenOrders(client, botId),
    client.from("fills").select("*").eq("bot_id", botId)
      .order("filled_at", newestFirst).limit(FILLS_SHOWN),
    client.from("bot_events").select("*").eq("bot_id", botId)
      .order("created_at", newestFirst).limit(EVENTS_SHOWN),
  ]);
  return {
    openOrders,
    fills: parseRows(rowsOf("fills", fills), parseFill),
    events: parseRows(rowsOf("bot_events", events), parseBotEvent),
  };
}
