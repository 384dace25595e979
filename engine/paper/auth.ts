/**
 * Who signed a request. Signature: base64(HMAC-SHA256(secret, timestamp +
 * METHOD + path + ["?" + query] + body)). Clients disagree whether the query
 * is signed encoded or decoded (bitget-api the first, ccxt the second): both
 * are accepted. The timestamp may be off by 30 s.
 *
 * @module
 */
import { createHmac, timingSafeEqual } from "node:crypto";
import { ApiError } from "./api_error.ts";
import { type ApiKey, isPermitted, type Permission } from "./keys.ts";

/** How far a client's clock may be off, ms. */
export const TIMESTAMP_WINDOW_MS = 30_000;

const API_KEY_PATTERN = /^bg_[0-9a-f]{32}$/;

/** What is signed. */
export interface SignedRequest {
  readonly method: string;
  readonly path: string;
  /** As sent, without "?". */
  readonly query: string;
  readonly body: string;
}

/** Returns base64(HMAC-SHA256(secret, text)). */
export function signText(secret: string, text: string): string {
  return createHmac("sha256", secret).update(text).digest("base64");
}

/** Compares without telling where two texts differ. */
export function isSameText(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) =>
    createHmac("sha256", "compare").update(text).digest()
  );
  return left !== undefined && right !== undefined &&
    timingSafeEqual(left, right);
}

function readings(query: string): string[] {
  if (query === "") return [""];
  const texts = [query];
  for (const text of [query, query.replaceAll("+", " ")]) {
    try {
      texts.push(decodeURIComponent(text));
    } catch {
      // Not percent-encoded after all: only the raw text can have been signed.
    }
  }
  return texts.map((text) => `?${text}`);
}

function isSigned(
  key: ApiKey,
  request: SignedRequest,
  headers: { readonly timestamp: string; readonly sign: string },
): boolean {
  const head = headers.timestamp + request.method + request.path;
  return readings(request.query).some((query) =>
    isSameText(
      signText(key.apiSecret, head + query + request.body),
      headers.sign,
    )
  );
}

/**
 * Returns the key that signed a request.
 *
 * @throws {ApiError} 40001, 40002, 40005, 40011 something is missing; 40006
 * malformed, 40037 unknown key; 40008 timestamp; 40009 signature; 40012
 * passphrase; 40018 address.
 */
export function authenticate(
  request: SignedRequest,
  context: {
    readonly headers: Headers;
    readonly remoteAddress: string;
    readonly nowMs: number;
    readonly findKey: (apiKey: string) => ApiKey | undefined;
  },
): ApiKey {
  const { headers, nowMs } = context;
  const required = (name: string, code: string): string => {
    const value = headers.get(name);
    if (value === null || value === "") {
      throw new ApiError(code, `${name.replace("-", "_")} cannot be empty`);
    }
    return value;
  };
  const apiKey = required("ACCESS-KEY", "40001");
  const sign = required("ACCESS-SIGN", "40002");
  const timestamp = required("ACCESS-TIMESTAMP", "40003");
  const passphrase = required("ACCESS-PASSPHRASE", "40011");
  if (!API_KEY_PATTERN.test(apiKey)) {
    throw new ApiError("40006", "Invalid ACCESS_KEY");
  }
  const key = context.findKey(apiKey);
  if (key === undefined || key.isRevoked) {
    throw new ApiError("40037", "Apikey does not exist");
  }
  if (!/^\d{1,16}$/.test(timestamp)) {
    throw new ApiError("40005", "Invalid ACCESS_TIMESTAMP");
  }
  if (Math.abs(nowMs - Number(timestamp)) > TIMESTAMP_WINDOW_MS) {
    throw new ApiError("40008", "Request timestamp expired");
  }
  if (!isSigned(key, request, { timestamp, sign })) {
    throw new ApiError("40009", "sign signature error");
  }
  if (!isSameText(passphrase, key.passphrase)) {
    throw new ApiError("40012", "apikey/password is incorrect");
  }
  if (!isAllowedAddress(key, context.remoteAddress)) {
    throw new ApiError("40018", "Invalid IP");
  }
  return key;
}

/** Tells whether a key may be used from an address. */
export function isAllowedAddress(key: ApiKey, address: string): boolean {
  const allowed = key.ips.split(",").map((ip) => ip.trim()).filter((ip) =>
    ip !== ""
  );
  return allowed.length === 0 || allowed.includes(address);
}

/** @throws {ApiError} 40014 if the key may not do this. */
export function requirePermission(key: ApiKey, permission: Permission): void {
  if (!isPermitted(key, permission)) {
    throw new ApiError(
      "40014",
      `Incorrect permissions, need ${permission} permissions`,
    );
  }
}
