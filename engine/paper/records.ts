/** The model's changes and the markets in the words of the books. @module */
import type { Change } from "@core/matching/mod.ts";
import { assert, assertNever } from "@core/mod.ts";
import type { BookRecord, MarketRecord } from "./books.ts";
import type { Market } from "./market.ts";
import type { Bar } from "./prices/candles.ts";

/** Records in one line of a snapshot. */
const RECORDS_A_LINE = 500;

/** Returns the records of a change; accounts are stored apart, once a line. */
export function toChangeRecords(
  change: Exclude<Change, { kind: "account" }>,
): BookRecord[] {
  switch (change.kind) {
    case "order": {
      const { order, fill } = change;
      return fill === null
        ? [{ t: "order", order }]
        : [{ t: "order", order }, { t: "fill", fill }];
    }
    case "bill":
      return [{ t: "bill", bill: change.bill }];
    case "position_closed":
      return [{ t: "closed", uid: change.uid, leg: change.leg }];
    default:
      return assertNever(change);
  }
}

/** Cuts a long history into lines of a bearable length. */
export function* inLines<T>(
  entries: readonly T[],
  toRecord: (entry: T) => BookRecord,
): Generator<BookRecord[]> {
  for (let i = 0; i < entries.length; i += RECORDS_A_LINE) {
    yield entries.slice(i, i + RECORDS_A_LINE).map(toRecord);
  }
}

/** Returns what is stored of a market. */
export function toMarketRecord(market: Market): MarketRecord {
  return {
    symbol: market.symbol,
    lastPrice: market.listing.lastPrice,
    isRising: market.listing.isRising,
    isHeld: market.isHeld,
    place: market.player?.save() ?? null,
    fundingRate: market.fundingRate,
    nextFundingMs: market.nextFundingMs,
  };
}

/** Returns a bar as it is stored. */
export function toBarRow(bar: Bar): number[] {
  const { openTimeMs, open, high, low, close, volume, quoteVolume } = bar;
  return [openTimeMs, open, high, low, close, volume, quoteVolume];
}

/** Returns a bar from its stored form. @throws {AssertionError} If it is none. */
export function fromBarRow(row: readonly number[]): Bar {
  const [openTimeMs, open, high, low, close, volume, quoteVolume] = row;
  assert(
    openTimeMs !== undefined && open !== undefined && high !== undefined &&
      low !== undefined && close !== undefined && volume !== undefined &&
      quoteVolume !== undefined,
    "A stored bar has seven numbers",
  );
  return { openTimeMs, open, high, low, close, volume, quoteVolume };
}
