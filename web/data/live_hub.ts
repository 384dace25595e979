/**
 * The live line of one signed-in trader: the private channel `user:<id>`, the
 * slow poll that stands in for it, and the sign of life that lets the database
 * send figures at all.
 *
 * Broadcasts are hints, never the truth. So each time the channel is joined
 * (again) listeners are told to reload (`resync`), and while there is none they
 * are told so every 20 s.
 *
 * States and who may move between them:
 * ```
 *  connecting ──joined──► live ──closed, error, time-out──► reconnecting
 *       ▲                  ▲                                    │
 *       └── start()        └────────── joined ◄── new channel ──┘ after 1, 2, 5, 10 s
 *  offline: the browser says so; `online` tries again at once
 * ```
 * A channel that closed (a token expiry does that, without a rejoin) is never
 * reused: it is removed and a new one is made with a fresh token. A generation
 * number keeps the callbacks of removed channels from being heard.
 *
 * @module
 */
import type { RealtimeChannel } from "@supabase/supabase-js";
import type { Client } from "./client.ts";
import type { PageState } from "./page_state.ts";

const RETRY_DELAYS_MS = [1_000, 2_000, 5_000, 10_000];
const POLL_INTERVAL_MS = 20_000;
const TOUCH_INTERVAL_MS = 60_000;
/** A page hidden longer than this reloads when it is looked at again. */
const HIDDEN_STALE_MS = 30_000;
const ROW_EVENTS = [
  "bot",
  "order",
  "fill",
  "event",
  "metrics",
  "profile",
] as const;

/** Whether news arrive as they happen. */
export type LinkState = "connecting" | "live" | "reconnecting" | "offline";

/** What listeners hear. */
export type HubMessage =
  | { readonly kind: "link"; readonly state: LinkState }
  | { readonly kind: "resync" }
  | {
    readonly kind: (typeof ROW_EVENTS)[number];
    readonly rows: unknown;
  };

/** The trader's live line; see the header of this file. */
export class LiveHub {
  readonly #client: Client;
  readonly #userId: string;
  readonly #page: PageState;
  readonly #listeners = new Set<(message: HubMessage) => void>();
  readonly #end = new AbortController();
  #channel: RealtimeChannel | null = null;
  /** The client hands a leaving channel out again: wait until it has left. */
  #left: Promise<unknown> = Promise.resolve();
  #generation = 0;
  #attempts = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #pollTimer: ReturnType<typeof setInterval> | undefined;
  #touchTimer: ReturnType<typeof setInterval> | undefined;
  #hiddenAtMs: number | null = null;
  #state: LinkState = "connecting";

  constructor(client: Client, userId: string, page: PageState) {
    this.#client = client;
    this.#userId = userId;
    this.#page = page;
  }

  /** The newest link state. */
  get state(): LinkState {
    return this.#state;
  }

  /** Adds a listener; the function returned removes it. */
  listen(listener: (message: HubMessage) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Opens the line. Call once. */
  start(): void {
    this.#page.watch(() => this.#onPageChange(), this.#end.signal);
    this.#pollTimer = setInterval(() => this.#poll(), POLL_INTERVAL_MS);
    this.#touchTimer = setInterval(() => this.#touch(), TOUCH_INTERVAL_MS);
    this.#touch();
    if (this.#page.isOnline()) void this.#join();
    else this.#goOffline();
  }

  /** Closes the line; safe twice. */
  stop(): void {
    this.#end.abort();
    clearInterval(this.#pollTimer);
    clearInterval(this.#touchTimer);
    this.#dropChannel();
    this.#listeners.clear();
  }

  async #join(): Promise<void> {
    this.#dropChannel();
    const generation = this.#generation;
    try {
      await this.#left;
      await this.#client.realtime.setAuth();
    } catch {
      // No token to be had now: the same as a refused join.
      if (generation === this.#generation) this.#retryLater();
      return;
    }
    if (generation !== this.#generation || this.#end.signal.aborted) return;
    const channel = this.#client.channel(`user:${this.#userId}`, {
      config: { private: true },
    });
    this.#channel = channel;
    for (const kind of ROW_EVENTS) {
      channel.on("broadcast", { event: kind }, ({ payload }) => {
        if (generation !== this.#generation) return;
        this.#tell({ kind, rows: payload?.rows });
        // More rows than a message carries: the rest is loaded.
        if (payload?.truncated === true) this.#tell({ kind: "resync" });
      });
    }
    channel.subscribe((status) => {
      if (generation !== this.#generation) return;
      if (status === "SUBSCRIBED") this.#onJoined();
      else this.#retryLater();
    });
  }

  #onJoined(): void {
    this.#attempts = 0;
    this.#setState("live");
    this.#tell({ kind: "resync" });
  }

  #retryLater(): void {
    this.#dropChannel();
    if (this.#end.signal.aborted) return;
    if (!this.#page.isOnline()) return this.#goOffline();
    this.#setState("reconnecting");
    const last = RETRY_DELAYS_MS.length - 1;
    const delayMs = RETRY_DELAYS_MS[Math.min(this.#attempts, last)];
    this.#attempts++;
    this.#retryTimer = setTimeout(() => void this.#join(), delayMs);
  }

  #retryNow(): void {
    this.#attempts = 0;
    if (this.#state !== "connecting") this.#setState("reconnecting");
    void this.#join();
  }

  #goOffline(): void {
    // First the socket: on a dead one, leaving would wait for an answer.
    void this.#client.realtime.disconnect();
    this.#dropChannel();
    this.#setState("offline");
  }

  /** Forgets the channel and everything that is on its way from it. */
  #dropChannel(): void {
    this.#generation++;
    clearTimeout(this.#retryTimer);
    const channel = this.#channel;
    this.#channel = null;
    if (channel === null) return;
    // One that will not leave keeps no new one from being made.
    this.#left = this.#client.removeChannel(channel).catch(() => undefined);
  }

  #onPageChange(): void {
    if (!this.#page.isOnline()) {
      if (this.#state !== "offline") this.#goOffline();
      return;
    }
    if (!this.#page.isVisible()) {
      this.#hiddenAtMs ??= Date.now();
      return;
    }
    const hiddenMs = Date.now() - (this.#hiddenAtMs ?? Date.now());
    this.#hiddenAtMs = null;
    this.#touch();
    if (this.#state !== "live") this.#retryNow();
    else if (hiddenMs > HIDDEN_STALE_MS) this.#tell({ kind: "resync" });
  }

  #poll(): void {
    if (this.#state === "live" || !this.#page.isVisible()) return;
    this.#tell({ kind: "resync" });
  }

  /** Tells the database that somebody is looking; a miss is made up later. */
  #touch(): void {
    if (!this.#page.isVisible()) return;
    void this.#client.rpc("touch_seen").then(() => undefined);
  }

  #setState(state: LinkState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#tell({ kind: "link", state });
  }

  #tell(message: HubMessage): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(message);
      } catch (error) {
        // An error of ours, and no reason for the others to miss it.
        reportError(error);
      }
    }
  }
}
