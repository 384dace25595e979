/**
 * The order book clients see: made up around the touch, since a price series
 * has none. A level's size is a function of its price, so that a moving
 * market adds and removes levels and leaves the others alone, as a real one.
 *
 * @module
 */
import { touchOf } from "@core/matching/mod.ts";
import type { Market } from "../market.ts";

/** Levels a side of the full book. */
export const LEVELS_MAX = 50;

/** [price, size] as texts. */
export type Level = readonly [string, string];

/** A book: asks upwards, bids downwards. */
export interface Depth {
  readonly asks: readonly Level[];
  readonly bids: readonly Level[];
}

function lotsAt(units: number): number {
  const mixed = Math.imul(units ^ (units >>> 7), 0x9e3779b1) >>> 0;
  return 10 + mixed % 990;
}

function side(
  market: Market,
  from: number,
  options: { readonly step: number; readonly levels: number },
): Level[] {
  const levels: Level[] = [];
  for (let i = 0; i < options.levels; i++) {
    const units = from + i * options.step;
    if (units <= 0) break;
    const lots = lotsAt(units);
    levels.push([
      market.priceText(units),
      market.sizeText(lots * market.listing.instrument.sizeStep),
    ]);
  }
  return levels;
}

/** Returns the book with so many levels a side. */
export function bookOf(market: Market, levelsWanted: number): Depth {
  const levels = Math.min(levelsWanted, LEVELS_MAX);
  const { bid, ask } = touchOf(market.listing);
  const { priceStep } = market.listing.instrument;
  return {
    asks: side(market, ask, { step: priceStep, levels }),
    bids: side(market, bid, { step: -priceStep, levels }),
  };
}

/** Returns what changed from one book to the next; size "0" removes a level. */
export function deltaOf(before: Depth, after: Depth): Depth {
  return {
    asks: levelDelta(before.asks, after.asks),
    bids: levelDelta(before.bids, after.bids),
  };
}

function levelDelta(
  before: readonly Level[],
  after: readonly Level[],
): Level[] {
  const old = new Map(before);
  const changed = after.filter(([price, size]) => old.get(price) !== size);
  const kept = new Set(after.map(([price]) => price));
  const gone = before.filter(([price]) => !kept.has(price))
    .map(([price]): Level => [price, "0"]);
  return [...changed, ...gone];
}

const CHECKSUM_LEVELS = 25;
const TABLE = Int32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) {
    value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return value;
});

/** Returns the CRC-32 of a text of ASCII, as a signed 32-bit number. */
export function crc32(text: string): number {
  let value = -1;
  for (let i = 0; i < text.length; i++) {
    value = (value >>> 8) ^ (TABLE[(value ^ text.charCodeAt(i)) & 0xff] ?? 0);
  }
  return ~value;
}

/** Returns Bitget's checksum: bid and ask in turn, the first 25 levels. */
export function checksumOf(depth: Depth): number {
  const parts: string[] = [];
  for (let i = 0; i < CHECKSUM_LEVELS; i++) {
    const bid = depth.bids[i];
    const ask = depth.asks[i];
    if (bid !== undefined) parts.push(bid[0], bid[1]);
    if (ask !== undefined) parts.push(ask[0], ask[1]);
  }
  return crc32(parts.join(":"));
}
