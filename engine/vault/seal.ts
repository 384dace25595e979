/**
 * Seals exchange credentials: JWE compact (RFC 7516), ECDH-ES on X25519 with
 * A256GCM. Runs on the edge, with public keys only.
 *
 * @module
 */
import { CompactEncrypt, importJWK } from "jose";
import {
  type Credentials,
  type SealedFor,
  VAULT_ALGORITHM,
  VAULT_ENCRYPTION,
  VaultError,
  type VaultPublicKeys,
} from "./keys.ts";

/** What to seal, for which row. */
export interface SealOptions extends SealedFor {
  readonly credentials: Credentials;
  /** The first key seals. */
  readonly publicKeys: VaultPublicKeys;
}

/**
 * Returns the credentials as JWE text that opens only beside the row it was
 * sealed for: user, exchange key and venue stand in the authenticated header.
 *
 * @throws {VaultError} `keys_invalid` if the public key cannot be used.
 */
export async function sealCredentials(options: SealOptions): Promise<string> {
  const key = options.publicKeys.keys[0];
  if (key === undefined) {
    throw new VaultError("keys_invalid", "Cannot seal: no public vault key");
  }
  const { apiKey, apiSecret, passphrase } = options.credentials;
  const text = JSON.stringify({ apiKey, apiSecret, passphrase });
  try {
    return await new CompactEncrypt(new TextEncoder().encode(text))
      .setProtectedHeader({
        alg: VAULT_ALGORITHM,
        enc: VAULT_ENCRYPTION,
        kid: key.kid,
        user: options.userId,
        key: options.exchangeKeyId,
        venue: options.venue,
      })
      .encrypt(await importJWK({ ...key }, VAULT_ALGORITHM));
  } catch {
    throw new VaultError(
      "keys_invalid",
      `Cannot seal: the public vault key "${key.kid}" is unusable`,
    );
  }
}
