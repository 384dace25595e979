/**
 * What the backtests' own tests share: random minutes, real ones, random
 * configurations, and the comparison of a fast run with the plain one.
 *
 * @module
 */
import fc from "fast-check";
import type { CandleColumns } from "../candles/columns.ts";
import type { Candle } from "../model/candle.ts";
import type { RangeGridConfigInput } from "../strategy/range_grid/config.ts";
import type { FundingRate } from "./candle_run.ts";

/** Returns candles as columns. */
export function columnsOf(candles: readonly Candle[]): CandleColumns {
  const column = (key: "openTimeMs" | "open" | "high" | "low" | "close") =>
    Float64Array.from(candles, (candle) => candle[key]);
  return {
    length: candles.length,
    openTimeMs: column("openTimeMs"),
    open: column("open"),
    high: column("high"),
    low: column("low"),
    close: column("close"),
  };
}

/** Returns a part of some columns. */
export function sliceOf(
  columns: CandleColumns,
  from: number,
  to: number,
): CandleColumns {
  const { openTimeMs, open, high, low, close } = columns;
  return {
    length: to - from,
    openTimeMs: openTimeMs.slice(from, to),
    open: open.slice(from, to),
    high: high.slice(from, to),
    low: low.slice(from, to),
    close: close.slice(from, to),
  };
}

/**
 * Random minutes on the tick around 650, with gaps between close and open now
 * and then; from a seed, for arrays that shrink well hardly trade.
 */
export const randomMinutes = fc.record({
  seed: fc.integer({ min: 1, max: 2_000_000_000 }),
  length: fc.integer({ min: 1, max: 250 }),
  wildness: fc.integer({ min: 50, max: 900 }),
  returns: fc.boolean(),
}).map(({ seed, length, wildness, returns }) => {
  let state = seed;
  const random = () => (state = state * 48_271 % 2_147_483_647) / 2_147_483_647;
  const between = (limit: number) => Math.round((2 * random() - 1) * limit);
  let last = 65_000;
  return Array.from({ length }, (_, i): Candle => {
    const gap = random() < 0.1 ? between(2 * wildness) : 0;
    const drift = returns ? Math.round((65_000 - last) / 20) : 0;
    const open = Math.max(20_000, last + gap);
    const close = Math.max(20_000, open + drift + between(wildness));
    last = close;
    const above = Math.abs(between(wildness));
    const below = Math.abs(between(wildness));
    return {
      openTimeMs: i * 60_000,
      open: open / 100,
      high: (Math.max(open, close) + above) / 100,
      low: (Math.min(open, close) - below) / 100,
      close: close / 100,
      volume: 1,
    };
  });
});

/** Range grids of every kind around those prices. */
export const rangeGrids = fc.record({
  direction: fc.constantFrom("neutral" as const, "long" as const, "short"),
  spacing: fc.constantFrom("arithmetic" as const, "geometric" as const),
  levels: fc.integer({ min: 2, max: 12 }),
  lower: fc.integer({ min: 600, max: 645 }),
  width: fc.integer({ min: 20, max: 90 }),
  openingPosition: fc.boolean(),
  trigger: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  away: fc.constantFrom(8, 60),
  stops: fc.boolean(),
  profits: fc.boolean(),
  trailing: fc.boolean(),
}).map((g): RangeGridConfigInput => {
  const upper = g.lower + g.width;
  const low = g.lower - g.away;
  const high = upper + g.away;
  const isShort = g.direction === "short";
  return {
    lowerPrice: g.lower,
    upperPrice: upper,
    levels: g.levels,
    spacing: g.spacing,
    direction: g.direction,
    investment: 2_000,
    leverage: 3,
    openingPosition: g.openingPosition,
    triggerPrice: g.trigger === null
      ? null
      : Math.round((g.lower + g.trigger * g.width) * 100) / 100,
    stopLossPrice: g.stops ? isShort ? high : low : null,
    takeProfitPrice: g.profits ? isShort ? low : high : null,
    trailingUpTo: g.trailing && g.direction !== "short" ? upper + 40 : null,
    trailingDownTo: g.trailing && g.direction !== "long" ? g.lower - 40 : null,
  };
});

/** Settlements every few candles, of either sign, some at the same candle. */
export function fundingFor(candles: readonly Candle[]): FundingRate[] {
  return candles.flatMap(({ openTimeMs }, i) =>
    i % 7 === 3
      ? [{ atMs: openTimeMs, rate: i % 2 === 0 ? 0.0003 : -0.0002 }]
      : i % 31 === 5
      ? [
        { atMs: openTimeMs + 1, rate: 0.0001 },
        { atMs: openTimeMs + 60_000, rate: 0.0001 },
      ]
      : []
  );
}
