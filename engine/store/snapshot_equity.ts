import { type Claim, toJsonParameter } from "./claim.ts";
import type { Sql } from "./database.ts";

/**
 * Keeps the figures of `bot_metrics` as this minute's point of the equity
 * curve. A bot whose equity is unknown gets no point rather than a zero (I9).
 */
export async function snapshotEquity(
  sql: Sql,
  claims: readonly Claim[],
): Promise<void> {
  await sql`
    insert into public.equity_snapshots (
      bot_id, at, equity, realized_pnl, unrealized_pnl, fees, funding
    )
    select m.bot_id, date_trunc('minute', now()), m.equity,
      m.realized_pnl, m.unrealized_pnl, m.fees, m.funding
    from public.bot_metrics m
    join public.bots b on b.id = m.bot_id
    join json_to_recordset(${toJsonParameter(claims)}::text::json)
      as c ("botId" uuid, epoch bigint)
      on c."botId" = b.id and c.epoch = b.claim_epoch
    where m.equity is not null
    on conflict (bot_id, at) do nothing`;
}
