import { type Claim, heldBots } from "./claim.ts";
import type { Sql } from "./database.ts";

/**
 * Sums realized PnL, grid profit, fees, funding and the number of fills of many
 * bots into `bot_metrics`, from the exchange's own decimals. It walks all fills of a
 * bot by `fills_bot_id_filled_at_idx`, so it is called for bots with something
 * new, at most once a second each. Summing anew rather than adding up heals
 * whatever was completed or attributed later.
 *
 * One unknown fee makes the sum of fees unknown (I9) until the exchange's
 * history tells it; so does a fee in another coin than the symbol settles in.
 * Grid profit is unknown while a fill has not been looked at for its pair.
 *
 * @returns The number of fills of each bot that is still ours; nothing was
 * written for the others.
 */
export async function writeTotals(
  sql: Sql,
  claims: readonly Claim[],
): Promise<Map<string, number>> {
  const held = await sql`
    with ${heldBots(sql, claims)}, written as (
      insert into public.bot_metrics (
        bot_id, realized_pnl, fees, fills_count, grid_profit, grid_pairs,
        funding
      )
      select held.id, f.realized_pnl, f.fees, f.fills_count,
        case when f.is_paired then f.grid_profit end,
        case when f.is_paired then f.grid_pairs end, p.funding
      from held
      cross join lateral (
        select count(*) as fills_count,
          case when count(*) = count(realized_pnl)
            then coalesce(sum(realized_pnl), 0) end as realized_pnl,
          case when count(*) = count(fee) filter (
              where fee = 0 or fee_currency = split_part(held.symbol, ':', 2)
            ) then coalesce(sum(fee), 0) end as fees,
          count(*) = count(unpaired_size) as is_paired,
          coalesce(trim_scale(sum(pair_profit)), 0) as grid_profit,
          count(pair_profit) as grid_pairs
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
        grid_profit = excluded.grid_profit,
        grid_pairs = excluded.grid_pairs,
        funding = excluded.funding
      returning bot_id, fills_count
    )
    select held.id, written.fills_count
    from held join written on written.bot_id = held.id`;
  return new Map(
    held.map((row) => [String(row.id), Number(row.fills_count)]),
  );
}
