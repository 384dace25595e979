/** Candles and ticker figures as REST and the sockets show them. @module */
import type { Market } from "../market.ts";
import type { Bar } from "../prices/candles.ts";
import type { WireObject } from "./words.ts";

/** Bitget shows turnover with at most this many decimal places. */
const TURNOVER_PLACES = 6;
const CHANGE_PLACES = 5;

function trim(value: number, places: number): string {
  return String(Number(value.toFixed(places)));
}

/** Returns [openTime, o, h, l, c, base volume, quote volume] as texts. */
export function barRow(market: Market, bar: Bar): string[] {
  const { priceScale, sizeScale } = market.listing.instrument;
  const price = (value: number) => trim(value, priceScale);
  return [
    String(bar.openTimeMs),
    price(bar.open),
    price(bar.high),
    price(bar.low),
    price(bar.close),
    trim(bar.volume, sizeScale),
    trim(bar.quoteVolume, TURNOVER_PLACES),
  ];
}

/** Returns what REST and the ticker channel have in common. */
export function tickerFigures(market: Market, atMs: number): WireObject {
  const { priceScale, sizeScale } = market.listing.instrument;
  const day = market.dayFigures(atMs);
  const last = market.listing.lastPrice / 10 ** priceScale;
  const lastPr = market.priceText(market.listing.lastPrice);
  const { bid, ask } = market.touch();
  const price = (value: number) => trim(value, priceScale);
  const change = (from: number) => trim((last - from) / from, CHANGE_PLACES);
  const quoteVolume = trim(day.quoteVolume, TURNOVER_PLACES);
  return {
    lastPr,
    askPr: ask,
    bidPr: bid,
    bidSz: market.sizeText(market.listing.instrument.sizeStep * 100),
    askSz: market.sizeText(market.listing.instrument.sizeStep * 100),
    high24h: price(day.high),
    low24h: price(day.low),
    ts: String(atMs),
    change24h: change(day.open),
    baseVolume: trim(day.baseVolume, sizeScale),
    quoteVolume,
    usdtVolume: quoteVolume,
    openUtc: price(day.openUtc),
    changeUtc24h: change(day.openUtc),
    indexPrice: lastPr,
    fundingRate: market.fundingRate,
    holdingAmount: "0",
    open24h: price(day.open),
    markPrice: lastPr,
  };
}

/** Returns what the ticker channel says. */
export function tickerPush(market: Market, atMs: number): WireObject {
  const { usdtVolume: _, ...figures } = tickerFigures(market, atMs);
  return {
    instId: market.symbol,
    ...figures,
    nextFundingTime: String(market.nextFundingMs),
    symbolType: "1",
    symbol: market.symbol,
    deliveryPrice: "0",
  };
}
