import { type Claim, heldBots, toJsonParameter } from "./claim.ts";
import type { Sql } from "./database.ts";
import type { BotMetrics } from "./port.ts";

/** A bot's figures of the moment. */
export interface MetricsRow extends BotMetrics {
  readonly botId: string;
}

/**
 * Replaces the figures of many bots in one statement; what is summed from
 * their fills is `write_totals.ts`. What the engine computed in binary is
 * rounded to the exchange's eight digits.
 *
 * @returns The bots that are still ours; nothing was written for the others.
 */
export async function writeMetrics(
  sql: Sql,
  claims: readonly Claim[],
  metrics: readonly MetricsRow[],
): Promise<Set<string>> {
  const held = await sql`
    with ${heldBots(sql, claims)}, written as (
      insert into public.bot_metrics (
        bot_id, mark_price, long_size, long_entry_price, short_size,
        short_entry_price, unrealized_pnl, equity, margin_ratio, open_orders,
        last_sync_at, long_liquidation_price, short_liquidation_price,
        long_break_even_price, short_break_even_price
      )
      select held.id, r."markPrice", r."longSize", r."longEntryPrice",
        r."shortSize", r."shortEntryPrice", trim_scale(round(r."unrealizedPnl", 8)),
        trim_scale(round(r.equity, 8)),
        r."marginRatio", r."openOrders",
        to_timestamp(r."lastSyncAtMs" / 1000.0), r."longLiquidationPrice",
        r."shortLiquidationPrice", r."longBreakEvenPrice",
        r."shortBreakEvenPrice"
      from held
      join json_to_recordset(${toJsonParameter(metrics)}::text::json) as r (
        "botId" uuid, "markPrice" numeric, "longSize" numeric,
        "longEntryPrice" numeric, "shortSize" numeric,
        "shortEntryPrice" numeric, "unrealizedPnl" numeric, equity numeric,
        "marginRatio" numeric, "openOrders" int, "lastSyncAtMs" numeric,
        "longLiquidationPrice" numeric, "shortLiquidationPrice" numeric,
        "longBreakEvenPrice" numeric, "shortBreakEvenPrice" numeric
      ) on r."botId" = held.id
      on conflict (bot_id) do update
      set mark_price = excluded.mark_price,
        long_size = excluded.long_size,
        long_entry_price = excluded.long_entry_price,
        short_size = excluded.short_size,
        short_entry_price = excluded.short_entry_price,
        unrealized_pnl = excluded.unrealized_pnl,
        equity = excluded.equity,
        margin_ratio = excluded.margin_ratio,
        open_orders = excluded.open_orders,
        last_sync_at = excluded.last_sync_at,
        long_liquidation_price = excluded.long_liquidation_price,
        short_liquidation_price = excluded.short_liquidation_price,
        long_break_even_price = excluded.long_break_even_price,
        short_break_even_price = excluded.short_break_even_price
    )
    select id from held`;
  return new Set(held.map((row) => String(row.id)));
}
