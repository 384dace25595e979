import type { Sql } from "./database.ts";

/**
 * Sends each user seen lately one merged `metrics` message. The database
 * decides who and how often; every engine may call it.
 */
export async function broadcastMetrics(sql: Sql): Promise<void> {
  await sql`select private.broadcast_metrics()`;
}
