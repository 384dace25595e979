/**
 * Opens sealed exchange credentials. Runs in the engine only; the result
 * lives in memory and is never logged or stored.
 *
 * @module
 */
import { compactDecrypt, importJWK } from "jose";
import { z } from "zod";
import { readHeader } from "./header.ts";
import {
  type Credentials,
  type SealedFor,
  VAULT_ALGORITHM,
  VAULT_ENCRYPTION,
  VaultError,
  type VaultPrivateKeys,
} from "./keys.ts";

/** What to open, and the row it was found beside. */
export interface OpenOptions extends SealedFor {
  /** JWE compact text. */
  readonly sealed: string;
  readonly privateKeys: VaultPrivateKeys;
}

const credentialsSchema = z.strictObject({
  apiKey: z.string().min(1),
  apiSecret: z.string().min(1),
  passphrase: z.string().min(1),
});

/**
 * Returns the credentials, provided the text was sealed for this very row.
 *
 * @throws {VaultError} `malformed`, `kid_unknown`, `row_mismatch` or
 * `not_authentic`; none of them quotes what it was given.
 */
export async function openCredentials(
  options: OpenOptions,
): Promise<Credentials> {
  const header = readHeader(options.sealed);
  if (header.alg !== VAULT_ALGORITHM || header.enc !== VAULT_ENCRYPTION) {
    throw new VaultError("malformed", "Cannot open: not a sealed text of ours");
  }
  const key = options.privateKeys.keys.find(({ kid }) => kid === header.kid);
  if (key === undefined) {
    throw new VaultError(
      "kid_unknown",
      `Cannot open exchange key ${options.exchangeKeyId}: its vault key is not among ours`,
    );
  }
  const belongs = header.user === options.userId &&
    header.key === options.exchangeKeyId && header.venue === options.venue;
  if (!belongs) {
    throw new VaultError(
      "row_mismatch",
      `Cannot open exchange key ${options.exchangeKeyId}: the sealed text belongs to another row`,
    );
  }
  const text = await decrypt(options.sealed, { ...key });
  const parsed = text === null ? null : parseCredentials(text);
  if (parsed === null) {
    throw new VaultError(
      "not_authentic",
      `Cannot open exchange key ${options.exchangeKeyId}: the sealed text is damaged or forged`,
    );
  }
  return parsed;
}

async function decrypt(
  sealed: string,
  key: Record<string, string>,
): Promise<string | null> {
  try {
    const { plaintext } = await compactDecrypt(
      sealed,
      await importJWK(key, VAULT_ALGORITHM),
      {
        keyManagementAlgorithms: [VAULT_ALGORITHM],
        contentEncryptionAlgorithms: [VAULT_ENCRYPTION],
      },
    );
    return new TextDecoder("utf-8", { fatal: true }).decode(plaintext);
  } catch {
    return null;
  }
}

function parseCredentials(text: string): Credentials | null {
  try {
    const parsed = credentialsSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
