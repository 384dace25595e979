import { type Claim, heldBots, toJsonParameter } from "./claim.ts";
import type { Sql } from "./database.ts";
import type { OrderUpdate } from "./port.ts";

/** Changes of many bots; at most one row per client order id. */
export interface OrderUpdateRow extends OrderUpdate {
  readonly botId: string;
}

/**
 * Applies order changes of many bots in one statement, by
 * `orders.client_order_id` (unique).
 *
 * I5 is held here, whatever order the changes arrive in: filled size never
 * falls; a finished order stays finished (a canceled one may still turn out
 * to be filled); an order known to rest is not made `submitted` or
 * `unresolved` by an answer that was overtaken. Of why an order ended the first
 * word stays; one that filled has none.
 *
 * The bots are locked `for share` in the order of their ids: see
 * {@linkcode recordIntents} for the fence, and two engines cannot deadlock.
 *
 * @returns The bots that are still ours; nothing was written for the others.
 */
export async function updateOrders(
  sql: Sql,
  claims: readonly Claim[],
  updates: readonly OrderUpdateRow[],
): Promise<Set<string>> {
  const held = await sql`
    with ${heldBots(sql, claims)}, changes as (
      select o.client_order_id,
        r."venueOrderId",
        r."averagePrice",
        r."rejectCode",
        r."rejectMessage",
        r."endReason",
        greatest(o.filled_size, least(coalesce(r."filledSize", 0), o.size))
          as filled_size,
        case
          when o.status in ('filled', 'rejected') then o.status
          when o.status = 'canceled' then case
            when r.status = 'filled' then 'filled' else 'canceled' end
          when r.status in ('filled', 'canceled', 'rejected') then r.status
          when r.status in ('pending', 'submitted', 'unresolved')
            and o.status in ('open', 'partially_filled') then o.status
          when r.status = 'pending' then o.status
          when r.status = 'open'
            and greatest(o.filled_size, r."filledSize") > 0
            then 'partially_filled'
          else r.status
        end as status
      from held
      join json_to_recordset(${toJsonParameter(updates)}::text::json) as r (
        "botId" uuid, "clientOrderId" text, "venueOrderId" text, status text,
        "filledSize" numeric, "averagePrice" numeric, "rejectCode" text,
        "rejectMessage" text, "endReason" text
      ) on r."botId" = held.id
      join public.orders o
        on o.client_order_id = r."clientOrderId" and o.bot_id = held.id
    ), written as (
      update public.orders o
      set venue_order_id = coalesce(c."venueOrderId", o.venue_order_id),
        filled_size = c.filled_size,
        average_price = coalesce(c."averagePrice", o.average_price),
        reject_code = coalesce(c."rejectCode", o.reject_code),
        reject_message = coalesce(c."rejectMessage", o.reject_message),
        status = c.status,
        end_reason = case
          when c.status in ('canceled', 'rejected')
            then coalesce(o.end_reason, c."endReason")
        end,
        submitted_at = case
          when c.status <> 'pending' then coalesce(o.submitted_at, now())
          else o.submitted_at
        end,
        finished_at = case
          when c.status in ('filled', 'canceled', 'rejected')
            then coalesce(o.finished_at, now())
        end
      from changes c
      where o.client_order_id = c.client_order_id
    )
    select id from held`;
  return new Set(held.map((row) => String(row.id)));
}
