/** What funding was settled at in the past. @module */
import type { FundingRate } from "@core/backtest/mod.ts";
import { isRow, readNumber } from "./row_reader.ts";
import type { CandleSource } from "./candle_store.ts";
import { loadFundingPage } from "./venue_market.ts";

const PAGE_SIZE = 100;
const PAGES_MAX = 40;
const HOUR_MS = 3_600_000;

/**
 * Loads the settlements within a span.
 *
 * @param intervalHours Between two settlements of this market.
 * @returns Oldest first; null where they do not reach back that far: then
 *   funding is unknown, not zero.
 * @throws {VenueError} When the exchange does not answer.
 */
export async function loadFunding(
  source: CandleSource,
  span: { readonly fromMs: number; readonly toMs: number },
  options: { readonly intervalHours: number; readonly signal: AbortSignal },
): Promise<readonly FundingRate[] | null> {
  const wantedMs = span.fromMs + options.intervalHours * HOUR_MS;
  const rates = new Map<number, number>();
  for (let page = 1; page <= PAGES_MAX; page++) {
    const rows = await loadFundingPage(source.endpoints, {
      venueSymbol: source.venueSymbol,
      pageSize: PAGE_SIZE,
      pageNo: page,
      signal: options.signal,
    });
    for (const row of Array.isArray(rows) ? rows.filter(isRow) : []) {
      rates.set(readNumber(row, "fundingTime"), readNumber(row, "fundingRate"));
    }
    const oldestMs = Math.min(Infinity, ...rates.keys());
    if (oldestMs <= wantedMs) return within(rates, span);
    if (!Array.isArray(rows) || rows.length < PAGE_SIZE) return null;
  }
  return null;
}

function within(
  rates: ReadonlyMap<number, number>,
  span: { readonly fromMs: number; readonly toMs: number },
): readonly FundingRate[] {
  return [...rates].map(([atMs, rate]) => ({ atMs, rate }))
    .filter(({ atMs }) => atMs > span.fromMs && atMs < span.toMs)
    .sort((a, b) => a.atMs - b.atMs);
}
