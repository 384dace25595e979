/** What the dashboard asks beside the trader's own rows. @module */
import type { OrderSide, PositionSide, Purpose } from "@core/model/sides.ts";
import { POSITION_SIDES, PURPOSES } from "@core/model/sides.ts";
import type { Client } from "./client.ts";
import { LoadError } from "./load_error.ts";
import {
  type OutsideRow,
  readNumber,
  readNumberList,
  readOneOf,
  readText,
} from "./row_reader.ts";
import { type BotEvent, parseBotEvent, parseRows } from "./rows.ts";

const EVENTS_MAX = 200;
const ORDER_SIDES: readonly OrderSide[] = ["buy", "sell"];

/** A bot's net result as of each instant asked for; null is unknown. */
export interface BotHistory {
  readonly botId: string;
  readonly net: readonly (number | null)[];
}

/** An account's equity as of each instant asked for; null before the first. */
export interface AccountHistory {
  readonly exchangeKeyId: string;
  /** What the account counts in, such as `USDT`. */
  readonly coin: string;
  readonly equity: readonly (number | null)[];
}

/** The resting order of a bot that a moving price meets first, on its side. */
export interface NextOrder {
  readonly botId: string;
  readonly orderSide: OrderSide;
  readonly positionSide: PositionSide;
  readonly purpose: Purpose;
  /** Quote per base. */
  readonly price: number;
  /** Base, not filled yet. */
  readonly size: number;
}

/** Everything the dashboard shows that no other page does. */
export interface DashboardRows {
  /** Epoch ms, ascending: what the histories answer for. */
  readonly instants: readonly number[];
  readonly bots: readonly BotHistory[];
  readonly accounts: readonly AccountHistory[];
  readonly nextOrders: readonly NextOrder[];
  /** Warnings and errors, newest first. */
  readonly events: readonly BotEvent[];
}

function parseBotHistory(row: OutsideRow): BotHistory {
  return { botId: readText(row, "bot_id"), net: readNumberList(row, "net") };
}

function parseAccountHistory(row: OutsideRow): AccountHistory {
  return {
    exchangeKeyId: readText(row, "exchange_key_id"),
    coin: readText(row, "coin"),
    equity: readNumberList(row, "equity"),
  };
}

function parseNextOrder(row: OutsideRow): NextOrder {
  return {
    botId: readText(row, "bot_id"),
    orderSide: readOneOf(row, "order_side", ORDER_SIDES),
    positionSide: readOneOf(row, "position_side", POSITION_SIDES),
    purpose: readOneOf(row, "purpose", PURPOSES),
    price: readNumber(row, "price"),
    size: readNumber(row, "size"),
  };
}

/**
 * Loads the dashboard's rows.
 *
 * @param options.instants Epoch ms, ascending, 1 to 200.
 * @param options.eventsSinceMs Older warnings and errors are history.
 */
export async function loadDashboard(
  client: Client,
  userId: string,
  options: {
    readonly instants: readonly number[];
    readonly eventsSinceMs: number;
  },
): Promise<DashboardRows> {
  const instants = options.instants.map((at) => new Date(at).toISOString());
  const [bots, accounts, nextOrders, events] = await Promise.all([
    client.rpc("bot_history", { instants }),
    client.rpc("account_history", { instants }),
    client.rpc("bot_next_orders"),
    client.from("bot_events").select("*").eq("user_id", userId)
      .in("level", ["warning", "error"])
      .gte("created_at", new Date(options.eventsSinceMs).toISOString())
      .order("created_at", { ascending: false }).limit(EVENTS_MAX),
  ]);
  for (const { error } of [bots, accounts, nextOrders, events]) {
    if (error !== null) {
      throw new LoadError(`Cannot load the dashboard: ${error.message}`);
    }
  }
  return {
    instants: options.instants,
    bots: parseRows(bots.data, parseBotHistory),
    accounts: parseRows(accounts.data, parseAccountHistory),
    // A market order rests at no price: it is gone the next moment.
    nextOrders: parseRows(
      nextOrders.data?.filter((row) => row.price !== null),
      parseNextOrder,
    ),
    events: parseRows(events.data, parseBotEvent),
  };
}
