import type { Sql } from "./database.ts";

/** Rows of a table deleted in one statement: far below the 8 s a statement may take. */
export const FORGET_ROWS_MAX = 5_000;

/**
 * Deletes history that need not be kept: the database decides which
 * (`private.forget_history()`), and lets one engine at a time. Fills stay.
 *
 * @returns Whether there is more to delete at once.
 */
export async function forgetHistory(
  sql: Sql,
  rowsMax = FORGET_ROWS_MAX,
): Promise<boolean> {
  const [row] = await sql`select private.forget_history(${rowsMax}) as more`;
  return row?.more === true;
}
