import type { OrderSide, PositionSide, Purpose } from "@core/mod.ts";
import { type Claim, toJsonParameter } from "./claim.ts";
import type { Sql } from "./database.ts";

/** A fill of any bot; decimals are the exchange's own text. */
export interface FillRow {
  readonly botId: string;
  /** False: seen on our account and symbol, and not this bot's order. */
  readonly ours: boolean;
  readonly purpose: Purpose | null;
  readonly symbol: string;
  readonly venueTradeId: string;
  readonly venueOrderId: string;
  readonly clientOrderId: string | null;
  readonly positionSide: PositionSide;
  readonly orderSide: OrderSide;
  readonly price: string;
  readonly size: string;
  readonly fee: string | null;
  readonly feeCurrency: string | null;
  readonly realizedPnl: string | null;
  readonly liquidity: "maker" | "taker";
  readonly filledAtMs: number;
}

/**
 * Records fills of many bots in one statement, each exactly once (I4): the
 * unique key (exchange_key_id, venue_trade_id) skips what is known.
 *
 * A known fill is completed, never changed: a fee or PnL that was unknown
 * when the socket told it (I9), and its owner where a neighbour saw it first.
 * A fill that is not the reporting bot's own belongs to the bot whose order it
 * was (a stopped bot's take-profit that still rests), else to none.
 *
 * @returns The bots that are still ours; nothing was written for the others.
 */
export async function recordFills(
  sql: Sql,
  claims: readonly Claim[],
  fills: readonly FillRow[],
): Promise<Set<string>> {
  const held = await sql`
    with held as materialized (
      select b.id, b.user_id, b.exchange_key_id
      from public.bots b
      join json_to_recordset(${toJsonParameter(claims)}::text::json)
        as c ("botId" uuid, epoch bigint)
        on c."botId" = b.id and c.epoch = b.claim_epoch
      order by b.id
      for share of b
    ), written as (
      insert into public.fills as f (
        bot_id, exchange_key_id, user_id, client_order_id, venue_order_id,
        venue_trade_id, symbol, position_side, order_side, purpose, price,
        size, fee, fee_currency, realized_pnl, liquidity, filled_at
      )
      select distinct on (held.exchange_key_id, r."venueTradeId")
        case when r.ours then held.id else o.bot_id end,
        held.exchange_key_id, held.user_id,
        coalesce(r."clientOrderId", o.client_order_id), r."venueOrderId",
        r."venueTradeId", r.symbol, r."positionSide", r."orderSide",
        coalesce(r.purpose, o.purpose), r.price, r.size,
        case when r."feeCurrency" is not null then r.fee end,
        r."feeCurrency", r."realizedPnl", r.liquidity,
        to_timestamp(r."filledAtMs" / 1000.0)
      from held
      join json_to_recordset(${toJsonParameter(fills)}::text::json) as r (
        "botId" uuid, ours boolean, purpose text, symbol text,
        "venueTradeId" text, "venueOrderId" text, "clientOrderId" text,
        "positionSide" text, "orderSide" text, price numeric, size numeric,
        fee numeric, "feeCurrency" text, "realizedPnl" numeric,
        liquidity text, "filledAtMs" numeric
      ) on r."botId" = held.id
      left join public.orders o
        on o.client_order_id = r."clientOrderId"
        and o.exchange_key_id = held.exchange_key_id
      order by held.exchange_key_id, r."venueTradeId", r.ours desc
      on conflict (exchange_key_id, venue_trade_id) do update
      set fee = coalesce(f.fee, excluded.fee),
        fee_currency = coalesce(f.fee_currency, excluded.fee_currency),
        realized_pnl = coalesce(f.realized_pnl, excluded.realized_pnl),
        bot_id = coalesce(f.bot_id, excluded.bot_id),
        purpose = coalesce(f.purpose, excluded.purpose),
        client_order_id = coalesce(f.client_order_id, excluded.client_order_id)
      where (f.fee is null and excluded.fee is not null)
        or (f.realized_pnl is null and excluded.realized_pnl is not null)
        or (f.bot_id is null and excluded.bot_id is not null)
    )
    select id from held`;
  return new Set(held.map((row) => String(row.id)));
}
