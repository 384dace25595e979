import type { Clock } from "./clock.ts";
import { SlidingWindow } from "./limiter.ts";

/** Bitget: 300 connection requests an address in 5 minutes. */
const CONNECTS_MAX = 300;
const CONNECTS_WINDOW_MS = 300_000;
/** After an outage all sockets come back at once: one a second keeps to the limit. */
const RECONNECT_GAP_MS = 1_000;
/** A start is not an outage: the first connections may go faster. */
const FIRST_GAP_MS = 100;

/** Spreads the opening of sockets over time, for all sockets of one address. */
export class ConnectGate {
  readonly #clock: Clock;
  readonly #window: SlidingWindow | null;
  #nextAtMs = -Infinity;
  #open = 0;

  constructor(
    options: { readonly clock: Clock; readonly unlimited: boolean },
  ) {
    this.#clock = options.clock;
    this.#window = options.unlimited ? null : new SlidingWindow({
      count: CONNECTS_MAX,
      windowMs: CONNECTS_WINDOW_MS,
    });
  }

  /** Sockets open, or being opened. */
  get open(): number {
    return this.#open;
  }

  /** A socket is being opened; call what is returned once when it is gone. */
  opened(): () => void {
    this.#open += 1;
    let isGone = false;
    return () => {
      if (!isGone) this.#open -= 1;
      isGone = true;
    };
  }

  /**
   * Reserves the next free moment at or after the wished delay.
   *
   * @returns How long to wait before connecting, ms.
   */
  reserve(wish: { readonly delayMs: number; readonly first: boolean }): number {
    const nowMs = this.#clock.nowMs();
    if (this.#window === null) return wish.delayMs;
    const atMs = Math.max(
      nowMs + wish.delayMs,
      this.#nextAtMs,
      this.#window.readyAtMs(),
    );
    this.#window.take(atMs);
    this.#nextAtMs = atMs + (wish.first ? FIRST_GAP_MS : RECONNECT_GAP_MS);
    return atMs - nowMs;
  }
}
