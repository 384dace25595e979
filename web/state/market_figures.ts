import type { Market } from "@core/model/market.ts";
import { createModel, signal } from "@preact/signals";
import type { VenueEndpoints } from "../data/runtime_config.ts";
import { GRANULARITIES, loadCandles } from "../data/venue_market.ts";
import { loadTickers, type Ticker } from "../data/venue_tickers.ts";
import { dailyVolatilityOf, VOLATILITY_CANDLES } from "./presets.ts";

/** A week by the hour; where a market is younger, two days by the quarter. */
const MEASURED_BY = [GRANULARITIES[3], GRANULARITIES[2]] as const;

async function volatilityOf(
  endpoints: VenueEndpoints,
  venueSymbol: string,
): Promise<number | null> {
  for (const granularity of MEASURED_BY) {
    const candles = await loadCandles(endpoints, {
      venueSymbol,
      granularity,
      limit: VOLATILITY_CANDLES,
    }).catch(() => []);
    const daily = dailyVolatilityOf(candles, granularity.intervalMs);
    if (daily !== null) return daily;
  }
  return null;
}

/**
 * How markets move: the last day of all of them, and how volatile the chosen
 * one is. What cannot be loaded is unknown and is asked for again.
 */
export const MarketFiguresModel = createModel(() => {
  const tickers = signal<ReadonlyMap<string, Ticker>>(new Map());
  const volatility = signal<number | null>(null);
  const isMeasuring = signal(true);
  let endpoints: VenueEndpoints | null = null;
  let newest = 0;
  const model = {
    /** By the exchange's symbol. */
    tickers,
    /** Of a day, as a fraction; null while unknown. */
    volatility,
    isMeasuring,
    /** Changes the exchange. */
    open(venue: VenueEndpoints | null) {
      endpoints = venue;
      tickers.value = new Map();
      void model.refresh();
    },
    async refresh() {
      const asked = endpoints;
      if (asked === null) return;
      const next = await loadTickers(asked).catch(() => null);
      if (next !== null && asked === endpoints) model.apply(next);
    },
    apply(next: ReadonlyMap<string, Ticker>) {
      tickers.value = next;
    },
    /** Measures another market; of two the later one counts. */
    async measure(market: Market | null) {
      const mine = ++newest;
      volatility.value = null;
      isMeasuring.value = true;
      if (market === null || endpoints === null) return;
      const daily = await volatilityOf(endpoints, market.venueSymbol);
      if (mine === newest) model.applyVolatility(daily);
    },
    applyVolatility(daily: number | null) {
      volatility.value = daily;
      isMeasuring.value = false;
    },
  };
  return model;
});
