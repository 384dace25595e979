import type { AddressLimit } from "./address_limit.ts";
import type { Clock } from "./clock.ts";
import type { Answer, Params, Send } from "./ccxt_bitget.ts";
import { type Endpoint, type EndpointName, ENDPOINTS } from "./endpoints.ts";
import { classifyRefusal, localError, malformedError } from "./errors.ts";
import { Gate } from "./gate.ts";
import type { OrderLife } from "./order_life.ts";
import { type Priority, SlidingWindow } from "./limiter.ts";
import { ExchangeError } from "./port.ts";

const SUCCESS = "00000";
/** A refused request (429, clock) is sent at most this often. */
const ATTEMPTS_MAX = 3;
/** Pause after a 429 that names none, doubled each time. */
const THROTTLE_PAUSE_MS = 1_000;
const SECOND_MS = 1_000;
/**
 * How long a request waits for its turn, pauses included. An order's decision
 * grows stale, and the engine's lease was asked when it came, not when it
 * leaves: 3 s lease + 3 s wait stay below the 10 s after which another engine
 * may claim the bot.
 */
const WAIT_MS_MAX: Readonly<Record<Priority, number>> = {
  cancel: 10_000,
  close: 3_000,
  entry: 3_000,
  read: 30_000,
};

/**
 * Requests of one key (or the public ones), through the key's rate limits.
 * Repeats what the exchange certainly refused without acting (429, a signature
 * out of time), nothing else.
 */
export class RestSession {
  readonly #send: Send;
  readonly #clock: Clock;
  readonly #gate: Gate;
  readonly #address: AddressLimit | null;
  readonly #syncTime: () => Promise<void>;
  readonly #life: OrderLife | null;
  readonly #windows = new Map<EndpointName, SlidingWindow[]>();

  constructor(
    options: {
      readonly send: Send;
      readonly clock: Clock;
      /** Shared by all sessions of this machine; null is unlimited. */
      readonly ipWindow: AddressLimit | null;
      /** Learns the exchange's time anew. */
      readonly syncTime: () => Promise<void>;
      /** Shared by the sessions of a venue; without it nothing is dated back. */
      readonly life?: OrderLife;
    },
  ) {
    this.#send = options.send;
    this.#clock = options.clock;
    this.#gate = new Gate(options.clock);
    this.#address = options.ipWindow;
    this.#syncTime = options.syncTime;
    this.#life = options.life ?? null;
  }

  /**
   * Sends a request when its turn has come.
   *
   * @returns The `data` of Bitget's envelope.
   * @throws {ExchangeError} Classified by Bitget's code.
   */
  async request(
    name: EndpointName,
    params: Params,
    priority: Priority = "read",
  ): Promise<unknown> {
    const { effect } = ENDPOINTS[name];
    const expiresAtMs = this.#clock.nowMs() + WAIT_MS_MAX[priority];
    for (let attempt = 1;; attempt++) {
      const turn = this.#gate.pass(this.#windowsOf(name), {
        priority,
        expiresAtMs,
      });
      if (turn !== null) await turn;
      const datedBackMs = await this.#dateBack(name);
      // Learning the time may have taken longer than who asked was trusted.
      if (this.#clock.nowMs() > expiresAtMs) throw localError("queue_timeout");
      const sentAtMs = this.#clock.nowMs();
      try {
        const answer = await this.#send(ENDPOINTS[name], params, datedBackMs);
        this.#noteAnswer(answer, attempt);
        return readEnvelope(answer, effect);
      } catch (error) {
        if (!(error instanceof ExchangeError)) throw error;
        const isThrottled = error.reason === "throttled";
        if (!isThrottled && error.reason !== "clock_skew") throw error;
        const resumesAtMs = isThrottled
          ? this.#pause(name, error, attempt)
          : this.#clock.nowMs();
        if (attempt >= ATTEMPTS_MAX || resumesAtMs > expiresAtMs) throw error;
        if (isThrottled) continue;
        if (attempt > 1 && datedBackMs > 0) {
          this.#life?.refused(this.#clock.nowMs() - sentAtMs);
        }
        await (this.#life === null ? this.#syncTime() : this.#life.learn());
      }
    }
  }

  /** Returns how many requests to this endpoint would leave at once. */
  room(name: EndpointName): number {
    return Math.min(
      ...this.#windowsOf(name).map((window) => this.#gate.room(window)),
    );
  }

  /** Refuses what waits and what comes. Safe twice. */
  close(): void {
    this.#gate.close();
  }

  /** Tells the address's limit how the exchange takes it. */
  #noteAnswer({ status, body, retryAfterMs }: Answer, attempt: number): void {
    const isTurnedAway = status === 418 ||
      (status === 403 && codeOf(body) === null);
    const isWornOut = status === 429 && attempt >= ATTEMPTS_MAX;
    if (isTurnedAway || isWornOut) {
      const nowMs = this.#clock.nowMs();
      this.#address?.refused({ nowMs, retryAfterMs });
    } else if (status !== 429) this.#address?.answered();
  }

  /** By how much this request is dated back; the time is known by then. */
  #dateBack(name: EndpointName): number | Promise<number> {
    const life = this.#life;
    if (life === null || !isShortLived(name)) return 0;
    const ready = life.ready();
    return ready === null
      ? life.datedBackMs
      : ready.then(() => life.datedBackMs);
  }

  #windowsOf(name: EndpointName): SlidingWindow[] {
    const known = this.#windows.get(name);
    if (known !== undefined) return known;
    const windows = [
      new SlidingWindow({
        count: ENDPOINTS[name].perSecond,
        windowMs: SECOND_MS,
      }),
    ];
    if (this.#address !== null) windows.push(this.#address);
    this.#windows.set(name, windows);
    return windows;
  }

  /** @returns When the endpoint opens again. */
  #pause(name: EndpointName, error: ExchangeError, attempt: number): number {
    const pauseMs = error.retryAfterMs ??
      THROTTLE_PAUSE_MS * 2 ** (attempt - 1);
    const untilMs = this.#clock.nowMs() + pauseMs;
    this.#windowsOf(name)[0]?.pauseUntil(untilMs);
    return untilMs;
  }
}

function envelopeOf(body: unknown): Readonly<Record<string, unknown>> | null {
  return typeof body === "object" && body !== null
    ? body as Readonly<Record<string, unknown>>
    : null;
}

/** Bitget's code, or null where the body is not Bitget's envelope. */
function codeOf(body: unknown): string | null {
  const code = envelopeOf(body)?.code;
  return typeof code === "string" || typeof code === "number"
    ? `${code}`
    : null;
}

function isShortLived(name: EndpointName): boolean {
  const endpoint: Endpoint = ENDPOINTS[name];
  return endpoint.isShortLived === true;
}

function readEnvelope(answer: Answer, effect: "read" | "write"): unknown {
  const { body, status, retryAfterMs } = answer;
  const envelope = envelopeOf(body);
  const code = codeOf(body);
  if (code === SUCCESS && status < 300) return envelope?.data;
  if (code === null && status < 300 && effect === "read") {
    throw malformedError("Cannot read the exchange's answer: no code in it");
  }
  throw classifyRefusal({
    code,
    message: typeof envelope?.msg === "string" ? envelope.msg : "",
    httpStatus: status,
    retryAfterMs,
    effect,
  });
}
