import type { AccountEvent } from "@engine/exchange/port.ts";
import type { SimProcess } from "./process.ts";
import type { WireConditions } from "./wire.ts";

type Listener = (event: AccountEvent) => void;

/** Until a socket that was cut stands again, ms. */
const RECONNECT_MS = [300, 8_000] as const;

/**
 * One process's private socket: pushes that arrive late, twice, out of order
 * or not at all. *Deaf* it says that it is connected, answers pings, and
 * brings nothing.
 */
export class SimSocket {
  readonly #process: SimProcess;
  readonly #conditions: WireConditions;
  readonly #listeners = new Set<Listener>();
  #connected = false;
  #isClosed = false;
  #deafUntilMs = 0;
  #connection = 0;
  #unlisten: (() => void) | null = null;

  constructor(process: SimProcess, conditions: WireConditions) {
    this.#process = process;
    this.#conditions = conditions;
  }

  get connected(): boolean {
    return this.#connected;
  }

  /** Adds a listener; the first one connects. */
  listen(listener: Listener): () => void {
    const own: Listener = (event) => listener(event);
    this.#listeners.add(own);
    if (this.#unlisten === null && !this.#isClosed) {
      this.#unlisten = this.#conditions.venue.listen((events) =>
        this.#push(events)
      );
      this.#connectLater(20);
    } else if (this.#connected) {
      queueMicrotask(() => {
        if (this.#listeners.has(own) && this.#connected) {
          own({ kind: "connected" });
        }
      });
    }
    return () => void this.#listeners.delete(own);
  }

  /** Cuts the connection; it comes back by itself. */
  cut(): void {
    if (!this.#connected || this.#process.isDead) return;
    this.#connection++;
    this.#process.deliver(() => {
      this.#connected = false;
      this.#emit({ kind: "disconnected", reason: "cut" });
    });
    this.#connectLater(this.#process.random.between(...RECONNECT_MS));
  }

  /** Brings nothing for so long, and does not say so. */
  deafen(ms: number): void {
    this.#deafUntilMs = this.#process.timeline.nowMs + ms;
  }

  /** Hears again. */
  heal(): void {
    this.#deafUntilMs = 0;
  }

  close(): void {
    this.#isClosed = true;
    this.#connected = false;
    this.#unlisten?.();
  }

  #connectLater(delayMs: number): void {
    const connection = this.#connection;
    this.#process.timeline.after(delayMs, () => {
      if (this.#isClosed || connection !== this.#connection) return;
      this.#process.deliver(() => {
        this.#connected = true;
        this.#emit({ kind: "connected" });
      });
    });
  }

  #push(events: readonly AccountEvent[]): void {
    const { random, timeline, isDead } = this.#process;
    if (isDead || !this.#connected) return;
    if (timeline.nowMs < this.#deafUntilMs) return;
    const { weather } = this.#conditions;
    const usualMs = random.between(2, 20);
    for (const told of events) {
      const event = told.kind === "fill" && random.chance(weather.feeUnknown)
        ? withoutCost(told)
        : told;
      if (random.chance(weather.pushLost)) continue;
      const times = random.chance(weather.pushTwice) ? 2 : 1;
      for (let i = 0; i < times; i++) {
        const delayMs = random.chance(weather.pushLate)
          ? random.between(0, weather.pushLateMs)
          : usualMs;
        this.#arrive(event, delayMs);
      }
    }
  }

  #arrive(event: AccountEvent, delayMs: number): void {
    const connection = this.#connection;
    this.#process.timeline.after(delayMs, () => {
      if (connection !== this.#connection || this.#isClosed) return;
      this.#process.deliver(() => this.#emit(event));
    });
  }

  #emit(event: AccountEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}

/** What it cost is told later, by REST. */
function withoutCost(
  event: AccountEvent & { readonly kind: "fill" },
): AccountEvent {
  const { fill } = event;
  return { ...event, fill: { ...fill, fee: null, realizedPnl: null } };
}
