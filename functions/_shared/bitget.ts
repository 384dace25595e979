/**
 * The few questions functions ask an exchange: who a key is, and what a market
 * allows. Web Crypto only; the trading client would cost an edge function ten
 * times the memory and half of its CPU allowance.
 *
 * @module
 */
import { z } from "zod";
import type { Environment } from "./env.ts";
import { ApiError } from "./errors.ts";

/** Where a key trades; equal to the exchange port's `Venue`. */
export const VENUES = ["bitget", "bitget_demo", "paper"] as const;
/** One of {@linkcode VENUES}. */
export type Venue = (typeof VENUES)[number];

/** The secret parts of a key. */
export interface Credentials {
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly passphrase: string;
}

const TIMEOUT_MS = 8_000;
const SUCCESS = "00000";
/**
 * Who a key is may be asked once a second and account: two users with the same
 * key, or one who tries again at once, must hear about the key, not the limit.
 */
const THROTTLED = "429";
const ASKED_MAX = 3;
const THROTTLE_PAUSE_MS = 1_100;
/** The only addresses functions ever call, beside Supabase and the paper exchange. */
const BITGET_URL = "https://api.bitget.com";

const envelope = z.object({ code: z.string(), data: z.unknown() });

/** An exchange answered a code other than success. */
export class VenueRefusal extends Error {
  override readonly name = "VenueRefusal";
  /** @param code The exchange's own code; its text may quote the key and is dropped. */
  constructor(readonly code: string) {
    super(`Exchange refused: code ${code}`);
  }
}

/** One GET of an exchange. */
export interface VenueRequest<T> {
  readonly path: `/api/v2/${string}`;
  readonly query?: Readonly<Record<string, string>>;
  /** Signs the request when given. */
  readonly credentials?: Credentials;
  /** What `data` must look like. */
  readonly answer: z.ZodType<T>;
}

/** One venue's REST interface, as far as functions need it. */
export class VenueClient {
  readonly venue: Venue;
  /** Scheme and host. */
  readonly baseUrl: string;
  readonly #throttlePauseMs: number;

  /**
   * @param throttlePauseMs Before a throttled question is asked again.
   * @throws {ApiError} `paper_unavailable` where there is no paper exchange.
   */
  constructor(
    venue: Venue,
    env: Environment,
    throttlePauseMs = THROTTLE_PAUSE_MS,
  ) {
    this.venue = venue;
    this.#throttlePauseMs = throttlePauseMs;
    const url = venue === "paper" ? env.paperUrl : BITGET_URL;
    if (url === null) {
      throw new ApiError("paper_unavailable", {
        message: "This installation has no paper exchange.",
      });
    }
    this.baseUrl = url;
  }

  /**
   * Asks the exchange; when it is throttled, again after a pause.
   *
   * @throws {VenueRefusal} With the exchange's code when it says no.
   * @throws {ApiError} `exchange_unavailable` or `paper_unavailable` when it
   * does not answer, or not sensibly.
   */
  async get<T>(request: VenueRequest<T>): Promise<T> {
    let answer = await this.#ask(request);
    for (let asked = 1; asked < ASKED_MAX; asked++) {
      if (answer.code !== THROTTLED) break;
      await new Promise((resolve) =>
        setTimeout(resolve, this.#throttlePauseMs)
      );
      answer = await this.#ask(request);
    }
    if (answer.code !== SUCCESS) throw this.#refusal(answer.code);
    const data = request.answer.safeParse(answer.data);
    if (!data.success) {
      const path = data.error.issues[0]?.path.join(".") ?? "";
      throw this.#unavailable(`answer of ${request.path} lacks "${path}"`);
    }
    return data.data;
  }

  async #ask(
    { path, query, credentials }: Omit<VenueRequest<unknown>, "answer">,
  ): Promise<z.infer<typeof envelope>> {
    const search = new URLSearchParams(query).toString();
    const target = path + (search === "" ? "" : `?${search}`);
    const headers: Record<string, string> = {
      accept: "application/json",
      locale: "en-US",
    };
    if (this.venue === "bitget_demo") headers["paptrading"] = "1";
    if (credentials !== undefined) {
      Object.assign(headers, await signedHeaders(credentials, target));
    }
    const answer = envelope.safeParse(await this.#fetch(target, headers));
    if (!answer.success) throw this.#unavailable("answer is no envelope");
    return answer.data;
  }

  async #fetch(
    target: string,
    headers: Record<string, string>,
  ): Promise<unknown> {
    try {
      const response = await fetch(this.baseUrl + target, {
        headers,
        redirect: "error",
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      // Refusals come with HTTP 400 and an envelope; gateways answer HTML.
      return await response.json();
    } catch (error) {
      // A text of the failure might quote a header: its class must do.
      const kind = error instanceof Error ? error.name : "unknown";
      throw this.#unavailable(`no answer: ${kind}`);
    }
  }

  #refusal(code: string): VenueRefusal | ApiError {
    // Throttled, timed out, clock skew, busy: says nothing about the question.
    const passing = /^(429|40005|40008|40010|40015|40200|40725|5\d{4})$/;
    return passing.test(code)
      ? this.#unavailable(`answered code ${code}`)
      : new VenueRefusal(code);
  }

  #unavailable(why: string): ApiError {
    return new ApiError(
      this.venue === "paper" ? "paper_unavailable" : "exchange_unavailable",
      { cause: new Error(`${this.venue}: ${why}`) },
    );
  }
}

/**
 * Returns the headers that sign a GET: base64(HMAC-SHA256(secret,
 * milliseconds + method + path and query)).
 */
async function signedHeaders(
  credentials: Credentials,
  target: string,
): Promise<Record<string, string>> {
  const timestamp = String(Date.now());
  const encoder = new TextEncoder();
  const key = await crypto.subtle.importKey(
    "raw",
    encoder.encode(credentials.apiSecret),
    { name: "HMAC", hash: "SHA-256" },
    false,
    ["sign"],
  );
  const signature = await crypto.subtle.sign(
    "HMAC",
    key,
    encoder.encode(`${timestamp}GET${target}`),
  );
  return {
    "ACCESS-KEY": credentials.apiKey,
    "ACCESS-SIGN": btoa(String.fromCharCode(...new Uint8Array(signature))),
    "ACCESS-TIMESTAMP": timestamp,
    "ACCESS-PASSPHRASE": credentials.passphrase,
  };
}
