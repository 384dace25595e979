/**
 * Everything we hold of one trader, read page by page with his own rights.
 *
 * @module
 */
import type { Client } from "./client.ts";
import { type OutsideRow, readText } from "./row_reader.ts";
import { parseRows } from "./rows.ts";
import { LoadError } from "./trader_rows.ts";

/** The Data API hands out no more at a time. */
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

/** The tables an export reads: all that show a trader rows of his own. */
export const EXPORTED_TABLES: readonly string[] = [
  ...tablesOf(OWN_TABLES),
  ...tablesOf(BOT_TABLES),
];

/** What is exported: rows by table, as the Data API shows them. */
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
    const page = parseRows(data, (row) => row);
    rows.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < PAGE_ROWS) return rows;
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
          const query = client.from(table).select("*").eq("user_id", userId)
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
            const query = client.from(table).select("*")
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
