import type { Client } from "./client.ts";
import { type BotFigures, loadBotFigures } from "./bot_money.ts";
import { type BotGrid, loadBotGrid } from "./bot_grid.ts";
import { type BotTrust, loadBotTrust } from "./bot_trust.ts";
import { rowsOf } from "./load_error.ts";
import {
  type Bot,
  type BotEvent,
  type Fill,
  type Order,
  parseBotEvent,
  parseFill,
  parseOrder,
  parseRows,
} from "./rows.ts";

const OPEN_ORDERS_MAX = 500;
const RECENT_ORDERS = 30;
const FILLS_SHOWN = 200;
const EVENTS_SHOWN = 100;
const OPEN_STATUSES = [
  "pending",
  "submitted",
  "open",
  "partially_filled",
  "unresolved",
];

/** Which bot, and by which strategy it trades. */
type BotKey = Pick<Bot, "id" | "strategy">;

/** What changes with every decision of the bot. */
export interface LiveRows {
  /** Oldest first. */
  readonly openOrders: readonly Order[];
  /** The newest of any status, newest first: the bot's last decisions. */
  readonly recentOrders: readonly Order[];
  /** Null where the row could not be read yet. */
  readonly trust: BotTrust | null;
  /** Null in a bot of another strategy, and before its grid has begun. */
  readonly grid: BotGrid | null;
}

/** The newest rows of one bot. */
export interface BotRows extends LiveRows {
  /** Newest first. */
  readonly fills: readonly Fill[];
  /** Newest first. */
  readonly events: readonly BotEvent[];
  /** Null before the first figures. */
  readonly figures: BotFigures | null;
}

const newestFirst = { ascending: false };

/** Loads the orders in the book, the last decisions, trust and the grid. */
export async function loadLiveRows(
  client: Client,
  { id: botId, strategy }: BotKey,
): Promise<LiveRows> {
  const [open, recent, trust, grid] = await Promise.all([
    client.from("orders").select("*").eq("bot_id", botId)
      .in("status", OPEN_STATUSES).order("created_at").limit(OPEN_ORDERS_MAX),
    client.from("orders").select("*").eq("bot_id", botId)
      .order("created_at", newestFirst).order("id", newestFirst)
      .limit(RECENT_ORDERS),
    loadBotTrust(client, botId),
    strategy === "range_grid" ? loadBotGrid(client, botId) : null,
  ]);
  return {
    openOrders: parseRows(rowsOf("orders", open), parseOrder),
    recentOrders: parseRows(rowsOf("orders", recent), parseOrder),
    trust,
    grid,
  };
}

/** Loads the newest rows of one bot. */
export async function loadBotRows(
  client: Client,
  bot: BotKey,
): Promise<BotRows> {
  const { id: botId } = bot;
  const [live, figures, fills, events] = await Promise.all([
    loadLiveRows(client, bot),
    loadBotFigures(client, botId),
    client.from("fills").select("*").eq("bot_id", botId)
      .order("filled_at", newestFirst).order("id", newestFirst)
      .limit(FILLS_SHOWN),
    client.from("bot_events").select("*").eq("bot_id", botId)
      .order("created_at", newestFirst).limit(EVENTS_SHOWN),
  ]);
  return {
    ...live,
    figures,
    fills: parseRows(rowsOf("fills", fills), parseFill),
    events: parseRows(rowsOf("bot_events", events), parseBotEvent),
  };
}
