import {
  isAllowedAddress,
  isSameText,
  signText,
  TIMESTAMP_WINDOW_MS,
} from "../auth.ts";
import type { ApiKey } from "../keys.ts";

/** How a login ended: the key, or Bitget's socket error. */
export type LoginResult =
  | { readonly kind: "accepted"; readonly key: ApiKey }
  | {
    readonly kind: "refused";
    readonly code: number;
    readonly message: string;
  };

function refuse(code: number, message: string): LoginResult {
  return { kind: "refused", code, message };
}

/**
 * Checks a login frame's argument: the signature is over timestamp + "GET" +
 * "/user/verify"; the timestamp is in seconds (ccxt, bitget-api; the latter's
 * may lie ahead) or milliseconds (documentation).
 */
export function checkLogin(
  arg: Readonly<Record<string, unknown>>,
  context: {
    readonly nowMs: number;
    readonly remoteAddress: string;
    readonly findKey: (apiKey: string) => ApiKey | undefined;
  },
): LoginResult {
  const { apiKey, passphrase, sign } = arg;
  const timestamp = String(arg.timestamp ?? "");
  if (typeof apiKey !== "string" || typeof sign !== "string") {
    return refuse(30005, "error");
  }
  const key = context.findKey(apiKey);
  if (key === undefined || key.isRevoked) {
    return refuse(30011, "Invalid ACCESS_KEY");
  }
  if (!/^\d{10,13}$/.test(timestamp)) {
    return refuse(30013, "Invalid ACCESS_TIMESTAMP");
  }
  const sentMs = timestamp.length <= 11
    ? Number(timestamp) * 1_000
    : Number(timestamp);
  if (Math.abs(context.nowMs - sentMs) > 2 * TIMESTAMP_WINDOW_MS) {
    return refuse(30014, "Request timestamp expired");
  }
  const text = `${timestamp}GET/user/verify`;
  if (!isSameText(signText(key.apiSecret, text), sign)) {
    return refuse(30015, "Invalid sign");
  }
  if (
    typeof passphrase !== "string" || !isSameText(passphrase, key.passphrase)
  ) {
    return refuse(30012, "Invalid ACCESS_PASSPHRASE");
  }
  if (!isAllowedAddress(key, context.remoteAddress)) {
    return refuse(30005, "Invalid IP");
  }
  return { kind: "accepted", key };
}
