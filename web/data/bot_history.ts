/**
 * The long lists of one bot, a page at a time, filtered by the database; and
 * all of a list as CSV, its numbers to the last digit.
 *
 * @module
 */
import type { Client } from "./client.ts";
import { LoadError } from "./load_error.ts";
import { isRow, type OutsideRow, readText } from "./row_reader.ts";
import {
  type BotEvent,
  type Fill,
  type Order,
  parseBotEvent,
  parseFill,
  parseOrder,
  parseRows,
} from "./rows.ts";

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
/** A browser must hold it; beyond, the file says that it is not whole. */
const EXPORT_MAX = 1_000_000;

type Table = "fills" | "orders" | "bot_events";

const TIMES: Readonly<Record<Table, "filled_at" | "created_at">> = {
  fills: "filled_at",
  orders: "created_at",
  "bot_events": "created_at",
};

function wantedOf(filter: HistoryFilter): HistoryFilter {
  return Object.fromEntries(
    Object.entries(filter).filter(([, value]) => value !== ""),
  );
}

async function loadPage(
  client: Client,
  table: Table,
  { botId, filter, offset, limit }: PageRequest,
): Promise<HistoryPage<OutsideRow>> {
  const newestFirst = { ascending: false };
  const { data, error, count } = await client.from(table)
    .select("*", { count: "exact" })
    .match({ "bot_id": botId, ...wantedOf(filter) })
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

const NUMBER = /^[-+]?\d+(\.\d+)?$/;

function toCell(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = String(value);
  // A spreadsheet would run what begins like this; a number it only reads.
  const isRun = /^\s*[-=+@]/.test(text) && !NUMBER.test(text);
  const safe = isRun ? `'${text}` : text;
  return /[",\t\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
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

/** A list as CSV. */
export interface CsvFile {
  readonly text: string;
  readonly rows: number;
  /** There are more rows than a browser is made to hold: the newest are in it. */
  readonly isCut: boolean;
}

/**
 * Loads all of a list that the filter lets through, newest first, each row
 * once: a page goes on below the last row of the one before, so that rows that
 * come or go meanwhile shift nothing.
 */
export async function loadCsv(
  client: Client,
  table: keyof typeof EXPORTED,
  { botId, filter }: Pick<PageRequest, "botId" | "filter">,
): Promise<CsvFile> {
  const columns = EXPORTED[table];
  const time = TIMES[table];
  const newestFirst = { ascending: false };
  const rows: OutsideRow[] = [];
  let isCut = false;
  let last: OutsideRow | undefined;
  do {
    const first = client.from(table).select([...columns, "id"].join(", "))
      .match({ "bot_id": botId, ...wantedOf(filter) })
      .order(time, newestFirst).order("id", newestFirst)
      .limit(EXPORT_PAGE);
    const { data, error } =
      await (last === undefined ? first : first.or(below(time, last)));
    if (error !== null) {
      throw new LoadError(`Cannot load ${table}: ${error.message}`);
    }
    const answer: unknown = data;
    const page = Array.isArray(answer) ? answer.filter(isRow) : [];
    rows.push(...page);
    last = page.at(-1);
    isCut = rows.length >= EXPORT_MAX;
    // Only an empty page is the end: a server may give less than was asked.
  } while (last !== undefined && !isCut);
  const names = columns.map((column) => column.replace("::text", ""));
  return { text: toCsv(names, rows), rows: rows.length, isCut };
}

/** What lies after a row in the order of the list. */
function below(time: string, row: OutsideRow): string {
  const at = readText(row, time);
  return `${time}.lt."${at}",and(${time}.eq."${at}",id.lt.${
    readText(row, "id")
  })`;
}
