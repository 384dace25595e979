/**
 * The candles clients see: one-minute bars on the wall clock, built from the
 * ticks played, gap-free; longer bars are added up from them.
 *
 * @module
 */
import type { Candle } from "@core/mod.ts";

/** A bar with its turnover. */
export interface Bar extends Candle {
  /** Quote. */
  readonly quoteVolume: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Bars kept, one a minute: two weeks. */
const BARS_MAX = 20_160;
/** With the made-up past before them: a month. */
const MINUTES_MAX = 31 * 1_440;
/** Bitget's longer bars start at midnight in UTC+8 unless they say `utc`. */
const UTC8_MS = 8 * HOUR_MS;
/** 1970-01-05 was the first Monday. */
const MONDAY_MS = 4 * DAY_MS;

/** Bar lengths by Bitget's names: length and where counting starts. */
const GRANULARITIES: Readonly<
  Record<string, { readonly ms: number; readonly offsetMs: number }>
> = {
  "1m": { ms: MINUTE_MS, offsetMs: 0 },
  "3m": { ms: 3 * MINUTE_MS, offsetMs: 0 },
  "5m": { ms: 5 * MINUTE_MS, offsetMs: 0 },
  "15m": { ms: 15 * MINUTE_MS, offsetMs: 0 },
  "30m": { ms: 30 * MINUTE_MS, offsetMs: 0 },
  "1H": { ms: HOUR_MS, offsetMs: 0 },
  "2H": { ms: 2 * HOUR_MS, offsetMs: 0 },
  "4H": { ms: 4 * HOUR_MS, offsetMs: 0 },
  "6H": { ms: 6 * HOUR_MS, offsetMs: -UTC8_MS },
  "12H": { ms: 12 * HOUR_MS, offsetMs: -UTC8_MS },
  "1D": { ms: DAY_MS, offsetMs: -UTC8_MS },
  "3D": { ms: 3 * DAY_MS, offsetMs: -UTC8_MS },
  "1W": { ms: 7 * DAY_MS, offsetMs: MONDAY_MS - UTC8_MS },
  "6Hutc": { ms: 6 * HOUR_MS, offsetMs: 0 },
  "12Hutc": { ms: 12 * HOUR_MS, offsetMs: 0 },
  "1Dutc": { ms: DAY_MS, offsetMs: 0 },
  "3Dutc": { ms: 3 * DAY_MS, offsetMs: 0 },
  "1Wutc": { ms: 7 * DAY_MS, offsetMs: MONDAY_MS },
};
const MONTHS: Readonly<Record<string, number>> = { "1M": UTC8_MS, "1Mutc": 0 };

/** Tells whether Bitget knows bars of this name. */
export function isGranularity(name: string): boolean {
  return name in GRANULARITIES || name in MONTHS;
}

/** Returns when the bar that holds an instant opens. */
export function barOpenMs(granularity: string, atMs: number): number {
  const shift = MONTHS[granularity];
  if (shift !== undefined) {
    const date = new Date(atMs + shift);
    return Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) - shift;
  }
  const { ms, offsetMs } = GRANULARITIES[granularity] ??
    { ms: MINUTE_MS, offsetMs: 0 };
  return Math.floor((atMs - offsetMs) / ms) * ms + offsetMs;
}

/** One symbol's minutes, the newest still open. */
export class CandleSeries {
  readonly #bars: Bar[] = [];
  /** Before `#bars`, newest first: as far back as anyone has looked. */
  #past: Bar[] = [];
  #older: Iterator<Bar> | null = null;

  /** Minutes kept. */
  get length(): number {
    return this.#bars.length;
  }

  /** The newest minute, or null before the first tick. */
  last(): Bar | null {
    return this.#bars.at(-1) ?? null;
  }

  /** The oldest minute kept, or null before the first tick. */
  first(): Bar | null {
    return this.#bars[0] ?? null;
  }

  /** Whether minutes may have been forgotten. */
  get isFull(): boolean {
    return this.#bars.length >= BARS_MAX;
  }

  /** The minutes kept, oldest first, the last still open. */
  kept(): readonly Bar[] {
    return this.#bars;
  }

  /**
   * Says what was before the first minute. Made when somebody looks: most
   * markets are never looked at that far back.
   *
   * @param older The newest first, gap-free.
   */
  setPast(older: Iterator<Bar>): void {
    this.#past = [];
    this.#older = older;
  }

  /** Appends minutes as they are, oldest first and after all others. */
  append(bars: readonly Bar[]): void {
    for (const bar of bars) this.#bars.push(bar);
    this.#trim();
  }

  /** Forgets all minutes for these, oldest first. */
  replace(bars: readonly Bar[]): void {
    this.#bars.length = 0;
    this.#forgetPast();
    this.append(bars);
  }

  /**
   * Takes up a tick. Minutes without one repeat the last close.
   *
   * @returns The minutes this tick closed, oldest first; mostly none.
   */
  addTick(tick: {
    readonly price: number;
    /** Base traded since the last tick. */
    readonly volume: number;
    readonly atMs: number;
  }): readonly Bar[] {
    const { price, volume, atMs } = tick;
    const openTimeMs = Math.floor(atMs / MINUTE_MS) * MINUTE_MS;
    const closed = this.#fillTo(openTimeMs, price);
    const bar = this.#bars.at(-1);
    if (bar === undefined) return closed;
    this.#bars[this.#bars.length - 1] = {
      openTimeMs: bar.openTimeMs,
      open: bar.open,
      high: Math.max(bar.high, price),
      low: Math.min(bar.low, price),
      close: price,
      volume: bar.volume + volume,
      quoteVolume: bar.quoteVolume + volume * price,
    };
    return closed;
  }

  #fillTo(openTimeMs: number, price: number): readonly Bar[] {
    const closed: Bar[] = [];
    let last = this.#bars.at(-1);
    if (last === undefined) {
      this.#bars.push(flatBar(openTimeMs, price));
      return closed;
    }
    while (last.openTimeMs < openTimeMs) {
      closed.push(last);
      const nextMs = last.openTimeMs + MINUTE_MS;
      last = flatBar(nextMs, nextMs < openTimeMs ? last.close : price);
      this.#bars.push(last);
    }
    this.#trim();
    return closed;
  }

  #trim(): void {
    if (this.#bars.length > BARS_MAX) {
      this.#bars.splice(0, this.#bars.length - BARS_MAX);
      this.#forgetPast(); // It would not join any more.
    }
  }

  #forgetPast(): void {
    this.#past = [];
    this.#older = null;
  }

  /** @param index Of the minutes kept; below zero, of the past before them. */
  #at(index: number): Bar | undefined {
    if (index >= 0) return this.#bars[index];
    while (this.#past.length < -index) {
      const minutes = this.#past.length + this.#bars.length;
      if (this.#older === null || minutes >= MINUTES_MAX) return undefined;
      const { done, value } = this.#older.next();
      if (done === true) return undefined;
      this.#past.push(value);
    }
    return this.#past[-index - 1];
  }

  /** Returns the newest `limit` bars of a length within [startMs, endMs), oldest first. */
  query(options: {
    readonly granularity: string;
    readonly startMs: number;
    readonly endMs: number;
    readonly limit: number;
  }): Bar[] {
    const { granularity, startMs, endMs, limit } = options;
    const result: Bar[] = [];
    for (let i = this.#bars.length - 1;; i--) {
      const bar = this.#at(i);
      if (bar === undefined) break;
      const openTimeMs = barOpenMs(granularity, bar.openTimeMs);
      if (openTimeMs >= endMs) continue;
      if (openTimeMs < startMs) break;
      const newer = result.at(-1);
      if (newer?.openTimeMs === openTimeMs) {
        result[result.length - 1] = joinBars(bar, newer, openTimeMs);
      } else if (result.length === limit) break;
      else result.push({ ...bar, openTimeMs });
    }
    return result.reverse();
  }

  /** Returns the newest minutes from an instant on, oldest first. */
  since(startMs: number): readonly Bar[] {
    const bars: Bar[] = [];
    for (let i = this.#bars.length - 1;; i--) {
      const bar = this.#at(i);
      if (bar === undefined || bar.openTimeMs < startMs) break;
      bars.push(bar);
    }
    return bars.reverse();
  }
}

function flatBar(openTimeMs: number, price: number): Bar {
  return {
    openTimeMs,
    open: price,
    high: price,
    low: price,
    close: price,
    volume: 0,
    quoteVolume: 0,
  };
}

function joinBars(older: Bar, newer: Bar, openTimeMs: number): Bar {
  return {
    openTimeMs,
    open: older.open,
    high: Math.max(older.high, newer.high),
    low: Math.min(older.low, newer.low),
    close: newer.close,
    volume: older.volume + newer.volume,
    quoteVolume: older.quoteVolume + newer.quoteVolume,
  };
}
