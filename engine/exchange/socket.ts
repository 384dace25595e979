/**
 * One WebSocket to Bitget that keeps itself alive.
 *
 * ```
 * idle ─start→ waiting ─turn→ connecting ─open→ logging_in ─ack→ subscribing ─acks→ up
 *                 ↑                                                                 │
 *                 └────── backoff, jitter ←── any error, close, late pong or ack ───┘
 * ```
 * `onUp` is called only when logged in and every subscription is acknowledged;
 * `onDown` at once when that ends. Any state may go to `closed`, for good.
 * Each connection has its own generation: what an old one still says is ignored.
 *
 * @module
 */
import type { Log } from "@core/mod.ts";
import type { Clock } from "./clock.ts";
import type { ConnectGate } from "./connect_gate.ts";
import { classifyRefusal } from "./errors.ts";
import { type Frame, isTopic, parseFrame, type Push } from "./frames.ts";
import type { ExchangeError } from "./port.ts";
import { Subscriptions, type Topic } from "./subscriptions.ts";

/** Login, subscription acks: each step must be answered by then. */
const STEP_TIMEOUT_MS = 10_000;
/** Bitget cuts after 2 minutes without; we want to know of a dead link sooner. */
const PING_INTERVAL_MS = 10_000;
const PONG_TIMEOUT_MS = 5_000;
const BACKOFF_MS_MIN = 250;
const BACKOFF_MS_MAX = 30_000;
/** A connection that stood this long begins its backoff anew. */
const STABLE_AFTER_MS = 10_000;
/**
 * Between two changes of what is subscribed, of two messages mostly: Bitget
 * cuts who sends more than ten a second, pings included, and blocks who does
 * it again and again.
 */
const CHANGE_GAP_MS = 300;

/** What the owner of a socket gives it. */
export interface SocketOptions {
  readonly url: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly connects: ConnectGate;
  readonly topics: readonly Topic[];
  /** Returns the arguments of a login frame, signed now; null on the public socket. */
  readonly login: (() => Readonly<Record<string, string>>) | null;
  readonly onPush: (push: Push) => void;
  /**
   * Called when the exchange does not know a topic, which is then dropped;
   * without it such a refusal ends the connection like any other.
   */
  readonly onTopicRefused?: (topic: Topic) => void;
  /** Called when the exchange refuses the login or says that something is wrong. */
  readonly onRefused?: (error: ExchangeError) => void;
  readonly onUp: () => void;
  readonly onDown: (reason: string) => void;
}

type State =
  | "idle"
  | "waiting"
  | "connecting"
  | "logging_in"
  | "subscribing"
  | "up"
  | "closed";

/** See the module's description. */
export class BitgetSocket {
  readonly #options: SocketOptions;
  readonly #subscriptions: Subscriptions;
  #state: State = "idle";
  #socket: WebSocket | null = null;
  #countGone: (() => void) | null = null;
  #attempts = 0;
  #connected = false;
  #upAtMs = 0;
  #cancelStep: (() => void) | null = null;
  #cancelPing: (() => void) | null = null;
  #cancelChange: (() => void) | null = null;
  #isChanging = false;
  #changedAtMs = -Infinity;
  #closing: Promise<void> | null = null;

  constructor(options: SocketOptions) {
    this.#options = options;
    this.#subscriptions = new Subscriptions(options.topics);
  }

  /** Whether logged in, subscribed and answering pings. */
  get up(): boolean {
    return this.#state === "up";
  }

  /** Topics subscribed to or about to be. */
  get topicsCount(): number {
    return this.#subscriptions.size;
  }

  /** Begins to connect; nothing when begun already. */
  start(): void {
    if (this.#state === "idle") this.#wait({ delayMs: 0, first: true });
  }

  /** Adds a topic; several in one turn go out in one message. */
  subscribe(topic: Topic): void {
    this.#subscriptions.add(topic);
    this.#planChange();
  }

  /** Drops a topic. */
  unsubscribe(topic: Topic): void {
    this.#subscriptions.remove(topic);
    this.#planChange();
  }

  /** Gives the connection up and makes a new one. */
  reconnect(reason: string): void {
    if (this.#state === "idle" || this.#state === "closed") return;
    this.#fail(reason);
  }

  /** Closes for good; resolves when the peer has answered or after a second. Safe twice. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #close(): Promise<void> {
    const { clock } = this.#options;
    const wasConnected = this.#connected;
    this.#state = "closed";
    this.#connected = false;
    this.#clearTimers();
    const socket = this.#socket;
    this.#socket = null;
    this.#countGone?.();
    this.#countGone = null;
    if (wasConnected) this.#options.onDown("closed");
    if (socket === null || socket.readyState === WebSocket.CLOSED) {
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const cancel = clock.after(1_000, resolve);
      detach(socket);
      socket.onclose = () => {
        cancel();
        resolve();
      };
      socket.close();
    });
  }

  #wait(wish: { readonly delayMs: number; readonly first: boolean }): void {
    this.#state = "waiting";
    const delayMs = this.#options.connects.reserve(wish);
    this.#cancelStep = this.#options.clock.after(delayMs, () => this.#open());
  }

  #open(): void {
    this.#state = "connecting";
    this.#deadline("connect_timeout");
    const socket = this.#create();
    if (socket === null) return;
    this.#socket = socket;
    this.#countGone = this.#options.connects.opened();
    socket.onopen = () => this.#onOpen();
    socket.onmessage = (event) => this.#onMessage(event.data);
    socket.onerror = (event) => {
      this.#fail(
        event instanceof ErrorEvent && event.message !== ""
          ? event.message
          : "socket_error",
      );
    };
    socket.onclose = (event) => this.#fail(`closed_by_exchange_${event.code}`);
  }

  #create(): WebSocket | null {
    try {
      return new WebSocket(this.#options.url);
    } catch (error) {
      // A host the process may not reach throws here, inside a timer.
      this.#fail(`${error}`);
      return null;
    }
  }

  #onOpen(): void {
    this.#schedulePing();
    const { login } = this.#options;
    if (login === null) return this.#subscribeAll();
    this.#state = "logging_in";
    this.#deadline("login_timeout");
    this.#send({ op: "login", args: [login()] });
  }

  #subscribeAll(): void {
    this.#state = "subscribing";
    this.#subscriptions.reset();
    this.#sendChange();
  }

  #planChange(): void {
    if (!this.#isSubscribable || this.#isChanging) return;
    this.#isChanging = true;
    const { clock } = this.#options;
    const waitMs = this.#changedAtMs + CHANGE_GAP_MS - clock.nowMs();
    if (waitMs > 0) {
      this.#cancelChange = clock.after(waitMs, () => this.#change());
    } else queueMicrotask(() => this.#change());
  }

  #change(): void {
    if (!this.#isChanging) return;
    this.#isChanging = false;
    if (this.#isSubscribable) this.#sendChange();
  }

  #sendChange(): void {
    this.#stopChange();
    const messages = this.#subscriptions.takeMessages();
    if (messages.length > 0) {
      this.#changedAtMs = this.#options.clock.nowMs();
      this.#deadline("subscribe_timeout");
      for (const message of messages) this.#send(message);
    }
    this.#settle();
  }

  #stopChange(): void {
    this.#cancelChange?.();
    this.#cancelChange = null;
    this.#isChanging = false;
  }

  get #isSubscribable(): boolean {
    return this.#state === "up" || this.#state === "subscribing";
  }

  #goUp(): void {
    this.#cancelStep?.();
    this.#cancelStep = null;
    if (this.#state === "up") return;
    this.#state = "up";
    this.#connected = true;
    this.#upAtMs = this.#options.clock.nowMs();
    this.#options.onUp();
  }

  #onMessage(data: unknown): void {
    if (typeof data !== "string" || this.#socket === null) return;
    if (data === "pong") return this.#schedulePing();
    const frame = parseFrame(data);
    if (frame === null) {
      this.#options.log.error("frame_unreadable", {
        frame: data.slice(0, 200),
      });
      return;
    }
    if (typeof frame.event === "string") {
      this.#onEvent(frame.event, frame);
    } else if (Array.isArray(frame.data) && isTopic(frame.arg)) {
      this.#options.onPush({ channel: frame.arg.channel, rows: frame.data });
    }
  }

  #onEvent(event: string, frame: Frame): void {
    if (event === "error" || (event === "login" && `${frame.code}` !== "0")) {
      const refusal = classifyRefusal({
        code: `${frame.code}`,
        message: typeof frame.msg === "string" ? frame.msg : "",
        httpStatus: null,
        retryAfterMs: null,
        effect: "read",
      });
      this.#options.log.error("socket_refused", {
        code: refusal.code,
        reason: refusal.reason,
        message: refusal.message,
      });
      const { onTopicRefused } = this.#options;
      if (
        refusal.reason === "bad_channel" && isTopic(frame.arg) &&
        onTopicRefused !== undefined
      ) {
        this.#subscriptions.refuse(frame.arg);
        onTopicRefused(frame.arg);
        return this.#settle();
      }
      this.#options.onRefused?.(refusal);
      return this.#fail(`${event}_${refusal.code}`);
    }
    if (event === "login" && this.#state === "logging_in") {
      return this.#subscribeAll();
    }
    if (event === "subscribe" && isTopic(frame.arg)) {
      this.#subscriptions.acknowledge(frame.arg);
      this.#settle();
    }
  }

  #settle(): void {
    if (this.#isSubscribable && this.#subscriptions.isSettled) this.#goUp();
  }

  /** Ends this connection and plans the next one. */
  #fail(reason: string): void {
    if (this.#state === "closed" || this.#state === "waiting") return;
    const { clock, random, log } = this.#options;
    const wasConnected = this.#connected;
    this.#connected = false;
    this.#clearTimers();
    if (this.#socket !== null) {
      detach(this.#socket);
      this.#socket.close();
      this.#socket = null;
      this.#countGone?.();
      this.#countGone = null;
    }
    if (wasConnected && clock.nowMs() - this.#upAtMs >= STABLE_AFTER_MS) {
      this.#attempts = 0;
    }
    const ceilingMs = Math.min(
      BACKOFF_MS_MAX,
      BACKOFF_MS_MIN * 2 ** Math.min(this.#attempts, 10),
    );
    this.#attempts++;
    const delayMs = ceilingMs * (0.5 + random() / 2);
    log.warn("socket_down", { reason, attempts: this.#attempts, delayMs });
    this.#wait({ delayMs, first: false });
    if (wasConnected) this.#options.onDown(reason);
  }

  /** Any pong proves the link; the next ping follows, and must be answered in turn. */
  #schedulePing(): void {
    const { clock } = this.#options;
    this.#cancelPing?.();
    this.#cancelPing = clock.after(PING_INTERVAL_MS, () => {
      if (this.#socket?.readyState === WebSocket.OPEN) {
        this.#socket.send("ping");
      }
      this.#cancelPing = clock.after(
        PONG_TIMEOUT_MS,
        () => this.#fail("pong_timeout"),
      );
    });
  }

  #deadline(reason: string): void {
    this.#cancelStep?.();
    this.#cancelStep = this.#options.clock.after(
      STEP_TIMEOUT_MS,
      () => this.#fail(reason),
    );
  }

  #send(frame: unknown): void {
    if (this.#socket?.readyState === WebSocket.OPEN) {
      this.#socket.send(JSON.stringify(frame));
    }
  }

  #clearTimers(): void {
    this.#cancelStep?.();
    this.#cancelPing?.();
    this.#cancelStep = null;
    this.#cancelPing = null;
    this.#stopChange();
  }
}

function detach(socket: WebSocket): void {
  socket.onopen = null;
  socket.onmessage = null;
  socket.onerror = null;
  socket.onclose = null;
}
