/**
 * Everything we hold of one trader, read page by page with his own rights.
 *
 * @module
 */
import type { Client } from "./client.ts";
import { LoadError } from "./load_error.ts";
import { type OutsideRow, readText } from "./row_reader.ts";
import { parseRows } from "./rows.ts";

/** Asked for at a time: hosted Data APIs hand out no more. */
const PAGE_ROWS = 1_000;

/** Tables whose rows say whose they are, and the column they are read along. */
const OWN_TABLES = {
  "profiles": "user_id",
  "exchange_keys": "id",
  "bots": "id",
  "orders": "id",
  "fills": "id",
  "funding_payments": "id",
  "bot_events": "id",
  "alert_channels": "id",
  "alert_messages": "id",
} as const;
/** Tables that hang on a bot. */
const BOT_TABLES = {
  "bot_metrics": "bot_id",
  "bot_audits": "bot_id",
  "equity_snapshots": "at",
} as const;

/**
 * Columns of money and size. They are asked for as text: a double in between
 * would cost the last digits.
 */
export const EXACT_COLUMNS: Readonly<Record<string, readonly string[]>> = {
  "orders": ["price", "size", "filled_size", "average_price"],
  "fills": [
    "price",
    "size",
    "fee",
    "realized_pnl",
    "unpaired_size",
    "pair_profit",
    "pair_entry_price",
  ],
  "funding_payments": ["amount"],
  "bot_metrics": [
    "mark_price",
    "long_size",
    "long_entry_price",
    "short_size",
    "short_entry_price",
    "unrealized_pnl",
    "realized_pnl",
    "fees",
    "funding",
    "equity",
    "margin_ratio",
    "grid_profit",
    "long_liquidation_price",
    "short_liquidation_price",
    "long_break_even_price",
    "short_break_even_price",
  ],
  "bot_audits": [
    "our_long_size",
    "our_short_size",
    "exchange_long_size",
    "exchange_short_size",
  ],
  "equity_snapshots": [
    "equity",
    "realized_pnl",
    "unrealized_pnl",
    "fees",
    "funding",
  ],
};
const EXACT = "exact_";

/** The tables an export reads: all that show a trader rows of his own. */
export const EXPORTED_TABLES: readonly string[] = [
  ...tablesOf(OWN_TABLES),
  ...tablesOf(BOT_TABLES),
];

/** What is exported: rows by table; money and sizes as decimal text. */
export type ExportedRows = Readonly<Record<string, readonly OutsideRow[]>>;

/** A reader of one page: the rows after a key, in its order. */
type PageReader = (
  after: string | null,
) => PromiseLike<
  {
    readonly data: unknown;
    readonly error: { readonly message: string } | null;
  }
>;

function columnsOf(table: string): string {
  const exact = EXACT_COLUMNS[table] ?? [];
  return ["*", ...exact.map((name) => `${EXACT}${name}:${name}::text`)]
    .join(",");
}

/** Puts the text in the place of the number. */
function withExactColumns(row: OutsideRow): OutsideRow {
  const columns = new Map(Object.entries(row));
  for (const [name, value] of Object.entries(row)) {
    if (!name.startsWith(EXACT)) continue;
    columns.delete(name);
    columns.set(name.slice(EXACT.length), value);
  }
  return Object.fromEntries(columns);
}

async function readAll(
  readPage: PageReader,
  key: string,
  signal: AbortSignal,
): Promise<readonly OutsideRow[]> {
  const rows: OutsideRow[] = [];
  for (let after: string | null = null;;) {
    signal.throwIfAborted();
    const { data, error } = await readPage(after);
    if (error !== null) throw new LoadError(`Cannot export: ${error.message}`);
    const page = parseRows(data, withExactColumns);
    rows.push(...page);
    const last = page.at(-1);
    // Only an empty page is the end: a server may give less than was asked.
    if (last === undefined) return rows;
    after = readText(last, key);
  }
}

/**
 * Reads everything of one trader.
 *
 * @param options.onProgress Told how many rows have been read so far.
 * @throws {LoadError} When a page does not come.
 */
export async function exportRows(
  client: Client,
  userId: string,
  options: {
    readonly signal: AbortSignal;
    readonly onProgress: (rows: number) => void;
  },
): Promise<ExportedRows> {
  const { signal, onProgress } = options;
  const exported: Record<string, OutsideRow[]> = Object.fromEntries(
    EXPORTED_TABLES.map((table) => [table, []]),
  );
  let count = 0;
  const add = (table: string, rows: readonly OutsideRow[]) => {
    (exported[table] ??= []).push(...rows);
    count += rows.length;
    onProgress(count);
  };
  for (const table of tablesOf(OWN_TABLES)) {
    const key = OWN_TABLES[table];
    add(
      table,
      await readAll(
        (after) => {
          const query = client.from(table).select(columnsOf(table))
            .eq("user_id", userId)
            .order(key).limit(PAGE_ROWS);
          return after === null ? query : query.gt(key, after);
        },
        key,
        signal,
      ),
    );
  }
  for (const bot of exported.bots ?? []) {
    for (const table of tablesOf(BOT_TABLES)) {
      const key = BOT_TABLES[table];
      add(
        table,
        await readAll(
          (after) => {
            const query = client.from(table).select(columnsOf(table))
              .eq("bot_id", readText(bot, "id")).order(key).limit(PAGE_ROWS);
            return after === null ? query : query.gt(key, after);
          },
          key,
          signal,
        ),
      );
    }
  }
  return exported;
}

function tablesOf<T extends string>(
  tables: Readonly<Record<T, string>>,
): readonly T[] {
  const names: T[] = [];
  for (const name in tables) names.push(name);
  return names;
}
