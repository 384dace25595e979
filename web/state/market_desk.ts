import type { Candle } from "@core/model/candle.ts";
import type { Market } from "@core/model/market.ts";
import { createModel, signal } from "@preact/signals";
import { type FeedState, MarketSocket } from "../data/market_socket.ts";
import type { VenueEndpoints } from "../data/runtime_config.ts";
import {
  GRANULARITIES,
  type Granularity,
  loadCandles,
  loadMarket,
} from "../data/venue_market.ts";
import type { LoadState } from "./trader.ts";

const CANDLES_LOADED = 500;
const CANDLES_MAX = 1_500;

/** Returns the candles as one list, the incoming ones winning, oldest first. */
export function mergeCandles(
  known: readonly Candle[],
  incoming: readonly Candle[],
): readonly Candle[] {
  const last = known.at(-1);
  const [only] = incoming;
  if (last !== undefined && only !== undefined && incoming.length === 1) {
    if (only.openTimeMs > last.openTimeMs) {
      return [...known, only].slice(-CANDLES_MAX);
    }
    if (only.openTimeMs === last.openTimeMs) {
      return [...known.slice(0, -1), only];
    }
  }
  const byTime = new Map(known.map((candle) => [candle.openTimeMs, candle]));
  for (const candle of incoming) byTime.set(candle.openTimeMs, candle);
  return [...byTime.values()].sort((a, b) => a.openTimeMs - b.openTimeMs)
    .slice(-CANDLES_MAX);
}

/** What is known of a market: its candles, price, rules, and how fresh. */
const MarketViewModel = createModel(() => {
  const candles = signal<readonly Candle[]>([]);
  const history = signal<LoadState>("loading");
  const feed = signal<FeedState>("connecting");
  const price = signal<number | null>(null);
  const market = signal<Market | null>(null);
  return {
    candles,
    history,
    feed,
    price,
    market,
    addCandles(rows: readonly Candle[]) {
      candles.value = mergeCandles(candles.value, rows);
      // A socket's first message is a history as well.
      if (rows.length > 1) history.value = "ready";
      price.value ??= candles.value.at(-1)?.close ?? null;
    },
    failHistory() {
      if (history.value === "loading") history.value = "failed";
    },
    clear() {
      candles.value = [];
      history.value = "loading";
    },
  };
});
/** The signals of a {@linkcode MarketDeskModel}. */
export type MarketView = InstanceType<typeof MarketViewModel>;

/**
 * One market as the exchange shows it to everybody: candles (history over REST,
 * the rest over the socket), the last price, the tick.
 */
export const MarketDeskModel = createModel(
  (endpoints: VenueEndpoints | null, venueSymbol: string) => {
    const granularity = signal<Granularity>(GRANULARITIES[0]);
    const view = new MarketViewModel();
    let socket: MarketSocket | null = null;
    let newest = 0;

    async function loadRules(venue: VenueEndpoints): Promise<void> {
      const found = await loadMarket(venue, venueSymbol).catch(() => null);
      // Without them prices have as many places as they come with.
      view.market.value = found;
    }
    async function loadHistory(venue: VenueEndpoints): Promise<void> {
      const mine = ++newest;
      const options = {
        venueSymbol,
        granularity: granularity.peek(),
        limit: CANDLES_LOADED,
      };
      const rows = await loadCandles(venue, options).catch(() => null);
      if (mine !== newest) return;
      if (rows === null) view.failHistory();
      else view.addCandles(rows);
    }

    const model = {
      granularity,
      view,
      /** Opens the market. */
      start() {
        if (endpoints === null) return view.failHistory();
        void loadHistory(endpoints);
        socket = new MarketSocket(
          { endpoints, venueSymbol, granularity: granularity.value },
          {
            onCandles: (rows) => view.addCandles(rows),
            onPrice: (next) => (view.price.value = next),
            onState: (next) => (view.feed.value = next),
            onReconnect: () => void loadHistory(endpoints),
          },
        );
        socket.start();
        if (view.market.value === null) void loadRules(endpoints);
      },
      /** Changes the length of the candles. */
      choose(next: Granularity) {
        if (next === granularity.value) return;
        granularity.value = next;
        model.restart();
      },
      /** Begins anew. */
      restart() {
        model.stop();
        view.clear();
        model.start();
      },
      stop() {
        newest++;
        socket?.stop();
        socket = null;
      },
    };
    return model;
  },
);
/** An instance of {@linkcode MarketDeskModel}. */
export type MarketDesk = InstanceType<typeof MarketDeskModel>;
