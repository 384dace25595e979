/**
 * Who a key is and whether we take it: asked of the exchange in signed calls
 * with the key itself. What the trader says about his account counts nothing.
 *
 * @module
 */
import { z } from "zod";
import {
  type Credentials,
  type VenueClient,
  VenueRefusal,
} from "../_shared/bitget.ts";
import { ApiError, type ErrorCode } from "../_shared/errors.ts";

/** A key we take. */
export interface CheckedKey {
  readonly exchangeUid: string;
  /** The exchange's own codes, sorted. */
  readonly permissions: readonly string[];
  readonly ipRestricted: boolean;
}

const accountInfo = z.object({
  userId: z.union([z.string(), z.int()]).transform(String)
    .pipe(z.string().regex(/^[0-9A-Za-z_-]{1,64}$/)),
  authorities: z.array(z.string()),
  ips: z.string().nullish(),
});

/** Order and position of USDT futures: what a bot cannot do without. */
const NEEDED = ["coow", "cpow"] as const;
/** Writes that stay inside the account and are of no use to us. */
const HARMLESS_WRITES = ["stow", "smow", "ttow", "pllw", "taxw"];
/** Writes that may move money, or hand the account on. */
const MONEY_WRITES: Readonly<Record<string, string>> = {
  wwow: "withdraw",
  wtow: "transfer funds",
  chow: "manage sub-accounts",
  p2p: "trade peer to peer",
};
/** All reading permissions have this form; reading moves nothing. */
const READ = /^([a-z0-9]{3}r|readonly)$/;

/**
 * Asks the exchange who the key is and refuses what must not come in.
 *
 * @throws {ApiError} `key_invalid`, `passphrase_invalid`, `key_ip_refused`,
 * `key_can_withdraw`, `key_cannot_trade`, `account_unified`, or that the
 * exchange is unavailable.
 */
export async function checkKey(
  client: VenueClient,
  credentials: Credentials,
): Promise<CheckedKey> {
  try {
    const info = await client.get({
      path: "/api/v2/spot/account/info",
      credentials,
      answer: accountInfo,
    });
    refuseDangerous(info.authorities);
    refuseUseless(info.authorities);
    // The codes say what the key may do; this, that the account can.
    await client.get({
      path: "/api/v2/mix/account/accounts",
      query: { productType: "USDT-FUTURES" },
      credentials,
      answer: z.array(z.object({ marginCoin: z.string() })),
    });
    return {
      exchangeUid: info.userId,
      permissions: [...new Set(info.authorities)].sort(),
      ipRestricted: (info.ips ?? "").trim() !== "",
    };
  } catch (error) {
    if (error instanceof VenueRefusal) throw refusalOf(error.code);
    throw error;
  }
}

/** Fails closed: a permission we do not know might move money. */
function refuseDangerous(authorities: readonly string[]): void {
  for (const code of authorities) {
    const what = MONEY_WRITES[code];
    if (what !== undefined) {
      throw new ApiError("key_can_withdraw", {
        message:
          `This key may ${what} ("${code}"). Trellis takes only keys that cannot move money: make a new key with futures orders and futures holdings, and nothing else that writes.`,
      });
    }
    const known = READ.test(code) || HARMLESS_WRITES.includes(code) ||
      NEEDED.some((needed) => needed === code);
    if (!known) {
      const shown = /^[\w-]{1,20}$/.test(code) ? ` ("${code}")` : "";
      throw new ApiError("key_can_withdraw", {
        message:
          `This key has a permission we do not know${shown}, so we cannot rule out that it moves money. Make a new key with futures orders and futures holdings only.`,
      });
    }
  }
}

function refuseUseless(authorities: readonly string[]): void {
  const missing = NEEDED.filter((needed) => !authorities.includes(needed));
  if (missing.length > 0) throw new ApiError("key_cannot_trade");
}

interface Refusal {
  readonly code: ErrorCode;
  /** The code's own sentence without. */
  readonly message?: string;
  readonly field?: "apiKey" | "apiSecret" | "passphrase" | "venue";
}

/** The exchange's code → ours. Each failure keeps its own name. */
const REFUSALS: Readonly<Record<string, Refusal>> = {
  "40001": { code: "key_invalid", field: "apiKey" },
  "40006": { code: "key_invalid", field: "apiKey" },
  "40037": {
    code: "key_invalid",
    message:
      "Bitget does not know this API key. It may have been deleted, or belong to another exchange.",
    field: "apiKey",
  },
  "40009": {
    code: "key_invalid",
    message:
      "The secret does not belong to this API key. Copy both again from the same key.",
    field: "apiSecret",
  },
  "40099": {
    code: "key_invalid",
    message:
      "This key belongs to the other environment: demo keys go with demo trading, real keys with the real exchange.",
    field: "venue",
  },
  "40011": { code: "passphrase_invalid", field: "passphrase" },
  "40012": { code: "passphrase_invalid", field: "passphrase" },
  "40036": { code: "passphrase_invalid", field: "passphrase" },
  "40018": { code: "key_ip_refused" },
  "40038": { code: "key_ip_refused" },
  "22010": {
    code: "key_ip_refused",
    message:
      "Bitget wants this key bound to an IP whitelist. Add our addresses to it on Bitget, or make a key without these permissions.",
  },
  "40014": { code: "key_cannot_trade" },
  "40085": { code: "account_unified" },
};

function refusalOf(venueCode: string): ApiError {
  const cause = new Error(`Exchange answered ${venueCode}`);
  const refusal = REFUSALS[venueCode];
  if (refusal !== undefined) {
    return new ApiError(refusal.code, { ...refusal, cause });
  }
  return new ApiError("exchange_unavailable", {
    message:
      `Bitget refused to tell who this key is (its code ${venueCode}). Nothing was stored. Try again, or make a new key.`,
    cause,
  });
}
