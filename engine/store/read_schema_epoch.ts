import type { Sql } from "./database.ts";
import { StoreError } from "./errors.ts";

/** The oldest schema this code works on; raised with a breaking migration. */
export const SCHEMA_EPOCH_MIN = 2;

/**
 * Returns the schema's epoch.
 *
 * @throws {StoreError} `schema_too_old` if it is below
 * {@linkcode SCHEMA_EPOCH_MIN}, or the database has no schema of ours.
 */
export async function readSchemaEpoch(sql: Sql): Promise<number> {
  const [row] =
    await sql`select max(schema_epoch) as epoch from private.schema_info`;
  const epoch = typeof row?.epoch === "number" ? row.epoch : 0;
  if (epoch >= SCHEMA_EPOCH_MIN) return epoch;
  throw new StoreError(
    `Cannot start on this database: schema epoch is ${epoch}, wanted at least ${SCHEMA_EPOCH_MIN}; apply supabase/migrations`,
    { code: "schema_too_old" },
  );
}
