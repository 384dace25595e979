/**
 * An exchange's public market data over REST: Bitget's v2 wire, which the paper
 * exchange speaks as well. Nothing here is signed.
 *
 * @module
 */
import { type CandlePage, pageQuery } from "@core/candles/pages.ts";
import type { Candle } from "@core/model/candle.ts";
import type { Market } from "@core/model/market.ts";
import { isRow, type OutsideRow, readNumber, readText } from "./row_reader.ts";
import type { VenueEndpoints } from "./runtime_config.ts";

const PRODUCT_TYPE = "USDT-FUTURES";
const TIMEOUT_MS = 10_000;
/** Where Bitget's contract list does not say: the lowest tier of most markets. */
const MAINTENANCE_MARGIN_RATE_TYPICAL = 0.005;

/** Candle lengths: the words of the wire and their length. */
export const GRANULARITIES = [
  { wire: "1m", intervalMs: 60_000 },
  { wire: "5m", intervalMs: 300_000 },
  { wire: "15m", intervalMs: 900_000 },
  { wire: "1H", intervalMs: 3_600_000 },
] as const;
/** One of {@linkcode GRANULARITIES}. */
export type Granularity = (typeof GRANULARITIES)[number];

/** The exchange answered with an error or not at all. */
export class VenueError extends Error {
  override readonly name = "VenueError";
}

async function get(
  endpoints: VenueEndpoints,
  path: string,
  query: Readonly<Record<string, string>>,
  signal?: AbortSignal,
): Promise<unknown> {
  const search = new URLSearchParams({ productType: PRODUCT_TYPE, ...query });
  const url = `${endpoints.rest}/api/v2/mix/market/${path}?${search}`;
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([
        AbortSignal.timeout(TIMEOUT_MS),
        ...signal === undefined ? [] : [signal],
      ]),
      credentials: "omit",
    });
    const answer: unknown = await response.json();
    if (isRow(answer) && answer.code === "00000") return answer.data;
    throw new VenueError(`Cannot read ${path}: status ${response.status}`);
  } catch (cause) {
    if (cause instanceof VenueError) throw cause;
    signal?.throwIfAborted();
    throw new VenueError(`Cannot reach the exchange for ${path}`, { cause });
  }
}

/** `BNB/USDT:USDT` → `BNBUSDT`. */
export function toVenueSymbol(symbol: string): string {
  return (symbol.split(":")[0] ?? symbol).replace("/", "");
}

/** Loads every perpetual that trades now, by symbol. */
export async function loadMarkets(
  endpoints: VenueEndpoints,
): Promise<readonly Market[]> {
  return parseMarkets(await get(endpoints, "contracts", {}));
}

/** Loads one market; null where the venue does not trade it now. */
export async function loadMarket(
  endpoints: VenueEndpoints,
  venueSymbol: string,
): Promise<Market | null> {
  const rows = await get(endpoints, "contracts", { symbol: venueSymbol });
  return parseMarkets(rows).find((market) =>
    market.venueSymbol === venueSymbol
  ) ?? null;
}

function parseMarkets(rows: unknown): readonly Market[] {
  if (!Array.isArray(rows)) throw new VenueError("Cannot read contracts");
  return rows.filter(isRow)
    .filter((row) => row.symbolType === "perpetual")
    .filter((row) => (row.symbolStatus ?? "normal") === "normal")
    .map(parseMarket)
    .sort((a, b) => a.symbol < b.symbol ? -1 : 1);
}

function parseMarket(row: OutsideRow): Market {
  const base = readText(row, "baseCoin");
  const quote = readText(row, "quoteCoin");
  const pricePlace = readNumber(row, "pricePlace");
  const tick = readNumber(row, "priceEndStep") / 10 ** pricePlace;
  // The smaller of the two, as the engine has it: legs close at the market.
  const largest = Math.min(
    ...["maxOrderQty", "maxMarketOrderQty"]
      .filter((key) => row[key] !== undefined && row[key] !== "")
      .map((key) => readNumber(row, key)).filter((size) => size > 0),
  );
  return {
    symbol: `${base}/${quote}:${quote}`,
    venueSymbol: readText(row, "symbol"),
    base,
    quote,
    tickSize: Number(tick.toFixed(pricePlace)),
    lotSize: readNumber(row, "sizeMultiplier"),
    minSize: readNumber(row, "minTradeNum"),
    minNotional: readNumber(row, "minTradeUSDT"),
    minLeverage: readNumber(row, "minLever"),
    maxLeverage: readNumber(row, "maxLever"),
    makerFeeRate: readNumber(row, "makerFeeRate"),
    takerFeeRate: readNumber(row, "takerFeeRate"),
    maxOpenOrders: readNumber(row, "maxSymbolOrderNum"),
    maxOrderSize: largest === Infinity ? null : largest,
    maintenanceMarginRate: MAINTENANCE_MARGIN_RATE_TYPICAL,
    fundingIntervalHours: readNumber(row, "fundInterval"),
  };
}

/** Loads the last traded price, quote per base. */
export async function loadLastPrice(
  endpoints: VenueEndpoints,
  venueSymbol: string,
): Promise<number> {
  const rows = await get(endpoints, "ticker", { symbol: venueSymbol });
  const row = Array.isArray(rows) ? rows[0] : undefined;
  if (!isRow(row)) throw new VenueError("Cannot read the ticker");
  return readNumber(row, "lastPr");
}

/** Loads the last 24 hours of every market, as the exchange says them. */
export async function loadTickerRows(
  endpoints: VenueEndpoints,
): Promise<readonly unknown[]> {
  const rows = await get(endpoints, "tickers", {});
  if (!Array.isArray(rows)) throw new VenueError("Cannot read the tickers");
  return rows;
}

/** Loads the newest candles, oldest first, at most 1000. */
export async function loadCandles(
  endpoints: VenueEndpoints,
  options: {
    readonly venueSymbol: string;
    readonly granularity: Granularity;
    readonly limit: number;
  },
): Promise<readonly Candle[]> {
  const rows = await get(endpoints, "candles", {
    symbol: options.venueSymbol,
    granularity: options.granularity.wire,
    limit: String(options.limit),
  });
  return parseCandles(rows);
}

/**
 * Sends one request of a longer download.
 *
 * @returns The answer's rows, as they came.
 * @throws {VenueError} And the signal's reason once it is aborted.
 */
export async function loadCandlePage(
  endpoints: VenueEndpoints,
  options: {
    readonly venueSymbol: string;
    readonly page: CandlePage;
    readonly signal: AbortSignal;
  },
): Promise<unknown> {
  const { venueSymbol, page, signal } = options;
  const query = pageQuery(page, venueSymbol);
  return await get(endpoints, page.endpoint, query, signal);
}

/** Sends one request for past funding rates, the newest first. */
export async function loadFundingPage(
  endpoints: VenueEndpoints,
  options: {
    readonly venueSymbol: string;
    readonly pageSize: number;
    /** Counted from 1. */
    readonly pageNo: number;
    readonly signal: AbortSignal;
  },
): Promise<unknown> {
  const { venueSymbol: symbol, pageSize, pageNo, signal } = options;
  return await get(endpoints, "history-fund-rate", {
    symbol,
    pageSize: String(pageSize),
    pageNo: String(pageNo),
  }, signal);
}

/** Reads candles as REST and socket carry them: `[ts, o, h, l, c, volume, …]`. */
export function parseCandles(rows: unknown): readonly Candle[] {
  if (!Array.isArray(rows)) throw new VenueError("Cannot read candles");
  return rows.map((row: unknown) => {
    const values = Array.isArray(row) ? row.map(Number) : [];
    const [openTimeMs, open, high, low, close, volume] = values;
    if (
      openTimeMs === undefined || open === undefined || high === undefined ||
      low === undefined || close === undefined || !values.every(Number.isFinite)
    ) throw new VenueError("Cannot read a candle");
    return { openTimeMs, open, high, low, close, volume: volume ?? 0 };
  });
}
