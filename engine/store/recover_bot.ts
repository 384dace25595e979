import type { Claim } from "./claim.ts";
import type { Sql } from "./database.ts";
import { loadBot } from "./load_bot.ts";
import type { RecoveredBot } from "./port.ts";
import { parseOrderRow } from "./rows.ts";

/**
 * Returns everything a runner needs to go on where the last one stopped.
 *
 * Not one snapshot: under our claim nobody else writes these rows, and an
 * earlier engine's late write is fenced.
 *
 * @throws {FencedError} If the bot is gone or another engine's.
 */
export async function recoverBot(
  sql: Sql,
  claim: Claim,
): Promise<RecoveredBot> {
  const bot = await loadBot(sql, claim);
  const [states, orders, fills, funding] = await Promise.all([
    sql`select state from public.bot_states where bot_id = ${bot.id}`,
    selectOrders(sql, bot.id),
    sql`
      select max(filled_at) as newest from public.fills
      where exchange_key_id = ${bot.exchangeKeyId} and symbol = ${bot.symbol}`,
    sql`
      select max(paid_at) as newest from public.funding_payments
      where exchange_key_id = ${bot.exchangeKeyId} and symbol = ${bot.symbol}`,
  ]);
  return {
    bot,
    state: states[0]?.state ?? null,
    orders: orders.map(parseOrderRow),
    lastFillAtMs: toEpochMs(fills[0]?.newest),
    lastFundingAtMs: toEpochMs(funding[0]?.newest),
  };
}

/**
 * Unfinished orders, and of each slot the newest one: from it the runner
 * knows the cycle and revision to continue with, so that a client order id
 * never returns.
 */
function selectOrders(sql: Sql, botId: string) {
  return sql`
    select client_order_id, venue_order_id, symbol, position_side, order_side,
      purpose, level, cycle, revision, price, size, filled_size, post_only,
      status, reject_code, reason, created_at
    from public.orders
    where bot_id = ${botId}
      and status not in ('filled', 'canceled', 'rejected')
    union
    (select distinct on (position_side, purpose, level)
      client_order_id, venue_order_id, symbol, position_side, order_side,
      purpose, level, cycle, revision, price, size, filled_size, post_only,
      status, reject_code, reason, created_at
    from public.orders
    where bot_id = ${botId}
    order by position_side, purpose, level, cycle desc, revision desc)`;
}

function toEpochMs(value: unknown): number | null {
  return value instanceof Date ? value.getTime() : null;
}
