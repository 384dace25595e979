import type { Sql } from "./database.ts";

/**
 * Asks the bots of suspended users whose time of grace is over to stop. The
 * database decides who; every engine may call it.
 *
 * @returns How many bots were asked.
 */
export async function stopOverdueBots(sql: Sql): Promise<number> {
  const [row] = await sql`select private.stop_overdue_bots() as stopped`;
  return Number(row?.stopped);
}
