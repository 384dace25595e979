/** What a venue's public endpoints say about a perpetual. @module */
import type { Market } from "@core/model/market.ts";
import { z } from "zod";
import { type VenueClient, VenueRefusal } from "../_shared/bitget.ts";
import { ApiError } from "../_shared/errors.ts";

const PRODUCT = "USDT-FUTURES";
const CACHE_MS = 10 * 60_000;
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
}));
const tiers = z.array(
  z.object({ level: z.string(), keepMarginRate: positive }),
);
const tickers = z.array(z.object({ symbol: z.string(), lastPr: positive }));

/** Bitget's codes for a parameter that names nothing, or a delisted contract. */
const UNKNOWN_SYMBOL = ["40034", "40309", "40019", "40020"];

const cache = new Map<
  string,
  { readonly market: Market; readonly atMs: number }
>();

/**
 * Returns the contract rules of a perpetual; they change rarely and are kept
 * for ten minutes a process.
 *
 * @param symbol Unified, `BNB/USDT:USDT`.
 * @throws {ApiError} `symbol_unknown`, or that the exchange is unavailable.
 */
export async function fetchMarket(
  client: VenueClient,
  symbol: string,
): Promise<Market> {
  const key = `${client.venue} ${symbol}`;
  const cached = cache.get(key);
  if (cached !== undefined && Date.now() - cached.atMs < CACHE_MS) {
    return cached.market;
  }
  const venueSymbol = venueSymbolOf(symbol);
  const query = { productType: PRODUCT, symbol: venueSymbol };
  const [rows, positionTiers] = await orUnknown(() =>
    Promise.all([
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
    ])
  );
  const row = rows.find((each) => each.symbol === venueSymbol);
  const tier = positionTiers.find((each) => each.level === "1") ??
    positionTiers[0];
  if (
    row === undefined || row.symbolStatus !== "normal" || tier === undefined
  ) {
    throw unknownSymbol();
  }
  const market = toMarket(symbol, row, tier.keepMarginRate);
  if (cache.size >= CACHE_SIZE_MAX) cache.clear();
  cache.set(key, { market, atMs: Date.now() });
  return market;
}

/**
 * Returns the last price, quote per base.
 *
 * @throws {ApiError} As {@linkcode fetchMarket}.
 */
export async function fetchPrice(
  client: VenueClient,
  market: Market,
): Promise<number> {
  const rows = await orUnknown(() =>
    client.get({
      path: "/api/v2/mix/market/ticker",
      query: { productType: PRODUCT, symbol: market.venueSymbol },
      answer: tickers,
    })
  );
  const row = rows.find((each) => each.symbol === market.venueSymbol);
  if (row === undefined) throw unknownSymbol();
  return row.lastPr;
}

/** `BNB/USDT:USDT` → `BNBUSDT`; only USDT perpetuals are traded. */
function venueSymbolOf(symbol: string): string {
  const base = /^([A-Z0-9]{1,20})\/USDT:USDT$/.exec(symbol)?.[1];
  if (base === undefined) throw unknownSymbol();
  return `${base}USDT`;
}

async function orUnknown<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
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
  const maxOrderSize = Number(row.maxOrderQty ?? "");
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
    maxOrderSize: maxOrderSize > 0 ? maxOrderSize : null,
    maintenanceMarginRate,
    fundingIntervalHours: row.fundInterval,
  };
}
