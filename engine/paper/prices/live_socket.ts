/**
 * A public Bitget socket that stays connected: text ping every 20 s, silence
 * of 45 s is a death, reconnects back off with jitter up to 30 s and subscribe
 * again. States: connecting → open → waiting → connecting …; `stop` ends all.
 *
 * @module
 */
import type { Log } from "@core/mod.ts";

const PING_MS = 20_000;
const SILENCE_MS = 45_000;
const BACKOFF_MIN_MS = 500;
const BACKOFF_MAX_MS = 30_000;

/** What is subscribed. */
export interface LiveArg {
  readonly instType: string;
  readonly channel: string;
  readonly instId: string;
}

/** How a live socket is set up. */
export interface LiveSocketOptions {
  readonly url: string;
  readonly args: readonly LiveArg[];
  readonly log: Log;
  readonly onPush: (
    arg: { readonly channel: string; readonly instId: string },
    action: string,
    data: readonly unknown[],
  ) => void;
}

/** One self-healing public socket. */
export class LiveSocket {
  readonly #options: LiveSocketOptions;
  #socket: WebSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #pinger: ReturnType<typeof setInterval> | null = null;
  #failures = 0;
  #heardAtMs = 0;
  #isStopped = false;

  constructor(options: LiveSocketOptions) {
    this.#options = options;
  }

  start(): void {
    const { url, args, log } = this.#options;
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.onopen = () => {
      this.#failures = 0;
      this.#heardAtMs = performance.now();
      socket.send(JSON.stringify({ op: "subscribe", args }));
      this.#pinger = setInterval(() => this.#ping(socket), PING_MS);
      log.info("live_prices_connected");
    };
    socket.onmessage = (event) => this.#receive(String(event.data));
    socket.onclose = () => this.#reconnect();
    socket.onerror = () => log.warn("live_prices_socket_failed");
  }

  stop(): void {
    this.#isStopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#pinger !== null) clearInterval(this.#pinger);
    this.#socket?.close();
  }

  #ping(socket: WebSocket): void {
    if (performance.now() - this.#heardAtMs > SILENCE_MS) socket.close();
    else if (socket.readyState === WebSocket.OPEN) socket.send("ping");
  }

  #reconnect(): void {
    if (this.#pinger !== null) clearInterval(this.#pinger);
    this.#pinger = null;
    if (this.#isStopped) return;
    const backoffMs = Math.min(
      BACKOFF_MAX_MS,
      BACKOFF_MIN_MS * 2 ** this.#failures++,
    );
    const delayMs = backoffMs * (0.5 + Math.random() / 2);
    this.#options.log.warn("live_prices_reconnecting", { delayMs });
    this.#timer = setTimeout(() => this.start(), delayMs);
  }

  #receive(text: string): void {
    this.#heardAtMs = performance.now();
    if (text === "pong") return;
    try {
      const { arg, action, data } = JSON.parse(text) as {
        readonly arg?: { readonly channel: string; readonly instId: string };
        readonly action?: string;
        readonly data?: readonly unknown[];
      };
      if (arg === undefined || action === undefined || data === undefined) {
        return;
      }
      this.#options.onPush(arg, action, data);
    } catch (error) {
      this.#options.log.error("live_prices_frame_unreadable", {
        error: String(error),
      });
    }
  }
}
