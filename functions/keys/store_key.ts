/** The rows of a connected key. @module */
import { readHeader } from "@engine/vault/header.ts";
import { sealCredentials } from "@engine/vault/seal.ts";
import { z } from "zod";
import type { Caller } from "../_shared/auth.ts";
import type { Credentials, Venue } from "../_shared/bitget.ts";
import { callRpc, databaseRefusal } from "../_shared/database.ts";
import { ApiError } from "../_shared/errors.ts";
import type { Environment } from "../_shared/env.ts";
import { serviceClient } from "../_shared/service.ts";
import type { CheckedKey } from "./key_check.ts";

/** What the browser is told of a key. */
export interface StoredKey {
  readonly id: string;
  readonly label: string;
  readonly venue: Venue;
  readonly exchangeUid: string;
  /** The last characters of the API key. */
  readonly keyHint: string;
  readonly permissions: readonly string[];
  readonly ipRestricted: boolean;
  /** `active`: bots may start on it; `pending_review`: an admin looks first. */
  readonly status: "active" | "pending_review";
}

/** A key whose owner the exchange has named. */
export interface KeyToStore extends CheckedKey {
  readonly label: string;
  readonly venue: Venue;
  readonly credentials: Credentials;
}

const keyRow = z.object({
  id: z.string(),
  "user_id": z.string(),
  label: z.string(),
  "key_hint": z.string(),
});
const profileRow = z.object({
  status: z.string(),
  "exchange_uid": z.string().nullable(),
});

/**
 * Seals the credentials for their row and stores both. An account that the
 * caller has connected before keeps its row, so that its bots stay.
 *
 * @throws {ApiError} `uid_taken`, `profile_suspended`, …: the database's words.
 */
export async function storeKey(
  context: { readonly env: Environment; readonly caller: Caller },
  key: KeyToStore,
): Promise<StoredKey> {
  const { env, caller } = context;
  const id = await knownKeyId(caller, key) ?? crypto.randomUUID();
  const sealed = await sealCredentials({
    credentials: key.credentials,
    publicKeys: env.vaultPublicKeys,
    userId: caller.id,
    exchangeKeyId: id,
    venue: key.venue,
  });
  const row = await callRpc(serviceClient(env), {
    name: "store_exchange_key",
    args: {
      "exchange_key_id": id,
      "user_id": caller.id,
      label: key.label,
      venue: key.venue,
      "exchange_uid": key.exchangeUid,
      "key_hint": `…${key.credentials.apiKey.slice(-4)}`,
      permissions: key.permissions,
      "ip_restricted": key.ipRestricted,
      sealed,
      kid: readHeader(sealed).kid,
    },
    answer: keyRow,
  });
  return {
    id: row.id,
    label: row.label,
    venue: key.venue,
    exchangeUid: key.exchangeUid,
    keyHint: row.key_hint,
    permissions: key.permissions,
    ipRestricted: key.ipRestricted,
    status: await statusOf(caller, key),
  };
}

async function knownKeyId(
  caller: Caller,
  key: KeyToStore,
): Promise<string | null> {
  // Admins see everybody's keys: the user is named beside RLS.
  const { data, error } = await caller.db.from("exchange_keys")
    .select("id").eq("user_id", caller.id).eq("venue", key.venue)
    .eq("exchange_uid", key.exchangeUid)
    .order("status").order("created_at", { ascending: false }).limit(1);
  if (error !== null) throw databaseRefusal(error);
  return z.array(z.object({ id: z.uuid() })).parse(data)[0]?.id ?? null;
}

/**
 * Makes sure that a key that shall take another's place is of its account: else
 * a slip of the hand would connect an account more, and leave the bots where
 * they were.
 *
 * @throws {ApiError} `not_found`, `key_other_account`.
 */
export async function requireSameAccount(
  caller: Caller,
  keyId: string,
  account: { readonly venue: Venue; readonly exchangeUid: string },
): Promise<void> {
  const { data, error } = await caller.db.from("exchange_keys")
    .select("venue, exchange_uid").eq("user_id", caller.id).eq("id", keyId);
  if (error !== null) throw databaseRefusal(error);
  const [known] = z.array(
    z.object({ venue: z.string(), "exchange_uid": z.string() }),
  ).parse(data);
  if (known === undefined) {
    throw new ApiError("not_found", { field: "replaces" });
  }
  if (
    known.venue !== account.venue || known.exchange_uid !== account.exchangeUid
  ) throw new ApiError("key_other_account", { field: "apiKey" });
}

async function statusOf(
  caller: Caller,
  key: KeyToStore,
): Promise<StoredKey["status"]> {
  if (key.venue === "paper") return "active";
  const { data, error } = await caller.db.from("profiles")
    .select("status, exchange_uid").eq("user_id", caller.id).single();
  if (error !== null) throw databaseRefusal(error);
  const profile = profileRow.parse(data);
  const isVerified = profile.status === "active" &&
    profile.exchange_uid === key.exchangeUid;
  return isVerified ? "active" : "pending_review";
}
