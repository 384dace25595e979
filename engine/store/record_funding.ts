import { type Claim, heldBots, toJsonParameter } from "./claim.ts";
import type { Sql } from "./database.ts";

/** A funding settlement of any bot. */
export interface FundingRow {
  readonly botId: string;
  readonly billId: string;
  /** Decimal text; received > 0. */
  readonly amount: string;
  readonly atMs: number;
}

/**
 * Records funding payments of many bots, each once, by the unique key
 * (exchange_key_id, venue_bill_id). The currency is the symbol's settlement
 * coin: `BNB/USDT:USDT` pays in USDT.
 *
 * @returns The bots that are still ours; nothing was written for the others.
 */
export async function recordFunding(
  sql: Sql,
  claims: readonly Claim[],
  payments: readonly FundingRow[],
): Promise<Set<string>> {
  const held = await sql`
    with ${heldBots(sql, claims)}, written as (
      insert into public.funding_payments (
        exchange_key_id, bot_id, user_id, symbol, venue_bill_id, amount,
        currency, paid_at
      )
      select held.exchange_key_id, held.id, held.user_id, held.symbol,
        r."billId", r.amount, split_part(held.symbol, ':', 2),
        to_timestamp(r."atMs" / 1000.0)
      from held
      join json_to_recordset(${toJsonParameter(payments)}::text::json) as r (
        "botId" uuid, "billId" text, amount numeric, "atMs" numeric
      ) on r."botId" = held.id
      on conflict (exchange_key_id, venue_bill_id) do nothing
    )
    select id from held`;
  return new Set(held.map((row) => String(row.id)));
}
