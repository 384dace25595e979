/** Sets the scene: stored books, listed symbols, history, players. @module */
import type { Candle } from "@core/mod.ts";
import type { BookRecord, MarketRecord } from "./books.ts";
import type { Market } from "./market.ts";
import type { Bar } from "./prices/candles.ts";
import { Player } from "./prices/player.ts";
import type { MinuteSource } from "./prices/source.ts";
import type { Venue } from "./venue.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A month of minutes and a day, so that funding is known for all of them. */
const PAST_FUNDING_MS = 32 * 24 * HOUR_MS;

/**
 * Takes up the stored books and gives each source's symbol its player: a new
 * symbol gets its source's history, stamped to end now; a known one goes on
 * where it was, the minutes in between standing still at its last price; what
 * came before the first minute is made by the source when somebody looks. A
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
      listFunding(market, source);
    } else market.player = resumePlayer(source, place);
    attachPast(market, source);
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
  const currentMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  return history.map((candle, index) =>
    toBar(market, {
      ...candle,
      openTimeMs: currentMs - (history.length - index) * MINUTE_MS,
    })
  );
}

function onTick(market: Market, price: number): number {
  const { priceScale } = market.listing.instrument;
  return market.toPriceUnits(price) / 10 ** priceScale;
}

function toBar(market: Market, candle: Candle): Bar {
  return {
    openTimeMs: candle.openTimeMs,
    open: onTick(market, candle.open),
    high: onTick(market, candle.high),
    low: onTick(market, candle.low),
    close: onTick(market, candle.close),
    volume: candle.volume,
    quoteVolume: candle.volume * candle.close,
  };
}

/**
 * Lets a market's minutes go on into the past. Only where they still begin as
 * this source's do: the books may hold another source's, or have forgotten
 * their beginning.
 */
function attachPast(market: Market, source: MinuteSource): void {
  const first = market.series.first();
  const older = source.past?.();
  if (first === null || older === undefined || market.series.isFull) return;
  if (first.open !== onTick(market, source.contract.startPrice)) return;
  market.series.setPast(stampPast(market, older, first.openTimeMs));
}

function* stampPast(
  market: Market,
  older: Iterator<Candle>,
  beforeMs: number,
): Generator<Bar> {
  for (let openTimeMs = beforeMs - MINUTE_MS;; openTimeMs -= MINUTE_MS) {
    const { done, value } = older.next();
    if (done === true) return;
    yield toBar(market, { ...value, openTimeMs });
  }
}

/** What a new market's funding is and was, as long as its past goes. */
function listFunding(market: Market, source: MinuteSource): void {
  const { fundingRate: rate } = source;
  if (rate === undefined) return;
  market.fundingRate = rate;
  const { symbol, nextFundingMs } = market;
  const intervalMs = market.listing.instrument.fundingIntervalHours * HOUR_MS;
  const intervals = Math.floor(PAST_FUNDING_MS / intervalMs);
  for (let back = intervals; back >= 1; back--) {
    market.addFunding({
      symbol,
      rate,
      atMs: nextFundingMs - back * intervalMs,
    });
  }
}
