/** Sets the scene: stored books, listed symbols, history, players. @module */
import type { Candle } from "@core/mod.ts";
import type { BookRecord, MarketRecord } from "./books.ts";
import type { Market } from "./market.ts";
import type { Bar } from "./prices/candles.ts";
import { Player } from "./prices/player.ts";
import type { MinuteSource } from "./prices/source.ts";
import type { Venue } from "./venue.ts";

const MINUTE_MS = 60_000;

/**
 * Takes up the stored books and gives each source's symbol its player: a new
 * symbol gets its source's history, stamped to end now; a known one goes on
 * where it was, the minutes in between standing still at its last price. A
 * symbol of the books without a source stays listed and does not move.
 */
export function listSources(
  venue: Venue,
  sources: readonly MinuteSource[],
  stored: Iterable<readonly BookRecord[]>,
): void {
  const places = new Map(
    venue.restore(stored).map((record) => [record.symbol, record]),
  );
  for (const source of sources) {
    const market = venue.list(source.contract);
    const place = places.get(market.symbol);
    if (place === undefined || market.listing.lastPrice === 0) {
      market.series.append(stampHistory(market, source.history, venue.nowMs()));
      market.player = new Player(source);
      market.fundingRate = source.fundingRate ?? market.fundingRate;
    } else market.player = resumePlayer(source, place);
  }
  for (const market of venue.markets.values()) {
    if (market.listing.lastPrice > 0) {
      const price = market.listing.lastPrice /
        10 ** market.listing.instrument.priceScale;
      venue.tick(market.symbol, { price, volume: 0 });
    } else if (market.player !== null) {
      venue.tick(market.symbol, { price: market.player.price, volume: 0 });
    }
  }
  venue.compact();
}

function resumePlayer(source: MinuteSource, place: MarketRecord): Player {
  return place.place === null
    ? new Player(source)
    : new Player(source, place.place);
}

/** The last minute of history is the one before the current. */
function stampHistory(
  market: Market,
  history: readonly Candle[],
  nowMs: number,
): Bar[] {
  const { priceScale } = market.listing.instrument;
  const onTick = (price: number) =>
    market.toPriceUnits(price) / 10 ** priceScale;
  const currentMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  return history.map((candle, index) => ({
    openTimeMs: currentMs - (history.length - index) * MINUTE_MS,
    open: onTick(candle.open),
    high: onTick(candle.high),
    low: onTick(candle.low),
    close: onTick(candle.close),
    volume: candle.volume,
    quoteVolume: candle.volume * candle.close,
  }));
}
