import type { Client } from "./client.ts";
import {
  isRow,
  type OutsideRow,
  readDecimal,
  readInstant,
  readText,
} from "./row_reader.ts";
import { LoadError } from "./trader_rows.ts";

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

/** Loads the money of a bot, to the last digit; null before the first figures. */
export async function loadBotMoney(
  client: Client,
  botId: string,
): Promise<BotMoney | null> {
  const { data, error } = await client.from("bot_metrics").select(
    "bot_id, updated_at, grid_profit::text, realized_pnl::text, " +
      "unrealized_pnl::text, fees::text, funding::text, equity::text",
  ).eq("bot_id", botId).limit(1);
  if (error !== null) {
    throw new LoadError(`Cannot load the money: ${error.message}`);
  }
  const rows: unknown = data;
  const row: unknown = Array.isArray(rows) ? rows[0] : undefined;
  return isRow(row) ? parseBotMoney(row) : null;
}
