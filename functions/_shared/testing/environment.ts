import { generateVaultKeys } from "@engine/vault/generate.ts";
import type { Environment } from "../env.ts";

const { publicKeys } = await generateVaultKeys();

/** Returns a configuration for tests that need no database. */
export function testEnvironment(
  change: Partial<Environment> = {},
): Environment {
  return {
    supabaseUrl: "http://127.0.0.1:9",
    publishableKey: "sb_publishable_test",
    secretKey: "sb_secret_test",
    vaultPublicKeys: publicKeys,
    paperUrl: null,
    allowedOrigins: [],
    alerts: {
      key: null,
      mail: null,
      telegram: null,
      allowsLocalTargets: false,
    },
    ...change,
  };
}
