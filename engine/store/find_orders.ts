import type { Sql } from "./database.ts";

/**
 * Finds a bot's orders by the exchange's own ids, however long they are over.
 *
 * @returns Client order ids by venue order id; what is not this bot's, or has
 * never been told its venue order id, is left out.
 */
export async function findOrders(
  sql: Sql,
  botId: string,
  venueOrderIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (venueOrderIds.length === 0) return new Map();
  const rows = await sql`
    select venue_order_id, client_order_id from public.orders
    where bot_id = ${botId}
      and venue_order_id in ${sql([...venueOrderIds])}`;
  return new Map(
    rows.map((
      row,
    ) => [String(row.venue_order_id), String(row.client_order_id)]),
  );
}
