import { isRow, readNumber, readNumberOrNull, readText } from "./row_reader.ts";
import type { VenueEndpoints } from "./runtime_config.ts";
import { loadTickerRows } from "./venue_market.ts";

/** What a market did in the last 24 hours. */
export interface Ticker {
  readonly venueSymbol: string;
  /** Quote per base. */
  readonly lastPrice: number;
  /** Fraction; null where the exchange does not say. */
  readonly change: number | null;
  /** Highest less lowest, as a fraction of the last price. */
  readonly range: number | null;
  /** Quote; null where the exchange does not say. */
  readonly turnover: number | null;
}

/** Loads the last day of every market, by the exchange's symbol. */
export async function loadTickers(
  endpoints: VenueEndpoints,
): Promise<ReadonlyMap<string, Ticker>> {
  const rows = await loadTickerRows(endpoints);
  const tickers = rows.filter(isRow).map((row): Ticker => {
    const lastPrice = readNumber(row, "lastPr");
    const high = readNumberOrNull(row, "high24h");
    const low = readNumberOrNull(row, "low24h");
    return {
      venueSymbol: readText(row, "symbol"),
      lastPrice,
      change: readNumberOrNull(row, "change24h"),
      range: high === null || low === null || !(lastPrice > 0)
        ? null
        : (high - low) / lastPrice,
      turnover: readNumberOrNull(row, "usdtVolume"),
    };
  });
  return new Map(tickers.map((ticker) => [ticker.venueSymbol, ticker]));
}
