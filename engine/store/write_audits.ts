import { type Claim, heldBots, toJsonParameter } from "./claim.ts";
import type { Sql } from "./database.ts";
import type { BotAudit } from "./port.ts";

/** What a bot's last full look at the exchange found. */
export interface AuditRow extends BotAudit {
  readonly botId: string;
}

/**
 * Replaces the audits of many bots in one statement.
 *
 * @returns The bots that are still ours; nothing was written for the others.
 */
export async function writeAudits(
  sql: Sql,
  claims: readonly Claim[],
  audits: readonly AuditRow[],
): Promise<Set<string>> {
  const held = await sql`
    with ${heldBots(sql, claims)}, written as (
      insert into public.bot_audits (
        bot_id, claim_epoch, synced_at, our_long_size, our_short_size,
        exchange_long_size, exchange_short_size, expected_orders, found_orders
      )
      select held.id, held.claim_epoch, to_timestamp(r."syncedAtMs" / 1000.0),
        r."ourLongSize", r."ourShortSize", r."exchangeLongSize",
        r."exchangeShortSize", r."expectedOrders", r."foundOrders"
      from held
      join json_to_recordset(${toJsonParameter(audits)}::text::json) as r (
        "botId" uuid, "syncedAtMs" numeric, "ourLongSize" numeric,
        "ourShortSize" numeric, "exchangeLongSize" numeric,
        "exchangeShortSize" numeric, "expectedOrders" int, "foundOrders" int
      ) on r."botId" = held.id
      on conflict (bot_id) do update
      set claim_epoch = excluded.claim_epoch,
        synced_at = excluded.synced_at,
        our_long_size = excluded.our_long_size,
        our_short_size = excluded.our_short_size,
        exchange_long_size = excluded.exchange_long_size,
        exchange_short_size = excluded.exchange_short_size,
        expected_orders = excluded.expected_orders,
        found_orders = excluded.found_orders
    )
    select id from held`;
  return new Set(held.map((row) => String(row.id)));
}
