/**
 * Re-seals every stored exchange key under the newest vault key:
 * `deno task vault:rotate`, with `TRELLIS_DATABASE_URL` (role `engine`) and
 * `TRELLIS_VAULT_PRIVATE_KEYS` (the new key first, the old ones after it).
 *
 * May run beside engines and functions, be cut off and be run again: a row is
 * replaced only if it is still the one that was read, and a row already under
 * the newest key is left alone. Ends with exit code 1 while a row remains that
 * could not be opened; then the old key must not be thrown away.
 *
 * @module
 */
import type { Log } from "@core/model/log.ts";
import postgres from "postgres";
import { z } from "zod";
import {
  parseVaultPrivateKeys,
  publicKeysOf,
  VaultError,
  type VaultPrivateKeys,
} from "./keys.ts";
import { openCredentials } from "./open.ts";
import { sealCredentials } from "./seal.ts";

type Sql = ReturnType<typeof postgres>;

const BATCH_SIZE = 100;
const FIRST_ID = "00000000-0000-0000-0000-000000000000";

const secretRow = z.object({
  "exchange_key_id": z.string(),
  "user_id": z.string(),
  venue: z.enum(["bitget", "bitget_demo", "paper"]),
  sealed: z.string(),
});
type SecretRow = z.infer<typeof secretRow>;

/** What became of the rows that were not under the newest key. */
export interface RotationReport {
  readonly resealed: number;
  /** Replaced or removed by somebody else meanwhile: run again. */
  readonly overtaken: number;
  /** Could not be opened; each is in the log with its id. */
  readonly failed: number;
}

/** What a rotation works with. */
export interface RotationOptions {
  /** As role `engine`. */
  readonly sql: Sql;
  readonly privateKeys: VaultPrivateKeys;
  readonly log: Log;
}

/** Re-seals what is not sealed under the first of the keys. */
export async function rotateVault(
  options: RotationOptions,
): Promise<RotationReport> {
  const report = { resealed: 0, overtaken: 0, failed: 0 };
  let after = FIRST_ID;
  for (;;) {
    const rows = await readStale(options, after);
    for (const row of rows) report[await reseal(options, row)] += 1;
    const last = rows.at(-1);
    if (last === undefined) return report;
    after = last.exchange_key_id;
  }
}

/** In order of the primary key, so that a row that fails is met once. */
async function readStale(
  { sql, privateKeys }: RotationOptions,
  after: string,
): Promise<SecretRow[]> {
  const rows = await sql`
    select s.exchange_key_id, k.user_id, k.venue, s.sealed
    from private.exchange_key_secrets as s
    join public.exchange_keys as k on k.id = s.exchange_key_id
    where s.kid <> ${newestKid(privateKeys)}
      and s.exchange_key_id > ${after}
    order by s.exchange_key_id
    limit ${BATCH_SIZE}`;
  return z.array(secretRow).parse([...rows]);
}

async function reseal(
  { sql, privateKeys, log }: RotationOptions,
  row: SecretRow,
): Promise<keyof RotationReport> {
  const owner = {
    userId: row.user_id,
    exchangeKeyId: row.exchange_key_id,
    venue: row.venue,
  };
  let sealed: string;
  try {
    sealed = await sealCredentials({
      ...owner,
      credentials: await openCredentials({
        ...owner,
        sealed: row.sealed,
        privateKeys,
      }),
      publicKeys: publicKeysOf(privateKeys),
    });
  } catch (error) {
    if (!(error instanceof VaultError)) throw error;
    log.error("vault_reseal_failed", {
      exchangeKeyId: row.exchange_key_id,
      error: error.code,
    });
    return "failed";
  }
  const updated = await sql`
    update private.exchange_key_secrets
    set sealed = ${sealed},
        kid = ${newestKid(privateKeys)}
    where exchange_key_id = ${row.exchange_key_id}
      and sealed = ${row.sealed}`;
  return updated.count === 1 ? "resealed" : "overtaken";
}

function newestKid(keys: VaultPrivateKeys): string {
  const [newest] = keys.keys;
  if (newest === undefined) {
    throw new VaultError("keys_invalid", "Cannot rotate: no private vault key");
  }
  return newest.kid;
}

/** Rotates by the process's environment; returns the exit code. */
async function main(): Promise<number> {
  const url = Deno.env.get("TRELLIS_DATABASE_URL");
  const keys = Deno.env.get("TRELLIS_VAULT_PRIVATE_KEYS");
  const log = jsonLog();
  if (url === undefined || keys === undefined) {
    log.error("environment_invalid", {
      needed: ["TRELLIS_DATABASE_URL", "TRELLIS_VAULT_PRIVATE_KEYS"],
    });
    return 1;
  }
  const privateKeys = parseVaultPrivateKeys(keys);
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    const report = await rotateVault({ sql, privateKeys, log });
    log.info("vault_rotated", { ...report });
    return report.failed + report.overtaken === 0 ? 0 : 1;
  } finally {
    await sql.end({ timeout: 5 });
  }
}

function jsonLog(): Log {
  const write =
    (level: string) => (code: string, fields: object = {}): void => {
      const line = JSON.stringify({ level, code, ...fields });
      Deno.stderr.writeSync(new TextEncoder().encode(`${line}\n`));
    };
  const log: Log = {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    with: () => log,
  };
  return log;
}

if (import.meta.main) Deno.exit(await main());
