import { type Claim, toJsonParameter } from "./claim.ts";
import type { Sql } from "./database.ts";

/**
 * Sums realized PnL, fees, funding and the number of fills of many bots into
 * `bot_metrics`, from the exchange's own decimals. It walks all fills of a
 * bot by `fills_bot_id_filled_at_idx`, so it is called for bots with something
 * new, at most once a second each. Summing anew rather than adding up heals
 * whatever was completed or attributed later.
 *
 * One unknown fee makes the sum of fees unknown (I9) until the exchange's
 * history tells it; so does a fee in another coin than the symbol settles in.
 *
 * @returns The bots that are still ours; nothing was written for the others.
 */
export async function writeTotals(
  sql: Sql,
  claims: readonly Claim[],
): Promise<Set<string>> {
  const held = await sql`
    with held as materialized (
      select b.id, split_part(b.symbol, ':', 2) as currency
      from public.bots b
      join json_to_recordset(${toJsonParameter(claims)}::text::json)
        as c ("botId" uuid, epoch bigint)
        on c."botId" = b.id and c.epoch = b.claim_epoch
      order by b.id
      for share of b
    ), written as (
      insert into public.bot_metrics (
        bot_id, realized_pnl, fees, fills_count, funding
      )
      select held.id, f.realized_pnl, f.fees, f.fills_count, p.funding
      from held
      cross join lateral (
        select count(*) as fills_count,
          case when count(*) = count(realized_pnl)
            then coalesce(sum(realized_pnl), 0) end as realized_pnl,
          case when count(*) = count(fee) filter (
              where fee = 0 or fee_currency = held.currency
            ) then coalesce(sum(fee), 0) end as fees
        from public.fills where bot_id = held.id
      ) f
      cross join lateral (
        select coalesce(sum(amount), 0) as funding
        from public.funding_payments where bot_id = held.id
      ) p
      on conflict (bot_id) do update
      set realized_pnl = excluded.realized_pnl,
        fees = excluded.fees,
        fills_count = excluded.fills_count,
        funding = excluded.funding
    )
    select id from held`;
  return new Set(held.map((row) => String(row.id)));
}
