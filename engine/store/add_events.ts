import { type Claim, heldBots, toJsonParameter } from "./claim.ts";
import type { Sql } from "./database.ts";
import type { BotEvent } from "./port.ts";

/** A log line of any bot. */
export interface EventRow extends BotEvent {
  readonly botId: string;
}

/**
 * Appends log lines of many bots. Not idempotent: a line may appear twice
 * when the connection broke after the commit and before its answer.
 *
 * @returns The bots that are still ours; nothing was written for the others.
 */
export async function addEvents(
  sql: Sql,
  claims: readonly Claim[],
  events: readonly EventRow[],
): Promise<Set<string>> {
  const held = await sql`
    with ${heldBots(sql, claims)}, written as (
      insert into public.bot_events (bot_id, user_id, level, code, message, data)
      select held.id, held.user_id, r.level, r.code, r.message,
        coalesce(r.data, '{}')
      from held
      join json_to_recordset(${toJsonParameter(events)}::text::json) as r (
        "botId" uuid, level text, code text, message text, data jsonb
      ) on r."botId" = held.id
    )
    select id from held`;
  return new Set(held.map((row) => String(row.id)));
}
