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
  VenueError,
} from "../data/venue_market.ts";
import { Loader } from "./loader.ts";
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
    endHistory() {
      history.value = "ready";
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

/** Candles of the past, and what the socket tells while they are on their way. */
function createHistory(
  view: MarketView,
  load: () => Promise<readonly Candle[]>,
) {
  /** The oldest candle the socket told of since the history was asked for. */
  let heardFromMs = Infinity;
  const loader = new Loader<readonly Candle[]>({
    load: () => {
      heardFromMs = Infinity;
      return load();
    },
    onRows: (rows) => {
      // What was told meanwhile is newer than this answer.
      view.addCandles(
        rows.filter(({ openTimeMs }) => openTimeMs < heardFromMs),
      );
      view.endHistory();
    },
    onFailure: () => view.failHistory(),
  });
  return {
    loader,
    /** Takes what the socket tells. */
    hear(rows: readonly Candle[]) {
      const oldestMs = rows[0]?.openTimeMs ?? Infinity;
      heardFromMs = Math.min(heardFromMs, oldestMs);
      view.addCandles(rows);
    },
  };
}

/**
 * One market as the exchange shows it to everybody: candles (history over REST,
 * the rest over the socket), the last price, the tick. What cannot be loaded is
 * tried again by itself.
 *
 * @param first Length of the candles to begin with.
 */
export const MarketDeskModel = createModel(
  (
    endpoints: VenueEndpoints | null,
    venueSymbol: string,
    first: Granularity = GRANULARITIES[0],
  ) => {
    const granularity = signal<Granularity>(first);
    const view = new MarketViewModel();
    let socket: MarketSocket | null = null;
    const history = createHistory(view, async () => {
      if (endpoints === null) throw new VenueError("No exchange to ask");
      return await loadCandles(endpoints, {
        venueSymbol,
        granularity: granularity.peek(),
        limit: CANDLES_LOADED,
      });
    });
    // Without them prices have as many places as they come with.
    const rules = new Loader<Market | null>({
      load: async () =>
        endpoints === null ? null : await loadMarket(endpoints, venueSymbol),
      onRows: (found) => (view.market.value = found),
      onFailure: () => {},
    });

    const model = {
      granularity,
      view,
      /** Opens the market. */
      start() {
        if (endpoints === null) return view.failHistory();
        void history.loader.reload();
        socket = new MarketSocket(
          { endpoints, venueSymbol, granularity: granularity.value },
          {
            onCandles: history.hear,
            onPrice: (next) => (view.price.value = next),
            onState: (next) => (view.feed.value = next),
            onReconnect: () => void history.loader.reload(),
          },
        );
        socket.start();
        if (view.market.value === null) void rules.reload();
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
        history.loader.stop();
        rules.stop();
        socket?.stop();
        socket = null;
      },
    };
    return model;
  },
);
/** An instance of {@linkcode MarketDeskModel}. */
export type MarketDesk = InstanceType<typeof MarketDeskModel>;
