/**
 * Bitget's codes in our words. ccxt's classes are not used: it files a timeout
 * (40010) under authentication and duplicates, tick errors and missing
 * positions under one general error; only the code tells them apart.
 *
 * A reason belongs to exactly one kind. What is not in the table is treated
 * as if its outcome were unknown, which costs a look-up and never an order.
 *
 * @module
 */
import { ExchangeError } from "./port.ts";

type Kind = ExchangeError["kind"];

interface Reason {
  readonly kind: Kind;
  /** For the trader: a sentence without code or period. */
  readonly words: string;
  readonly codes: readonly string[];
}

const REASONS: Readonly<Record<string, Reason>> = {
  "insufficient_margin": {
    kind: "rejected",
    words: "The account's free margin is too small for this order",
    codes: ["40762", "40754", "43012", "40711", "40712", "45002"],
  },
  "price_step": {
    kind: "rejected",
    words: "The price is not a multiple of the market's price step",
    codes: ["45115", "41103", "40706", "43011"],
  },
  "size_step": {
    kind: "rejected",
    words: "The size is not a multiple of the market's size step",
    codes: ["40808", "43028", "40108"],
  },
  "below_minimum": {
    kind: "rejected",
    words: "The order is smaller than the market's minimum",
    codes: ["45110", "45111"],
  },
  "above_maximum": {
    kind: "rejected",
    words: "The order is larger than the market's maximum",
    codes: ["45112", "45113"],
  },
  "no_position": {
    kind: "rejected",
    words: "There is no position to close",
    codes: ["22002", "40939"],
  },
  "position_too_small": {
    kind: "rejected",
    words: "The order would close more than the position holds",
    codes: ["40757", "45003", "45004", "45005", "45006"],
  },
  "position_mode": {
    kind: "rejected",
    words: "The account's position mode (hedge or one-way) does not fit",
    codes: ["40774"],
  },
  "duplicate_client_order_id": {
    kind: "rejected",
    words: "An order with this client order id exists already",
    codes: ["40786", "43118", "45034", "25212"],
  },
  "bad_client_order_id": {
    kind: "rejected",
    words: "The exchange refuses the form of the client order id",
    codes: ["40304", "40305", "40500"],
  },
  "order_not_found": {
    kind: "rejected",
    words: "The exchange does not know this order",
    codes: ["40768", "40109", "43001"],
  },
  "order_finished": {
    kind: "rejected",
    words: "The order is already finished",
    codes: ["22001", "45055"],
  },
  "cancel_too_often": {
    kind: "retryable",
    words: "The same order was cancelled twice within a second",
    codes: ["45129"],
  },
  "post_only_would_cross": {
    kind: "rejected",
    words: "The post-only order would have been filled at once",
    codes: ["40930"],
  },
  "price_band": {
    kind: "rejected",
    words: "The price is too far from the market",
    codes: [
      "40815",
      "40816",
      "43008",
      "43009",
      "22006",
      "22007",
      "22008",
      "22009",
    ],
  },
  "position_open": {
    kind: "rejected",
    words: "This setting cannot change while positions or orders are open",
    codes: ["40920", "45117", "45097", "40893", "22020"],
  },
  "setting_unchanged": {
    kind: "rejected",
    words: "The setting already has this value",
    codes: ["45054", "40814"],
  },
  "leverage_out_of_range": {
    kind: "rejected",
    words: "The leverage is outside the market's range",
    codes: ["43050"],
  },
  "too_many_orders": {
    kind: "rejected",
    words: "The account has too many resting orders",
    codes: ["43005", "43128", "45118", "40723", "40761"],
  },
  "batch_too_large": {
    kind: "rejected",
    words: "Too many orders in one request",
    codes: ["40912", "40306"],
  },
  "bad_request": {
    kind: "rejected",
    words: "The exchange refuses the form of the request",
    codes: [
      "40017",
      "40019",
      "40020",
      "40925",
      "22003",
      "40302",
      "40708",
      "400172",
    ],
  },
  "unknown_symbol": {
    kind: "rejected",
    words: "The exchange does not know this market",
    codes: ["40034", "40102", "40309"],
  },
  "market_not_served": {
    kind: "rejected",
    words: "The exchange takes no such order for this market over its API",
    codes: ["22004", "22005"],
  },
  "market_closed": {
    kind: "retryable",
    words: "The market is under maintenance",
    codes: ["40200", "40308", "41114", "43115"],
  },
  "key_invalid": {
    kind: "fatal",
    words: "The exchange does not accept the API key",
    codes: ["40001", "40006", "40037", "40036", "30011"],
  },
  "signature_invalid": {
    kind: "fatal",
    words: "The exchange does not accept the API secret",
    codes: ["40009", "40002", "40003", "30015"],
  },
  "passphrase_invalid": {
    kind: "fatal",
    words: "The exchange does not accept the passphrase",
    codes: ["40011", "40012", "30012"],
  },
  "permission_missing": {
    kind: "fatal",
    words: "The API key may not do this",
    codes: ["40014", "40301"],
  },
  "ip_refused": {
    kind: "fatal",
    words: "The API key is not allowed from this address",
    codes: ["40018", "40038", "22010"],
  },
  "account_suspended": {
    kind: "fatal",
    words: "The exchange has suspended the account",
    codes: ["40031", "40300", "40013", "40710"],
  },
  "unified_account": {
    kind: "fatal",
    words: "The account is a unified account; classic futures are needed",
    codes: ["40085", "40084"],
  },
  "wrong_environment": {
    kind: "fatal",
    words: "The key belongs to the other environment (demo or real)",
    codes: ["40099"],
  },
  "clock_skew": {
    kind: "retryable",
    words: "This machine's clock differs from the exchange's",
    codes: ["40008", "40004", "40005", "30013", "30014"],
  },
  throttled: {
    kind: "retryable",
    words: "The exchange asks to slow down",
    codes: ["429", "1001", "30006", "30007"],
  },
  "bad_channel": {
    kind: "rejected",
    words: "The exchange does not know the channel",
    codes: ["30001"],
  },
  "login_refused": {
    kind: "fatal",
    words: "The exchange refuses the login of the socket",
    codes: ["30002", "30003", "30004", "30005"],
  },
  "outcome_unknown": {
    kind: "unresolved",
    words: "The exchange did not say what became of the request",
    codes: ["40010", "40725", "40015", "40604"],
  },
};

const REASON_OF_CODE: ReadonlyMap<string, string> = new Map(
  Object.entries(REASONS).flatMap(([reason, { codes }]) =>
    codes.map((code) => [code, reason] as const)
  ),
);

/** Reasons with which nothing works for the account until the trader has acted. */
export const FATAL_REASONS: readonly string[] = Object.entries(REASONS)
  .flatMap(([reason, { kind }]) => kind === "fatal" ? [reason] : []);

/** Reasons with which an order can no longer be live. */
const GONE = new Set(["order_not_found", "order_finished"]);

/** A refusal as it came over the wire. */
export interface Refusal {
  /** Bitget's code, or null where the body was not Bitget's envelope. */
  readonly code: string | null;
  readonly message: string;
  /** Null within batches and on sockets. */
  readonly httpStatus: number | null;
  readonly retryAfterMs: number | null;
  /** Whether the request could have changed something. */
  readonly effect: "read" | "write";
}

/** Returns the refusal as an error, classified by Bitget's own code. */
export function classifyRefusal(refusal: Refusal): ExchangeError {
  const { code, httpStatus, effect, message } = refusal;
  if (httpStatus === 429) {
    return build("throttled", "429", refusal);
  }
  const isDown = httpStatus !== null && httpStatus >= 500;
  const reason = code === null ? undefined : REASON_OF_CODE.get(code);
  // Whatever a broken server says of a write, it may have been carried out.
  if (
    reason !== undefined && code !== null && !(isDown && effect === "write")
  ) {
    return build(reason, code, refusal);
  }
  const reported = code ?? `http_${httpStatus ?? "none"}`;
  const words = isDown
    ? "The exchange is not available"
    : code === null
    ? "The exchange's answer cannot be read"
    : "The exchange refused the request for a reason we do not know";
  return new ExchangeError(say(words, message), {
    code: reported,
    kind: effect === "write" ? "unresolved" : "retryable",
    reason: isDown
      ? "exchange_unavailable"
      : code === null
      ? "malformed_answer"
      : "unknown_code",
    retryAfterMs: refusal.retryAfterMs,
  });
}

function build(reason: string, code: string, refusal: Refusal): ExchangeError {
  const { kind, words } = REASONS[reason] ??
    { kind: "unresolved" as const, words: reason };
  return new ExchangeError(say(words, refusal.message), {
    code,
    // Nothing is in doubt about a read: it may simply be asked again.
    kind: kind === "unresolved" && refusal.effect === "read"
      ? "retryable"
      : kind,
    reason,
    retryAfterMs: refusal.retryAfterMs,
  });
}

function say(words: string, message: string): string {
  return message === "" ? words : `${words}: ${message}`;
}

/** Tells whether this error means that the order to cancel is not live. */
export function isGone(error: ExchangeError): boolean {
  return GONE.has(error.reason);
}

const LOCAL = {
  closed: "The connection to the exchange account is closed",
  queue_full: "Too many requests wait for the exchange's rate limit",
  queue_timeout: "The exchange's rate limit let nothing through in time",
  unreachable: "The exchange cannot be reached",
} as const;

/** Codes of errors raised before anything left this machine. */
export type LocalCode = keyof typeof LOCAL;

/** Returns the error of a request that certainly never left. */
export function localError(code: LocalCode, cause?: unknown): ExchangeError {
  return new ExchangeError(LOCAL[code], {
    code,
    kind: "retryable",
    reason: code,
    cause,
  });
}

/** Tells whether the request that met this error certainly never left. */
export function isLocal(error: ExchangeError): boolean {
  return error.code in LOCAL;
}

/** Returns the error of an order that does not fit the market's steps: never sent. */
export function offStepError(message: string): ExchangeError {
  return new ExchangeError(message, {
    code: "off_step",
    kind: "rejected",
    reason: "off_step",
  });
}

/** Returns the error of a request that left and was not answered. */
export function unansweredError(
  code: "timeout" | "network",
  options: { readonly effect: "read" | "write"; readonly cause?: unknown },
): ExchangeError {
  const words = code === "timeout"
    ? "The exchange did not answer in time"
    : "The connection broke before the exchange answered";
  return new ExchangeError(words, {
    code,
    kind: options.effect === "write" ? "unresolved" : "retryable",
    reason: code,
    cause: options.cause,
  });
}

/** Returns the error of an answer that does not have the documented shape. */
export function malformedError(message: string): ExchangeError {
  return new ExchangeError(message, {
    code: "malformed",
    kind: "retryable",
    reason: "malformed_answer",
  });
}
