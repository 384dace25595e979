/**
 * Plays minutes as ticks. Within a minute the price walks o → l → h → c when
 * c ≥ o, else o → h → l → c, at even speed; every corner is a tick of its own,
 * so the bars built from the ticks have the extremes of the minutes played.
 * The player has no timer: whoever owns it says how much time has passed.
 *
 * @module
 */
import type { Candle } from "@core/mod.ts";
import type { MinuteSource } from "./source.ts";

const MINUTE_MS = 60_000;

/** One point of the path. */
export interface Tick {
  readonly price: number;
  /** Base traded since the tick before. */
  readonly volume: number;
}

/** Returns the corners of a minute's walk. */
export function pathOf(
  candle: Candle,
): readonly [number, number, number, number] {
  const { open, high, low, close } = candle;
  return close >= open ? [open, low, high, close] : [open, high, low, close];
}

/** Returns a minute as it looks when time runs backwards. */
export function backwards(candle: Candle): Candle {
  return { ...candle, open: candle.close, close: candle.open };
}

/** Where a player stands; JSON. */
export interface PlayerPlace {
  /** The source before the minute being played. */
  readonly source: unknown;
  /** How far into that minute, ms of played time. */
  readonly elapsedMs: number;
}

/** Plays one symbol. */
export class Player {
  readonly #source: MinuteSource;
  #place: unknown;
  #candle: Candle;
  #elapsedMs = 0;

  constructor(source: MinuteSource, place?: PlayerPlace) {
    this.#source = source;
    const isRestored = place !== undefined && source.restore(place.source);
    this.#place = source.save();
    this.#candle = source.next();
    if (isRestored) {
      this.#elapsedMs = Math.min(Math.max(0, place.elapsedMs), MINUTE_MS);
    }
  }

  /** The price where it stands. */
  get price(): number {
    return priceAt(this.#candle, this.#elapsedMs);
  }

  save(): PlayerPlace {
    return { source: this.#place, elapsedMs: this.#elapsedMs };
  }

  /** Plays on by `playedMs` of the source's time. @returns The ticks, in order. */
  advance(playedMs: number): Tick[] {
    const ticks: Tick[] = [];
    let left = playedMs;
    for (;;) {
      // What is left is compared, never added up: a rest smaller than the
      // rounding of the place would never be used up.
      const toEnd = MINUTE_MS - this.#elapsedMs;
      if (left < toEnd) break;
      left -= toEnd;
      this.#walk(MINUTE_MS, ticks);
      this.#nextMinute(ticks);
    }
    if (left > 0) this.#walk(this.#elapsedMs + left, ticks);
    return ticks;
  }

  #walk(untilMs: number, ticks: Tick[]): void {
    const third = MINUTE_MS / 3;
    const stops = [third, 2 * third].filter((ms) =>
      ms > this.#elapsedMs && ms < untilMs
    );
    for (const stopMs of [...stops, untilMs]) {
      const share = (stopMs - this.#elapsedMs) / MINUTE_MS;
      this.#elapsedMs = stopMs;
      ticks.push({
        price: priceAt(this.#candle, stopMs),
        volume: this.#candle.volume * share,
      });
    }
  }

  /** The move from close to open is a tick too: gaps trade. */
  #nextMinute(ticks: Tick[]): void {
    this.#place = this.#source.save();
    this.#candle = this.#source.next();
    this.#elapsedMs = 0;
    ticks.push({ price: this.#candle.open, volume: 0 });
  }
}

function priceAt(candle: Candle, elapsedMs: number): number {
  const path = pathOf(candle);
  const position = Math.min(elapsedMs / MINUTE_MS, 1) * 3;
  const piece = Math.min(Math.floor(position), 2);
  const from = path[piece] ?? candle.close;
  const to = path[piece + 1] ?? candle.close;
  return from + (to - from) * (position - piece);
}
