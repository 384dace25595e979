/**
 * Vault keys as JWK sets (RFC 7517): functions hold the public set and can
 * only seal; engines hold the private set and can open. The first key of a set
 * is the current one; the others still open what was sealed under them.
 *
 * @module
 */
import { z } from "zod";

/** The key agreement of every sealed text. */
export const VAULT_ALGORITHM = "ECDH-ES";
/** The content encryption of every sealed text. */
export const VAULT_ENCRYPTION = "A256GCM";

const kid = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/);
/** 32 bytes, base64url without padding. */
const bytes32 = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

const publicKey = z.strictObject({
  kty: z.literal("OKP"),
  crv: z.literal("X25519"),
  x: bytes32,
  kid,
  alg: z.literal(VAULT_ALGORITHM),
  use: z.literal("enc"),
});
const privateKey = publicKey.extend({ d: bytes32 });

/** A key that seals. */
export type VaultPublicKey = z.infer<typeof publicKey>;
/** A key that opens. */
export type VaultPrivateKey = z.infer<typeof privateKey>;
/** What functions hold; the first key seals. At least one, kids distinct. */
export interface VaultPublicKeys {
  readonly keys: readonly VaultPublicKey[];
}
/** What engines hold. At least one, kids distinct. */
export interface VaultPrivateKeys {
  readonly keys: readonly VaultPrivateKey[];
}

/** Where an exchange key trades; the same words as the exchange port's. */
export type VaultVenue = "bitget" | "bitget_demo" | "paper";

/** What is sealed. */
export interface Credentials {
  readonly apiKey: string;
  readonly apiSecret: string;
  readonly passphrase: string;
}

/** The row a sealed text belongs to; part of its authenticated header. */
export interface SealedFor {
  readonly userId: string;
  readonly exchangeKeyId: string;
  readonly venue: VaultVenue;
}

/**
 * A vault refusal. Its text and code never carry secret material, and it has
 * no cause: a JSON or crypto error may quote what it was given.
 */
export class VaultError extends Error {
  override readonly name = "VaultError";
  constructor(
    /**
     * `keys_invalid`: the key set itself. `malformed`: no sealed text of ours.
     * `kid_unknown`: sealed under a key we do not hold. `row_mismatch`: sealed
     * for another row, user or venue. `not_authentic`: tampered or wrong key.
     */
    readonly code:
      | "keys_invalid"
      | "malformed"
      | "kid_unknown"
      | "row_mismatch"
      | "not_authentic",
    message: string,
  ) {
    super(message);
  }
}

/**
 * Reads the public key set from its JSON text.
 *
 * @throws {VaultError} `keys_invalid`; also when a private part is in it, which
 * must never reach the functions.
 */
export function parseVaultPublicKeys(text: string): VaultPublicKeys {
  return parseSet(text, { schema: publicKey, name: "public" });
}

/**
 * Reads the private key set from its JSON text.
 *
 * @throws {VaultError} `keys_invalid`.
 */
export function parseVaultPrivateKeys(text: string): VaultPrivateKeys {
  return parseSet(text, { schema: privateKey, name: "private" });
}

/** Returns the public halves, in the same order. */
export function publicKeysOf(keys: VaultPrivateKeys): VaultPublicKeys {
  return {
    keys: keys.keys.map(({ d: _secret, ...publicHalf }) => publicHalf),
  };
}

function parseSet<T extends { kid: string }>(
  text: string,
  options: { readonly schema: z.ZodType<T>; readonly name: string },
): { readonly keys: readonly T[] } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw invalid(options.name, "it is no JSON");
  }
  const parsed = z.object({ keys: z.array(options.schema).min(1) })
    .safeParse(value);
  if (!parsed.success) {
    const path = parsed.error.issues[0]?.path.join(".") ?? "";
    throw invalid(options.name, `"${path}" is not as it should be`);
  }
  const kids = new Set(parsed.data.keys.map((key) => key.kid));
  if (kids.size !== parsed.data.keys.length) {
    throw invalid(options.name, "a kid occurs twice");
  }
  return parsed.data;
}

function invalid(name: string, why: string): VaultError {
  return new VaultError(
    "keys_invalid",
    `Cannot use the ${name} vault keys: ${why}, wanted a JWK set of X25519 keys as vault:generate prints it`,
  );
}
