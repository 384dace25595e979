/**
 * Every refusal of the API: its code, its status, its sentence. Codes are
 * never changed; the page translates them, and shows the sentence for the rest.
 *
 * @module
 */

/** Code → HTTP status and the sentence said unless a better one is at hand. */
export const ERRORS = {
  unauthorized: [401, "Sign in to do this."],
  token_expired: [401, "Your session has expired. Sign in again."],
  forbidden: [403, "Only an administrator may do this."],
  not_found: [404, "There is nothing here."],
  method_not_allowed: [405, "This cannot be done here."],
  body_too_large: [413, "The request is too large."],
  validation_failed: [400, "Some of the values cannot be used."],
  rate_limited: [429, "Too many requests. Wait a moment and try again."],
  key_malformed: [
    400,
    "This does not look like a Bitget API key. Copy it again from Bitget, without spaces or line breaks.",
  ],
  key_invalid: [
    422,
    "Bitget does not accept this key and secret. Check that both belong together and that the key was not deleted.",
  ],
  passphrase_invalid: [
    422,
    "The passphrase is wrong. It is the one you chose when you made the API key, not your Bitget password.",
  ],
  key_ip_refused: [
    422,
    "Bitget refuses this key from our address. Add our addresses to the key's IP whitelist on Bitget, or remove the whitelist.",
  ],
  key_can_withdraw: [
    422,
    "This key may move money out of your account. Make a new key with futures trading only and without withdrawal.",
  ],
  key_cannot_trade: [
    422,
    "This key may not trade futures. Make a key with read and write permission for futures orders and futures holdings.",
  ],
  account_unified: [
    422,
    "This is a Unified Trading Account. Trellis trades on Classic accounts so far: switch the account to Classic on Bitget, or make a Classic sub-account and use its key.",
  ],
  key_other_account: [
    422,
    "This key belongs to another Bitget account than the one it shall replace. Make the new key on the same account, or connect this one as an account of its own.",
  ],
  uid_taken: [
    409,
    "This Bitget account is already connected by another user. One Bitget account belongs to one user.",
  ],
  key_in_use: [
    409,
    "A bot still runs on this key. Stop it first, then remove the key.",
  ],
  account_in_use: [
    409,
    "Something of this account still trades. Stop every bot first.",
  ],
  profile_not_active: [
    403,
    "Your Bitget account has not been verified yet. You can trade on paper meanwhile.",
  ],
  profile_suspended: [403, "Your account is suspended."],
  profile_changed: [
    409,
    "This account has changed meanwhile. Look at it again and decide anew.",
  ],
  preview_outdated: [
    409,
    "Something has changed since the preview. Look at it again.",
  ],
  symbol_unknown: [
    422,
    "This exchange has no such perpetual. Choose one of its USDT perpetuals, for example BNB/USDT:USDT.",
  ],
  symbol_in_use: [
    409,
    "Another bot already runs this symbol on this key. Stop it first, or choose another symbol or key.",
  ],
  spacing_below_fees: [
    422,
    "The spacing is smaller than the fees of a round trip: every trade would lose. Make it wider.",
  ],
  size_below_minimum: [
    422,
    "The order size is below the smallest order of this market.",
  ],
  size_above_maximum: [
    422,
    "The order size is above the largest order of this market.",
  ],
  leverage_out_of_range: [
    422,
    "This market does not offer that leverage.",
  ],
  bot_already_running: [409, "This bot is already running."],
  bot_not_running: [409, "This bot is not running."],
  bot_not_editable: [
    409,
    "This cannot be changed while the bot runs. Stop it first.",
  ],
  config_changed: [
    409,
    "The settings have been changed meanwhile. Load them anew and change them there.",
  ],
  url_not_allowed: [
    422,
    "This address cannot be used. A webhook needs https, a public host name, and port 443 or 8443.",
  ],
  channel_unavailable: [
    503,
    "This installation does not offer this kind of alert yet.",
  ],
  exchange_unavailable: [
    503,
    "Bitget does not answer as it should at the moment. Nothing was changed. Try again in a minute.",
  ],
  paper_unavailable: [
    503,
    "The paper exchange is not available at the moment. Nothing was changed. Try again in a minute.",
  ],
  internal: [
    500,
    "Something went wrong on our side. Try again in a minute.",
  ],
} as const satisfies Record<string, readonly [number, string]>;

/** One of the API's codes. */
export type ErrorCode = keyof typeof ERRORS;
/** The statuses those codes answer with. */
export type ErrorStatus = (typeof ERRORS)[ErrorCode][0];

/** What a refusal may say beyond its code. */
export interface ApiErrorDetail {
  /** Sentence a trader understands; never holds what was sent. */
  readonly message?: string;
  /** The input that is wrong, dotted: `config.gridSpacing`. */
  readonly field?: string;
  /** Seconds after which another try may succeed. */
  readonly retryAfterSeconds?: number;
  /** For the log, never for the caller. */
  readonly cause?: unknown;
}

/** A refusal on its way to the caller; `app.ts` turns it into the answer. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly code: ErrorCode;
  readonly field: string | null;
  readonly retryAfterSeconds: number | null;

  constructor(code: ErrorCode, detail: ApiErrorDetail = {}) {
    super(detail.message ?? ERRORS[code][1], { cause: detail.cause });
    this.code = code;
    this.field = detail.field ?? null;
    this.retryAfterSeconds = detail.retryAfterSeconds ?? null;
  }

  /** HTTP status of the code. */
  get status(): ErrorStatus {
    return ERRORS[this.code][0];
  }

  /** The answer's body. */
  toBody(): {
    error: { code: ErrorCode; message: string; field?: string };
  } {
    const { code, message, field } = this;
    return { error: { code, message, ...(field === null ? {} : { field }) } };
  }
}

/** Tells whether a text is one of the API's codes. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERRORS, text);
}
