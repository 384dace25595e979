/**
 * The lease: whether this engine may trust that its bots are still its own.
 *
 * The database is the truth; the lease is how long we may go without asking it.
 * Three things work together (design.md §5): the advisory lock says who holds
 * a bot, the lease whether the holder is alive, the epoch whose word counts.
 *
 * ```
 *           renewed(sentAt)                    LEASE_MS without an answer
 *  expired ────────────────► trusted until ──────────────────────► expired
 *                            sentAt + LEASE_MS      revoke() ─────►
 * ```
 *
 * - Every {@linkcode RENEW_INTERVAL_MS} the lock session renews the heartbeat.
 *   An answer proves that the session, and so its locks, were alive when the
 *   renewal was *sent*: the trust counts from before it was sent, because an
 *   answer may have been under way for long.
 * - After {@linkcode LEASE_MS} without an answer nothing is placed any more.
 *   An order decided before may wait for its turn in the limiter for up to 3 s
 *   more (engine/exchange/rest.ts). Others take over after 10 s of silence, by
 *   the database's clock: the gap of 4 s is the margin for requests under way.
 * - A renewal answered later makes the lease good again: the same session
 *   answered, so its locks were never free. A lost session revokes at once.
 * - Two clocks are asked. The monotonic one does not notice that the machine
 *   slept, the wall clock may be set back; the longer of the two counts.
 *
 * @module
 */
import type { SupervisorClock } from "./clock.ts";

/** Trust without an answer, counted from before the renewal was sent, ms. */
export const LEASE_MS = 3_000;
/** How often the lock session renews, ms. */
export const RENEW_INTERVAL_MS = 1_000;
/** Silence after which the session is given up for lost, ms. */
export const SESSION_SILENT_MS = 10_000;

/** A moment by both clocks. */
export interface Moment {
  readonly wallMs: number;
  readonly monotonicMs: number;
}

/** See the head of this file. */
export class Lease {
  readonly #clock: SupervisorClock;
  #renewedAt: Moment | null = null;

  constructor(clock: SupervisorClock) {
    this.#clock = clock;
  }

  /** Whether orders may be placed. Asked before every request that places. */
  get isValid(): boolean {
    return this.silenceMs < LEASE_MS;
  }

  /** Ms since the last renewal that was answered had been sent. */
  get silenceMs(): number {
    if (this.#renewedAt === null) return Infinity;
    const now = this.now();
    return Math.max(
      now.wallMs - this.#renewedAt.wallMs,
      now.monotonicMs - this.#renewedAt.monotonicMs,
    );
  }

  /** Takes the time, before a renewal is sent. */
  now(): Moment {
    return {
      wallMs: this.#clock.nowMs(),
      monotonicMs: this.#clock.monotonicMs(),
    };
  }

  /** The renewal sent at this moment was answered. */
  renewed(sentAt: Moment): void {
    this.#renewedAt = sentAt;
  }

  /** The session is lost. */
  revoke(): void {
    this.#renewedAt = null;
  }
}
