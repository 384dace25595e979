/**
 * How long a request that places an order may be under way.
 *
 * Bitget refuses a signature older than 30 s. An order that was not answered
 * blocks its place until it can no longer arrive, so 30 s are long; and a
 * request that leaves a stopped process late would still be taken. Therefore
 * such requests are dated back by 25 s: the exchange itself refuses them 5 s
 * after they were signed. What is late is refused (40008), certainly, and the
 * next one signed afresh.
 *
 * It rests on two things. *The exchange's time is known* before the first such
 * request leaves, and learnt again now and then: what is learnt is behind the
 * truth by the answer's way, which shortens the life, never lengthens it. *Its
 * window is 30 s*: each account's first request, which reads who the key is,
 * is dated back too. Where that is refused though the time was just learnt and
 * both answers came so fast that no delay explains it, the window is another:
 * every engine finds so, and all requests live their full time again.
 *
 * @module
 */
import type { Clock } from "./clock.ts";

/** By how much requests that place are dated back, ms. */
export const DATED_BACK_MS = 25_000;
/**
 * The wait in the rate limit (3 s), what is left of the signature's life (5 s),
 * and what the exchange may take to carry out what it has let in (7 s).
 */
const ARRIVES_WITHIN_SHORT_MS = 15_000;
/** The same with a whole life of 30 s. */
const ARRIVES_WITHIN_LONG_MS = 40_000;
/** After this the time is learnt again, beside what is under way, ms. */
const TIME_FRESH_MS = 600_000;
/** A refusal faster than this, by a time learnt as fast, is not for being late. */
const PROMPT_MS = 2_000;

/** See the head of this file; one a venue. */
export class OrderLife {
  readonly #clock: Clock;
  readonly #syncTime: () => Promise<void>;
  #isShort = true;
  #learnt: Promise<void> | null = null;
  #learntAtMs = -Infinity;
  #isLearntPromptly = false;

  constructor(
    options: {
      readonly clock: Clock;
      /** Learns the exchange's time. @throws When it does not answer. */
      readonly syncTime: () => Promise<void>;
    },
  ) {
    this.#clock = options.clock;
    this.#syncTime = options.syncTime;
  }

  /** By how much to date a request that places back, ms. */
  get datedBackMs(): number {
    return this.#isShort ? DATED_BACK_MS : 0;
  }

  /** From the call that places to when nothing of it can arrive any more, ms. */
  get arrivesWithinMs(): number {
    return this.#isShort ? ARRIVES_WITHIN_SHORT_MS : ARRIVES_WITHIN_LONG_MS;
  }

  /**
   * Resolves when the exchange's time is known.
   *
   * @returns Null when it is known already (no promise, no latency).
   * @throws {ExchangeError} Where the exchange does not tell it.
   */
  ready(): Promise<void> | null {
    const ageMs = this.#clock.nowMs() - this.#learntAtMs;
    if (ageMs < TIME_FRESH_MS) return null;
    const learnt = this.learn();
    if (this.#learntAtMs === -Infinity) return learnt;
    learnt.catch(() => {}); // The time known is good for long yet.
    return null;
  }

  /**
   * Learns the exchange's time anew; all who ask meanwhile share the question.
   *
   * @throws {ExchangeError} Where the exchange does not tell it.
   */
  learn(): Promise<void> {
    return this.#learnt ??= this.#learn();
  }

  /** A dated-back request was refused for its date, so long after it was sent. */
  refused(tookMs: number): void {
    if (this.#isLearntPromptly && tookMs < PROMPT_MS) this.#isShort = false;
  }

  async #learn(): Promise<void> {
    const askedAtMs = this.#clock.nowMs();
    this.#isLearntPromptly = false;
    try {
      await this.#syncTime();
      this.#learntAtMs = this.#clock.nowMs();
      this.#isLearntPromptly = this.#learntAtMs - askedAtMs < PROMPT_MS;
    } finally {
      this.#learnt = null;
    }
  }
}
