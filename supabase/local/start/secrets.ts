/**
 * The keys and passwords of one local installation: made at its first start,
 * kept in the data directory for its owner alone, reused ever after.
 *
 * @module
 */
import { generateVaultKeys } from "@engine/vault/generate.ts";
import {
  parseVaultPrivateKeys,
  type VaultPrivateKeys,
} from "@engine/vault/keys.ts";
import { z } from "zod";
import { StartFailure } from "./failure.ts";

const person = z.object({ email: z.string(), password: z.string() });
const shape = z.object({
  jwtSecret: z.string().min(32),
  publishableKey: z.string(),
  secretKey: z.string(),
  /** By role. */
  passwords: z.object({
    admin: z.string(),
    postgres: z.string(),
    liteApi: z.string(),
    engine: z.string(),
  }),
  vault: z.unknown().transform((keys): VaultPrivateKeys =>
    parseVaultPrivateKeys(JSON.stringify(keys))
  ),
  /** What webhooks' keys are derived from; older installations get one. */
  alertsKey: z.string().min(43).default(() => random(32)),
  demo: person,
  admin: person,
});

/** Everything secret about a local installation. */
export type Secrets = z.infer<typeof shape>;

/**
 * Reads the secrets, or makes them.
 *
 * @param file Absolute path.
 * @throws {StartFailure} If there is a file that cannot be read.
 */
export async function readSecrets(file: string): Promise<Secrets> {
  let text: string;
  try {
    text = await Deno.readTextFile(file);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw unreadable(file, error);
    const secrets = await generateSecrets();
    await writeWhole(file, JSON.stringify(secrets, null, 2) + "\n");
    return secrets;
  }
  const { secrets, isComplete } = parseSecrets(file, text);
  if (!isComplete) {
    await writeWhole(file, JSON.stringify(secrets, null, 2) + "\n");
  }
  return secrets;
}

function parseSecrets(
  file: string,
  text: string,
): { readonly secrets: Secrets; readonly isComplete: boolean } {
  try {
    const known: unknown = JSON.parse(text);
    const secrets = shape.parse(known);
    const whole = z.object({ alertsKey: z.string() }).safeParse(known);
    return { secrets, isComplete: whole.success };
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** Never with the file's own words: they are secrets. */
function unreadable(file: string, cause: unknown): StartFailure {
  return new StartFailure(
    `Cannot read ${file}: put back the one this data directory was made with, or remove the whole directory to start anew`,
    { cause },
  );
}

async function generateSecrets(): Promise<Secrets> {
  return {
    jwtSecret: random(40),
    publishableKey: `sb_publishable_${random(24)}`,
    secretKey: `sb_secret_${random(24)}`,
    passwords: {
      admin: random(18),
      postgres: random(18),
      liteApi: random(18),
      engine: random(18),
    },
    vault: (await generateVaultKeys()).privateKeys,
    alertsKey: random(32),
    demo: { email: "demo@trellis.local", password: random(12) },
    admin: { email: "admin@trellis.local", password: random(12) },
  };
}

/** Random bytes as URL-safe base64: fit for URLs, JSON and SQL unquoted. */
function random(bytes: number): string {
  return crypto.getRandomValues(new Uint8Array(bytes))
    .toBase64({ alphabet: "base64url", omitPadding: true });
}

/** A start killed while writing leaves no half a file. */
async function writeWhole(file: string, text: string): Promise<void> {
  const unfinished = `${file}.new`;
  await Deno.writeTextFile(unfinished, text, { mode: 0o600 });
  await Deno.chmod(unfinished, 0o600);
  await Deno.rename(unfinished, file);
}
