/**
 * Moves the markets along their sources: a timer says how much time has
 * passed, the players give the ticks, the venue walks them. Also settles
 * funding when it is due. Pausing stops the players, not the exchange.
 *
 * @module
 */
import type { Market } from "./market.ts";
import type { Venue } from "./venue.ts";

/** Between two looks at the clock: short when minutes fly. */
const INTERVAL_FAST_MS = 20;
const INTERVAL_SLOW_MS = 100;
const FAST_SPEED = 10;
/** A sleep or stall longer than this is not made up for. */
const CATCH_UP_MAX_MS = 1_000;

/** Plays all markets that have a player. */
export class Playback {
  readonly #venue: Venue;
  #speed: number;
  #isPaused: boolean;
  #timer: ReturnType<typeof setInterval> | null = null;
  #playedAtMs = 0;

  constructor(
    venue: Venue,
    options: { readonly speed: number; readonly isPaused: boolean },
  ) {
    this.#venue = venue;
    this.#speed = options.speed;
    this.#isPaused = options.isPaused;
  }

  get speed(): number {
    return this.#speed;
  }

  get isPaused(): boolean {
    return this.#isPaused;
  }

  start(): void {
    if (this.#timer !== null) return;
    this.#playedAtMs = this.#venue.nowMs();
    const intervalMs = this.#speed >= FAST_SPEED
      ? INTERVAL_FAST_MS
      : INTERVAL_SLOW_MS;
    this.#timer = setInterval(() => this.#onTimer(), intervalMs);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  pause(): void {
    this.#isPaused = true;
  }

  /** Goes on; a market whose price was set by hand is let go. */
  resume(symbol?: string): void {
    this.#isPaused = false;
    for (const market of this.#venue.markets.values()) {
      const isMeant = symbol === undefined || market.symbol === symbol;
      if (!isMeant || !market.isHeld) continue;
      market.isHeld = false;
      this.#venue.record(market);
    }
    this.#playedAtMs = this.#venue.nowMs();
  }

  /** @param speed Played time ÷ wall time, > 0. */
  setSpeed(speed: number): void {
    this.#speed = speed;
    if (this.#timer === null) return;
    this.stop();
    this.start();
  }

  /** Plays on by so much played time at once, paused or not. */
  step(playedMs: number): void {
    for (const market of this.#venue.markets.values()) {
      if (!market.isHeld) this.#play(market, playedMs);
    }
  }

  #onTimer(): void {
    const nowMs = this.#venue.nowMs();
    const passedMs = Math.min(nowMs - this.#playedAtMs, CATCH_UP_MAX_MS);
    this.#playedAtMs = nowMs;
    if (!this.#isPaused && passedMs > 0) this.step(passedMs * this.#speed);
    this.#venue.settleFunding();
  }

  #play(market: Market, playedMs: number): void {
    if (market.player === null) return;
    for (const tick of market.player.advance(playedMs)) {
      this.#venue.tick(market.symbol, tick);
    }
  }
}
