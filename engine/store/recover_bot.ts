import type { Claim } from "./claim.ts";
import type { Row, Sql } from "./database.ts";
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
      select coalesce(max(paid_at), (
        select min(filled_at) from public.fills where bot_id = ${bot.id}
      )) as newest
      from public.funding_payments
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
 * Unfinished orders (`orders_unfinished_idx`), and of each slot the newest
 * one: from it the runner knows the cycle and revision to continue with, so
 * that a client order id never returns.
 *
 * The slots are found by hopping through `orders_slots_idx`, one probe a slot
 * (a bot has a handful, and 100,000s of orders): `distinct on` reads them all.
 */
function selectOrders(sql: Sql, botId: string): Promise<Row[]> {
  return sql`
    with recursive slots as (
      (select position_side, purpose, level
      from public.orders
      where bot_id = ${botId}
      order by position_side, purpose, level
      limit 1)
      union all
      select n.position_side, n.purpose, n.level
      from slots s
      cross join lateral (
        select o.position_side, o.purpose, o.level
        from public.orders o
        where o.bot_id = ${botId}
          and (o.position_side, o.purpose, o.level)
            > (s.position_side, s.purpose, s.level)
        order by o.position_side, o.purpose, o.level
        limit 1
      ) n
    ), wanted as (
      select o.id
      from slots s
      cross join lateral (
        select id
        from public.orders
        where bot_id = ${botId}
          and position_side = s.position_side
          and purpose = s.purpose
          and level = s.level
        order by cycle desc, revision desc
        limit 1
      ) o
      union
      select id
      from public.orders
      where bot_id = ${botId}
        and status in (
          'pending', 'submitted', 'open', 'partially_filled', 'unresolved'
        )
    )
    select client_order_id, venue_order_id, symbol, position_side, order_side,
      purpose, level, cycle, revision, price, size, filled_size, post_only,
      status, reject_code, reason, created_at
    from public.orders
    where id in (select id from wanted)
    order by id`;
}

function toEpochMs(value: unknown): number | null {
  return value instanceof Date ? value.getTime() : null;
}
