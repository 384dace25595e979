/**
 * Makes vault keys. As a program (`deno task vault:generate`) it prints the
 * two environment values, a new key put before those already there.
 *
 * @module
 */
import { exportJWK, generateKeyPair } from "jose";
import {
  parseVaultPrivateKeys,
  publicKeysOf,
  VAULT_ALGORITHM,
  VaultError,
  type VaultPrivateKey,
  type VaultPrivateKeys,
  type VaultPublicKeys,
} from "./keys.ts";

/** Both halves of a key set, in the same order. */
export interface VaultKeys {
  readonly publicKeys: VaultPublicKeys;
  readonly privateKeys: VaultPrivateKeys;
}

/**
 * Returns a fresh key, followed by the previous ones: they still open what was
 * sealed under them until `vault:rotate` has re-sealed it.
 */
export async function generateVaultKeys(
  previous: VaultPrivateKeys = { keys: [] },
): Promise<VaultKeys> {
  const pair = await generateKeyPair(VAULT_ALGORITHM, {
    crv: "X25519",
    extractable: true,
  });
  const { x, d } = await exportJWK(pair.privateKey);
  if (x === undefined || d === undefined) {
    throw new VaultError("keys_invalid", "Cannot generate a vault key");
  }
  const key: VaultPrivateKey = {
    kty: "OKP",
    crv: "X25519",
    x,
    d,
    kid: crypto.randomUUID(),
    alg: VAULT_ALGORITHM,
    use: "enc",
  };
  const privateKeys = { keys: [key, ...previous.keys] };
  return { publicKeys: publicKeysOf(privateKeys), privateKeys };
}

if (import.meta.main) {
  const held = Deno.env.get("TRELLIS_VAULT_PRIVATE_KEYS");
  const keys = await generateVaultKeys(
    held === undefined ? undefined : parseVaultPrivateKeys(held),
  );
  const lines = [
    `TRELLIS_VAULT_PUBLIC_KEYS='${JSON.stringify(keys.publicKeys)}'`,
    `TRELLIS_VAULT_PRIVATE_KEYS='${JSON.stringify(keys.privateKeys)}'`,
  ];
  await Deno.stdout.write(new TextEncoder().encode(lines.join("\n") + "\n"));
}
