import { type CandlePage, candlePages } from "./pages.ts";
import { type CandleRow, readVenueRows } from "./venue_rows.ts";

/** Sends one request and returns the `data` of its answer. */
export type AskPage = (page: CandlePage) => Promise<unknown>;

/**
 * Loads a page whole, whatever the exchange's limit really is: minutes missing
 * at its head are asked for again, until nothing older comes.
 *
 * @returns The rows there are, oldest first.
 * @throws {CandleRowError} On a row that is no candle.
 */
export async function loadPage(
  ask: AskPage,
  page: CandlePage,
): Promise<CandleRow[]> {
  let rows = readVenueRows(await ask(page), page);
  for (;;) {
    const firstMs = rows[0]?.[0] ?? page.toMs;
    if (firstMs === page.fromMs) return rows;
    const older = await askOlder(ask, { fromMs: page.fromMs, toMs: firstMs });
    if (older.length === 0) return rows;
    rows = [...older, ...rows];
  }
}

/** The newest old page that has anything; old pages reach further back. */
async function askOlder(
  ask: AskPage,
  span: { readonly fromMs: number; readonly toMs: number },
): Promise<CandleRow[]> {
  const newest = candlePages(span, Infinity).at(-1);
  return newest === undefined ? [] : readVenueRows(await ask(newest), newest);
}
