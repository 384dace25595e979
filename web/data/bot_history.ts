/**
 * The long lists of one bot, a page at a time, filtered by the database; and
 * all of a list as CSV, its numbers to the last digit.
 *
 * @module
 */
import type { Client } from "./client.ts";
import { isRow, type OutsideRow } from "./row_reader.ts";
import {
  type BotEvent,
  type Fill,
  type Order,
  parseBotEvent,
  parseFill,
  parseOrder,
  parseRows,
} from "./rows.ts";
import { LoadError } from "./trader_rows.ts";

/** Column → the value it must have; empty: any. */
export type HistoryFilter = Readonly<Record<string, string>>;

/** A part of a list, and how long the list is. */
export interface HistoryPage<T> {
  readonly rows: readonly T[];
  readonly total: number;
}

/** Which part is wanted. */
export interface PageRequest {
  readonly botId: string;
  readonly filter: HistoryFilter;
  readonly offset: number;
  readonly limit: number;
}

/** The API answers this where a page lies beyond the end. */
const BEYOND_THE_END = "PGRST103";
/** Rows a request of an export: what the Data API gives at most. */
const EXPORT_PAGE = 1_000;
/** Nobody reads more, and a browser must hold it. */
const EXPORT_MAX = 100_000;

type Table = "fills" | "orders" | "bot_events";

const TIMES: Readonly<Record<Table, "filled_at" | "created_at">> = {
  fills: "filled_at",
  orders: "created_at",
  "bot_events": "created_at",
};

async function loadPage(
  client: Client,
  table: Table,
  { botId, filter, offset, limit }: PageRequest,
  columns = "*",
): Promise<HistoryPage<OutsideRow>> {
  const wanted = Object.fromEntries(
    Object.entries(filter).filter(([, value]) => value !== ""),
  );
  const newestFirst = { ascending: false };
  const { data, error, count } = await client.from(table)
    .select(columns, { count: "exact" })
    .match({ "bot_id": botId, ...wanted })
    .order(TIMES[table], newestFirst).order("id", newestFirst)
    .range(offset, offset + limit - 1);
  if (error?.code === BEYOND_THE_END) return { rows: [], total: offset };
  if (error !== null) {
    throw new LoadError(`Cannot load ${table}: ${error.message}`);
  }
  const rows: unknown = data;
  return {
    rows: Array.isArray(rows) ? rows.filter(isRow) : [],
    total: count ?? 0,
  };
}

/** Loads fills, newest first. */
export async function loadFillsPage(
  client: Client,
  request: PageRequest,
): Promise<HistoryPage<Fill>> {
  const { rows, total } = await loadPage(client, "fills", request);
  return { rows: parseRows(rows, parseFill), total };
}

/** Loads orders of any status, newest first. */
export async function loadOrdersPage(
  client: Client,
  request: PageRequest,
): Promise<HistoryPage<Order>> {
  const { rows, total } = await loadPage(client, "orders", request);
  return { rows: parseRows(rows, parseOrder), total };
}

/** Loads the log, newest first. */
export async function loadEventsPage(
  client: Client,
  request: PageRequest,
): Promise<HistoryPage<BotEvent>> {
  const { rows, total } = await loadPage(client, "bot_events", request);
  return { rows: parseRows(rows, parseBotEvent), total };
}

/** What a CSV of a list holds: columns of the table, numbers as text. */
const EXPORTED = {
  fills: [
    "filled_at",
    "symbol",
    "order_side",
    "position_side",
    "purpose",
    "price::text",
    "size::text",
    "fee::text",
    "fee_currency",
    "realized_pnl::text",
    "pair_profit::text",
    "pair_entry_price::text",
    "liquidity",
    "venue_trade_id",
    "venue_order_id",
    "client_order_id",
  ],
  orders: [
    "created_at",
    "symbol",
    "order_side",
    "position_side",
    "purpose",
    "level",
    "price::text",
    "size::text",
    "filled_size::text",
    "average_price::text",
    "status",
    "end_reason",
    "reject_code",
    "reject_message",
    "finished_at",
    "venue_order_id",
    "client_order_id",
  ],
} as const;

function toCell(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = String(value);
  // A spreadsheet would run what begins like this.
  const safe = /^[=+@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Writes rows as CSV (RFC 4180), the header first. Pure. */
export function toCsv(
  columns: readonly string[],
  rows: readonly OutsideRow[],
): string {
  const lines = rows.map((row) =>
    columns.map((column) => toCell(row[column])).join(",")
  );
  return [columns.join(","), ...lines, ""].join("\r\n");
}

/** Loads all of a list that the filter lets through, as CSV. */
export async function loadCsv(
  client: Client,
  table: keyof typeof EXPORTED,
  { botId, filter }: Pick<PageRequest, "botId" | "filter">,
): Promise<string> {
  const columns = EXPORTED[table];
  const rows: OutsideRow[] = [];
  for (let offset = 0; offset < EXPORT_MAX; offset += EXPORT_PAGE) {
    const page = await loadPage(
      client,
      table,
      { botId, filter, offset, limit: EXPORT_PAGE },
      columns.join(", "),
    );
    rows.push(...page.rows);
    if (page.rows.length < EXPORT_PAGE) break;
  }
  return toCsv(columns.map((column) => column.replace("::text", "")), rows);
}
