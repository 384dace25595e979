/** What a venue's public endpoints say about a perpetual. @module */
import type { Market } from "@core/model/market.ts";
import { z } from "zod";
import { type VenueClient, VenueRefusal } from "../_shared/bitget.ts";
import { ApiError } from "../_shared/errors.ts";

const PRODUCT = "USDT-FUTURES";
/** Contract rules change rarely; a price serves a form being filled in. */
const MARKET_MS = 10 * 60_000;
const PRICE_MS = 2_000;
const CACHE_SIZE_MAX = 1_000;

const number = z.string().regex(/^\d+(\.\d+)?$/).transform(Number);
const positive = number.refine((value) => value > 0);
const contracts = z.array(z.object({
  symbol: z.string(),
  baseCoin: z.string(),
  quoteCoin: z.string(),
  symbolStatus: z.string(),
  pricePlace: z.string().regex(/^\d{1,2}$/).transform(Number),
  priceEndStep: positive,
  sizeMultiplier: positive,
  minTradeNum: positive,
  minTradeUSDT: number,
  minLever: positive,
  maxLever: positive,
  makerFeeRate: z.string().regex(/^-?\d+(\.\d+)?$/).transform(Number),
  takerFeeRate: number,
  maxSymbolOrderNum: positive,
  fundInterval: positive,
  maxOrderQty: z.string().nullish(),
  maxMarketOrderQty: z.string().nullish(),
}));
const tiers = z.array(
  z.object({ level: z.string(), keepMarginRate: positive }),
);
const tickers = z.array(z.object({ symbol: z.string(), lastPr: positive }));

/** Bitget's codes for a parameter that names nothing, or a delisted contract. */
const UNKNOWN_SYMBOL = ["40034", "40309", "40019", "40020"];

interface Remembered<T> {
  readonly value: T;
  readonly atMs: number;
}

/** A process's memory: Bitget counts public calls by address, ours together. */
const markets = new Map<string, Remembered<Market>>();
const prices = new Map<string, Remembered<number>>();

/**
 * Returns the contract rules of a perpetual, at most ten minutes old.
 *
 * @param symbol Unified, `BNB/USDT:USDT`.
 * @throws {ApiError} `symbol_unknown`, or that the exchange is unavailable.
 */
export async function fetchMarket(
  client: VenueClient,
  symbol: string,
): Promise<Market> {
  const venueSymbol = venueSymbolOf(symbol);
  const key = `${client.baseUrl} ${venueSymbol}`;
  return await remember(markets, { key, maxAgeMs: MARKET_MS }, async () => {
    const query = { productType: PRODUCT, symbol: venueSymbol };
    const [rows, positionTiers] = await Promise.all([
      client.get({
        path: "/api/v2/mix/market/contracts",
        query,
        answer: contracts,
      }),
      client.get({
        path: "/api/v2/mix/market/query-position-lever",
        query,
        answer: tiers,
      }),
    ]);
    const row = rows.find((each) => each.symbol === venueSymbol);
    const tier = positionTiers.find((each) => each.level === "1") ??
      positionTiers[0];
    const isTraded = row !== undefined && row.symbolStatus === "normal";
    if (!isTraded || tier === undefined) throw unknownSymbol();
    return toMarket(symbol, row, tier.keepMarginRate);
  });
}

/**
 * Returns the last price, quote per base, at most two seconds old.
 *
 * @throws {ApiError} As {@linkcode fetchMarket}.
 */
export async function fetchPrice(
  client: VenueClient,
  market: Market,
): Promise<number> {
  const { venueSymbol } = market;
  const key = `${client.baseUrl} ${venueSymbol}`;
  return await remember(prices, { key, maxAgeMs: PRICE_MS }, async () => {
    const rows = await client.get({
      path: "/api/v2/mix/market/ticker",
      query: { productType: PRODUCT, symbol: venueSymbol },
      answer: tickers,
    });
    const row = rows.find((each) => each.symbol === venueSymbol);
    if (row === undefined) throw unknownSymbol();
    return row.lastPr;
  });
}

/** `BNB/USDT:USDT` → `BNBUSDT`; only USDT perpetuals are traded. */
function venueSymbolOf(symbol: string): string {
  const base = /^([A-Z0-9]{1,20})\/USDT:USDT$/.exec(symbol)?.[1];
  if (base === undefined) throw unknownSymbol();
  return `${base}USDT`;
}

async function remember<T>(
  cache: Map<string, Remembered<T>>,
  { key, maxAgeMs }: { readonly key: string; readonly maxAgeMs: number },
  load: () => Promise<T>,
): Promise<T> {
  const known = cache.get(key);
  if (known !== undefined && Date.now() - known.atMs < maxAgeMs) {
    return known.value;
  }
  try {
    const value = await load();
    if (cache.size >= CACHE_SIZE_MAX) cache.clear();
    cache.set(key, { value, atMs: Date.now() });
    return value;
  } catch (error) {
    if (!(error instanceof VenueRefusal)) throw error;
    if (UNKNOWN_SYMBOL.includes(error.code)) throw unknownSymbol();
    throw new ApiError("exchange_unavailable", { cause: error });
  }
}

function unknownSymbol(): ApiError {
  return new ApiError("symbol_unknown", { field: "symbol" });
}

function toMarket(
  symbol: string,
  row: z.infer<typeof contracts>[number],
  maintenanceMarginRate: number,
): Market {
  // The smaller of the two, as the engine has it: legs close at the market.
  const maxOrderSize = Math.min(
    ...[row.maxOrderQty, row.maxMarketOrderQty].map((text) =>
      Number(text ?? "") || Infinity
    ),
  );
  return {
    symbol,
    venueSymbol: row.symbol,
    base: row.baseCoin,
    quote: row.quoteCoin,
    tickSize: Number(`${row.priceEndStep}e-${row.pricePlace}`),
    lotSize: row.sizeMultiplier,
    minSize: row.minTradeNum,
    minNotional: row.minTradeUSDT,
    minLeverage: row.minLever,
    maxLeverage: row.maxLever,
    makerFeeRate: row.makerFeeRate,
    takerFeeRate: row.takerFeeRate,
    maxOpenOrders: row.maxSymbolOrderNum,
    maxOrderSize: maxOrderSize === Infinity ? null : maxOrderSize,
    maintenanceMarginRate,
    fundingIntervalHours: row.fundInterval,
  };
}
