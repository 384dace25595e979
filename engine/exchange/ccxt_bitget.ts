/**
 * The only file that knows ccxt. It uses ccxt's Bitget class for what it does
 * well (URLs, canonical query, signing, demo header) and takes the rest into
 * its own hands: ccxt's error classes, its one throttle for all endpoints, its
 * parsers and its account-type detection are the traps of bitget.md §0.
 *
 * One ccxt instance serves a whole venue. An account is an object that
 * *inherits* from it and owns three properties, its credentials: 1 kB instead
 * of the 430 kB and 9–15 ms of an instance of its own.
 *
 * @module
 */
import Bitget from "ccxt-bitget";
import type { pro } from "ccxt";
import { assert } from "@core/mod.ts";
import type { Clock } from "./clock.ts";
import type { Endpoint } from "./endpoints.ts";
import { localError, unansweredError } from "./errors.ts";
import type { Credentials } from "./port.ts";
import type { VenueUrls } from "./urls.ts";

/** An order not answered by then is looked up rather than waited for. */
const WRITE_TIMEOUT_MS = 5_000;
const READ_TIMEOUT_MS = 10_000;
/** ccxt would tag our users' orders for its own rebate programme. */
const BROKER_HEADER = "X-CHANNEL-API-CODE";

/** An HTTP answer, whatever its status. */
export interface Answer {
  readonly status: number;
  readonly retryAfterMs: number | null;
  /** Parsed JSON, or undefined where the body was none. */
  readonly body: unknown;
}

/** Query or body of a request. */
export type Params = Readonly<Record<string, unknown>>;

/**
 * Sends one request and returns its answer.
 *
 * @param datedBackMs By how much its signature is dated back.
 * @throws {ExchangeError} Of kind `retryable` when it certainly never left or
 * was a read, `unresolved` when a write was not answered.
 */
export type Send = (
  endpoint: Endpoint,
  params: Params,
  datedBackMs?: number,
) => Promise<Answer>;

/** Sends requests to one venue, for any number of keys. */
export interface Transport {
  /** Returns a sender that signs with this key; null sends public requests only. */
  as(credentials: Credentials | null): Send;
}

type Ccxt = InstanceType<(typeof pro)["bitget"]>;
type Headers = Readonly<Record<string, string | undefined>> | undefined;

// The import map points at ccxt's file for Bitget alone (its package exports
// only the whole); the types come from the package's declared ones.
const CcxtBitget = Bitget as unknown as new (config: unknown) => Ccxt;

/**
 * Creates the transport of a venue.
 *
 * @param nowMs The exchange's clock, as well as we know it: requests are signed with it.
 */
export function createTransport(
  options: {
    readonly urls: VenueUrls;
    readonly clock: Clock;
    readonly nowMs: () => number;
  },
): Transport {
  const { urls, clock, nowMs } = options;

  // No private members: accounts inherit from the instance, and a private
  // member does not pass through a prototype.
  class Venue extends CcxtBitget {
    override nonce(): number {
      return Math.round(nowMs());
    }

    /** ccxt would keep the last request, with its passphrase. */
    override setLastRequest(): void {}

    override async fetch(
      url: string,
      method = "GET",
      headers: Headers = undefined,
      body: string | undefined = undefined,
    ): Promise<Answer> {
      const answer = await exchangeHttp({ url, method, headers, body, clock });
      return { ...answer, body: this.parseJson(answer.text) };
    }
  }

  const venue = new Venue({
    urls: { api: baseUrls(urls.rest) },
    enableRateLimit: false,
    options: {
      uta: false,
      defaultType: "swap",
      sandboxMode: urls.demo,
    },
  });
  return { as: (credentials) => createSender(venue, credentials, nowMs) };
}

function createSender(
  venue: Ccxt,
  credentials: Credentials | null,
  nowMs: () => number,
): Send {
  const account: Ccxt = Object.create(venue);
  if (credentials !== null) {
    account.apiKey = credentials.apiKey;
    account.secret = credentials.apiSecret;
    account.password = credentials.passphrase;
  }
  return (endpoint, params, datedBackMs = 0) => {
    assert(
      !endpoint.signed || credentials !== null,
      `Cannot send ${endpoint.path}: it needs credentials`,
    );
    const access = endpoint.signed ? "private" : "public";
    let sender = account;
    if (datedBackMs !== 0) {
      sender = Object.create(account);
      sender.nonce = () => Math.round(nowMs() - datedBackMs);
    }
    return sender.request(
      endpoint.path,
      [access, endpoint.section],
      endpoint.method,
      params,
    );
  };
}

function baseUrls(rest: string): Record<string, string> {
  const sections = ["spot", "mix", "common", "user", "uta"];
  return Object.fromEntries(sections.map((section) => [section, rest]));
}

/** ccxt's own fetch stops its clock at the headers; this one covers the body too. */
async function exchangeHttp(
  request: {
    readonly url: string;
    readonly method: string;
    readonly headers: Headers;
    readonly body: string | undefined;
    readonly clock: Clock;
  },
): Promise<Omit<Answer, "body"> & { readonly text: string }> {
  const { url, method, body, clock } = request;
  const effect = method === "GET" ? "read" : "write";
  const abort = new AbortController();
  const cancelTimeout = clock.after(
    effect === "write" ? WRITE_TIMEOUT_MS : READ_TIMEOUT_MS,
    () => abort.abort(),
  );
  try {
    const response = await fetch(url, {
      method,
      headers: presentHeaders(request.headers),
      body: body ?? null,
      redirect: "error",
      signal: abort.signal,
    });
    return {
      status: response.status,
      retryAfterMs: parseRetryAfter(response.headers.get("retry-after")),
      text: await response.text(),
    };
  } catch (cause) {
    if (abort.signal.aborted) {
      throw unansweredError("timeout", { effect, cause });
    }
    if (failedToConnect(cause)) {
      throw localError("unreachable", cause);
    }
    throw unansweredError("network", { effect, cause });
  } finally {
    cancelTimeout();
  }
}

/** Deno says in which phase a request failed; before a connection nothing left. */
function failedToConnect(error: unknown): boolean {
  if (error instanceof Deno.errors.NotCapable) return true;
  const cause = error instanceof Error ? error.cause : undefined;
  return `${cause}`.includes("client error (Connect)");
}

function presentHeaders(headers: Headers): [string, string][] {
  const present: [string, string][] = [];
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (value !== undefined && name !== BROKER_HEADER) {
      present.push([name, value]);
    }
  }
  return present;
}

function parseRetryAfter(text: string | null): number | null {
  const seconds = text === null || text === "" ? NaN : Number(text);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : null;
}
