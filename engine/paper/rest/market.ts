/** Public endpoints: time, contracts, tickers, candles, depth, funding. @module */
import { formatDecimal, RATE_SCALE } from "@core/matching/mod.ts";
import { toContractRow } from "../contracts.ts";
import { invalid } from "../api_error.ts";
import type { Market } from "../market.ts";
import { bookOf } from "../prices/depth.ts";
import { isGranularity } from "../prices/candles.ts";
import { type Endpoint, publicGet, type PublicRequest } from "./endpoint.ts";
import { PRODUCT_TYPE } from "./params.ts";
import { barRow, tickerFigures } from "../wire/market.ts";

const CANDLES_DEFAULT = 100;
const CANDLES_MAX = 1_000;
const HISTORY_CANDLES_MAX = 200;
const DAY_MS = 86_400_000;
const CANDLE_RANGE_MAX_MS = 90 * DAY_MS;

function tickerRow(market: Market, atMs: number): Record<string, unknown> {
  return {
    symbol: market.symbol,
    ...tickerFigures(market, atMs),
    deliveryStartTime: null,
    deliveryTime: null,
    deliveryStatus: "",
  };
}

function candles(
  { venue, params, atMs }: PublicRequest,
  options: { readonly limitMax: number },
): unknown {
  params.requireProduct();
  const market = params.market(venue);
  const granularity = params.required("granularity");
  if (!isGranularity(granularity)) throw invalid("granularity");
  params.choice("kLineType", ["market", "mark", "index"]);
  const any = { fallback: -1, min: 0, max: Number.MAX_SAFE_INTEGER };
  const startMs = params.integer("startTime", any);
  const endMs = params.integer("endTime", any);
  if (startMs >= 0 && endMs >= 0) {
    const range = endMs - startMs;
    if (range <= 0 || range > CANDLE_RANGE_MAX_MS) throw invalid("endTime");
  }
  return market.series.query({
    granularity,
    startMs: Math.max(0, startMs),
    endMs: endMs < 0 ? atMs + DAY_MS : endMs,
    limit: params.integer("limit", {
      fallback: CANDLES_DEFAULT,
      min: 1,
      max: options.limitMax,
    }),
  }).map((bar) => barRow(market, bar));
}

function depth({ venue, params, atMs }: PublicRequest): unknown {
  params.requireProduct();
  const market = params.market(venue);
  const text = params.optional("limit");
  const levels = text === "max" || text === null ? 50 : Number(text);
  if (!Number.isSafeInteger(levels) || levels < 1) throw invalid("limit");
  const { asks, bids } = bookOf(market, levels);
  return {
    asks,
    bids,
    ts: String(atMs),
    scale: market.priceText(market.listing.instrument.priceStep),
    precision: "scale0",
    isMaxPrecision: "YES",
  };
}

function publicTrades({ venue, params }: PublicRequest): unknown {
  params.requireProduct();
  const market = params.market(venue);
  const limit = params.integer("limit", { fallback: 100, min: 1, max: 500 });
  return market.trades.slice(-limit).reverse().map((trade) => ({
    tradeId: trade.tradeId,
    price: market.priceText(trade.price),
    size: market.sizeText(trade.size),
    side: trade.orderSide,
    ts: String(trade.atMs),
    symbol: market.symbol,
  }));
}

function fundingRates({ venue, params }: PublicRequest): unknown {
  params.requireProduct();
  const markets = params.optional("symbol") === null
    ? [...venue.markets.values()]
    : [params.market(venue)];
  return markets.map((market) => ({
    symbol: market.symbol,
    fundingRate: market.fundingRate,
    fundingRateInterval: String(market.listing.instrument.fundingIntervalHours),
    nextUpdate: String(market.nextFundingMs),
    minFundingRate: "-0.003",
    maxFundingRate: "0.003",
  }));
}

function fundingHistory({ venue, params }: PublicRequest): unknown {
  params.requireProduct();
  const market = params.market(venue);
  const size = params.integer("pageSize", { fallback: 20, min: 1, max: 100 });
  const page = params.integer("pageNo", { fallback: 1, min: 1, max: 1_000 });
  return [...market.fundingHistory].reverse()
    .slice((page - 1) * size, page * size)
    .map((entry) => ({
      symbol: entry.symbol,
      fundingRate: entry.rate,
      fundingTime: String(entry.atMs),
    }));
}

function positionTiers({ venue, params }: PublicRequest): unknown {
  params.requireProduct();
  const market = params.market(venue);
  const { maxLeverage, maintenanceMarginRate } = market.listing.instrument;
  return [{
    symbol: market.symbol,
    level: "1",
    startUnit: "0",
    endUnit: "100000000",
    leverage: String(maxLeverage),
    keepMarginRate: formatDecimal(maintenanceMarginRate, RATE_SCALE),
  }];
}

/** The public endpoints. The server adds CORS headers to all of them. */
export const MARKET_ENDPOINTS: readonly Endpoint[] = [
  publicGet("/api/v2/public/time", ({ atMs }) => ({
    serverTime: String(atMs),
  })),
  publicGet("/api/v2/spot/public/coins", () => []),
  publicGet("/api/v2/spot/public/symbols", () => []),
  publicGet("/api/v2/margin/currencies", () => []),
  publicGet("/api/v2/mix/market/contracts", ({ venue, params }) => {
    if (params.productType() !== PRODUCT_TYPE) return [];
    const markets = params.optional("symbol") === null
      ? [...venue.markets.values()]
      : [params.market(venue)];
    return markets.map((market) => toContractRow(market.listing.instrument));
  }),
  publicGet("/api/v2/mix/market/ticker", ({ venue, params, atMs }) => {
    params.requireProduct();
    return [tickerRow(params.market(venue), atMs)];
  }),
  publicGet("/api/v2/mix/market/tickers", ({ venue, params, atMs }) => {
    if (params.productType() !== PRODUCT_TYPE) return [];
    return [...venue.markets.values()]
      .map((market) => tickerRow(market, atMs));
  }),
  publicGet(
    "/api/v2/mix/market/candles",
    (request) => candles(request, { limitMax: CANDLES_MAX }),
  ),
  publicGet(
    "/api/v2/mix/market/history-candles",
    (request) => candles(request, { limitMax: HISTORY_CANDLES_MAX }),
  ),
  publicGet("/api/v2/mix/market/merge-depth", depth),
  publicGet("/api/v2/mix/market/fills", publicTrades),
  publicGet("/api/v2/mix/market/fills-history", publicTrades),
  publicGet("/api/v2/mix/market/symbol-price", ({ venue, params, atMs }) => {
    params.requireProduct();
    const market = params.market(venue);
    const price = market.priceText(market.listing.lastPrice);
    return [{
      symbol: market.symbol,
      price,
      indexPrice: price,
      markPrice: price,
      ts: String(atMs),
    }];
  }),
  publicGet("/api/v2/mix/market/open-interest", (request) => {
    const { venue, params, atMs } = request;
    params.requireProduct();
    // Who holds what is not made up; the ticker's holdingAmount says the same.
    const openInterestList = [{
      symbol: params.market(venue).symbol,
      size: "0",
    }];
    return { openInterestList, ts: String(atMs) };
  }),
  publicGet("/api/v2/mix/market/current-fund-rate", fundingRates),
  publicGet("/api/v2/mix/market/funding-time", ({ venue, params }) => {
    params.requireProduct();
    const market = params.market(venue);
    return [{
      symbol: market.symbol,
      nextFundingTime: String(market.nextFundingMs),
      ratePeriod: String(market.listing.instrument.fundingIntervalHours),
    }];
  }),
  publicGet("/api/v2/mix/market/history-fund-rate", fundingHistory),
  publicGet("/api/v2/mix/market/query-position-lever", positionTiers),
];
