/**
 * An engine's process as the machine sees it: it runs, is stopped (SIGSTOP)
 * and continued, or dies. Everything that reaches the code inside goes through
 * {@linkcode SimProcess.deliver}; a dead process hears nothing, a stopped one
 * hears all of it later, in order.
 *
 * @module
 */
import type { Clock } from "@engine/exchange/clock.ts";
import type { SupervisorClock } from "@engine/supervisor/clock.ts";
import type { Random } from "./random.ts";
import type { Timeline } from "./timeline.ts";

/** How long a request is under way, ms. */
export interface Trip {
  readonly thereMs: number;
  readonly backMs: number;
}

/** See the module's description. */
export class SimProcess {
  /** Runs evenly, and may be wrong from the start. */
  readonly clock: Clock;
  /** The wall clock, which may be set, beside the monotonic one. */
  readonly clocks: SupervisorClock;
  readonly random: Random;
  readonly timeline: Timeline;
  #state: "running" | "stopped" | "dead" = "running";
  /** What the wall clock was set by since the start, ms. */
  #jumpedMs = 0;
  #waiting: (() => void)[] = [];
  #callsToLive = Infinity;
  #diesAfterEffect = false;

  constructor(
    readonly name: string,
    options: {
      readonly timeline: Timeline;
      readonly random: Random;
      /** How wrong this machine's clock is, ms. */
      readonly skewMs: number;
      /** A mutation: the even clock is set, too. */
      readonly followsWall?: boolean;
    },
  ) {
    const { timeline, random } = options;
    this.timeline = timeline;
    this.random = random;
    const { skewMs, followsWall = false } = options;
    this.clock = {
      nowMs: () => timeline.nowMs + skewMs + (followsWall ? this.#jumpedMs : 0),
      after: (delayMs, callback) => this.#after(delayMs, callback),
    };
    this.clocks = {
      nowMs: () => timeline.nowMs + skewMs + this.#jumpedMs,
      monotonicMs: () => timeline.nowMs,
    };
  }

  get isDead(): boolean {
    return this.#state === "dead";
  }

  get isStopped(): boolean {
    return this.#state === "stopped";
  }

  /** Sets this machine's wall clock. */
  jump(ms: number): void {
    this.#jumpedMs += ms;
  }

  /** Dies: nothing inside runs ever again. */
  kill(): void {
    this.#state = "dead";
    this.#waiting = [];
  }

  /** Dies at its n-th call to the outside, before it leaves or before its answer. */
  killAtCall(calls: number, afterEffect: boolean): void {
    this.#callsToLive = calls;
    this.#diesAfterEffect = afterEffect;
  }

  /** Dies no more at a call. */
  spare(): void {
    this.#callsToLive = Infinity;
  }

  stop(): void {
    if (this.#state === "running") this.#state = "stopped";
  }

  /** Goes on; what waited is heard one by one. */
  resume(): void {
    if (this.#state !== "stopped") return;
    this.#state = "running";
    for (const callback of this.#waiting.splice(0)) {
      this.timeline.after(0, () => this.deliver(callback));
    }
  }

  /** Calls something inside, as soon as the process runs. */
  deliver(callback: () => void): void {
    if (this.#state === "running") callback();
    else if (this.#state === "stopped") this.#waiting.push(callback);
  }

  /**
   * Leaves the process, takes effect outside, and comes back.
   *
   * @returns The answer; never settles where the process dies meanwhile.
   */
  call<T>(trip: Trip, effect: () => T | Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const departure = this.depart();
      if (departure === null) return;
      this.timeline.after(trip.thereMs, async () => {
        try {
          const answer = await effect();
          this.#comeBack(trip, departure, () => resolve(answer));
        } catch (error) {
          this.#comeBack(trip, departure, () => reject(error));
        }
      });
    });
  }

  /**
   * A request is about to leave. Null: the process is dead, or dies here.
   * `isLast`: it dies when the request has arrived.
   */
  depart(): { readonly isLast: boolean } | null {
    if (this.isDead) return null;
    const isLast = --this.#callsToLive < 0;
    if (isLast && !this.#diesAfterEffect) this.kill();
    return this.isDead ? null : { isLast };
  }

  #comeBack(
    trip: Trip,
    departure: { readonly isLast: boolean },
    callback: () => void,
  ): void {
    if (departure.isLast) this.kill();
    this.timeline.after(trip.backMs, () => this.deliver(callback));
  }

  #after(delayMs: number, callback: () => void): () => void {
    let isOff = false;
    const run = () => {
      if (!isOff) callback();
    };
    const cancel = this.timeline.after(delayMs, () => this.deliver(run));
    return () => {
      isOff = true;
      cancel();
    };
  }
}
