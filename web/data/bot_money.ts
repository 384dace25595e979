import type { Client } from "./client.ts";
import { LoadError } from "./load_error.ts";
import {
  isRow,
  type OutsideRow,
  readDecimal,
  readInstant,
  readText,
} from "./row_reader.ts";
import { type BotMetrics, parseBotMetrics } from "./rows.ts";

/** The money of a bot, quote, as exact decimal text; null is unknown. */
export interface BotMoney {
  readonly botId: string;
  /** What closed pairs earned, gross. */
  readonly gridProfit: string | null;
  readonly realized: string | null;
  readonly unrealized: string | null;
  /** Paid > 0. */
  readonly fees: string | null;
  /** Received > 0. */
  readonly funding: string | null;
  /** Of the whole account. */
  readonly equity: string | null;
  readonly updatedAtMs: number;
}

const COLUMNS = {
  gridProfit: "grid_profit",
  realized: "realized_pnl",
  unrealized: "unrealized_pnl",
  fees: "fees",
  funding: "funding",
  equity: "equity",
} as const;

/**
 * Reads the money of a row of `bot_metrics`, selected as text or broadcast.
 *
 * @returns Null where JSON has rounded a figure: load it as text instead.
 */
export function parseBotMoney(row: OutsideRow): BotMoney | null {
  const read = (column: string) => readDecimal(row, column);
  const money = {
    gridProfit: read(COLUMNS.gridProfit),
    realized: read(COLUMNS.realized),
    unrealized: read(COLUMNS.unrealized),
    fees: read(COLUMNS.fees),
    funding: read(COLUMNS.funding),
    equity: read(COLUMNS.equity),
  };
  const { gridProfit, realized, unrealized, fees, funding, equity } = money;
  if (
    gridProfit === undefined || realized === undefined ||
    unrealized === undefined || fees === undefined || funding === undefined ||
    equity === undefined
  ) return null;
  return {
    botId: readText(row, "bot_id"),
    gridProfit,
    realized,
    unrealized,
    fees,
    funding,
    equity,
    updatedAtMs: readInstant(row, "updated_at"),
  };
}

/** All figures of a bot, of one moment. */
export interface BotFigures {
  readonly money: BotMoney;
  readonly metrics: BotMetrics;
}

/** Money is asked for as text: JSON would round it. */
const SELECTED = "bot_id, updated_at, grid_profit::text, realized_pnl::text, " +
  "unrealized_pnl::text, fees::text, funding::text, equity::text, " +
  "grid_pairs, fills_count, open_orders, mark_price, margin_ratio, " +
  "long_size, long_entry_price, short_size, short_entry_price, " +
  "long_liquidation_price, short_liquidation_price, " +
  "long_break_even_price, short_break_even_price, last_sync_at";

/** Loads a bot's figures, money to the last digit; null before the first. */
export async function loadBotFigures(
  client: Client,
  botId: string,
): Promise<BotFigures | null> {
  const { data, error } = await client.from("bot_metrics").select(SELECTED)
    .eq("bot_id", botId).limit(1);
  if (error !== null) {
    throw new LoadError(`Cannot load the money: ${error.message}`);
  }
  const rows: unknown = data;
  const row: unknown = Array.isArray(rows) ? rows[0] : undefined;
  if (!isRow(row)) return null;
  const money = parseBotMoney(row);
  // Text is never rounded: without a row of its own there is no money.
  return money === null ? null : { money, metrics: parseBotMetrics(row) };
}
