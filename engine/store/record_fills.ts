import type { OrderSide, PositionSide, Purpose } from "@core/mod.ts";
import { type Claim, heldBots, toJsonParameter } from "./claim.ts";
import type { Sql } from "./database.ts";
import {
  type PairUpdate,
  settleBatch,
  settleLeftOvers,
} from "./settle_pairs.ts";

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
 * Closing fills are paired with the openings they gave back: see
 * `settle_pairs.ts`. What waits of a fill never grows.
 *
 * @returns The bots that are still ours; nothing was written for the others.
 */
export async function recordFills(
  sql: Sql,
  claims: readonly Claim[],
  fills: readonly FillRow[],
): Promise<Set<string>> {
  const { rows, updates } = await settleBatch(sql, fills);
  const held = await sql`
    with ${heldBots(sql, claims)}, written as (
      insert into public.fills as f (
        bot_id, exchange_key_id, user_id, client_order_id, venue_order_id,
        venue_trade_id, symbol, position_side, order_side, purpose, price,
        size, fee, fee_currency, realized_pnl, liquidity, filled_at,
        unpaired_size, pair_profit, pair_entry_price, pair_trade_ids
      )
      select distinct on (held.exchange_key_id, r."venueTradeId")
        case when r.ours then held.id else o.bot_id end,
        held.exchange_key_id, held.user_id,
        coalesce(r."clientOrderId", o.client_order_id), r."venueOrderId",
        r."venueTradeId", r.symbol, r."positionSide", r."orderSide",
        coalesce(r.purpose, o.purpose), r.price, r.size,
        case when r."feeCurrency" is not null then r.fee end,
        r."feeCurrency", r."realizedPnl", r.liquidity,
        to_timestamp(r."filledAtMs" / 1000.0), r."unpairedSize",
        r."pairProfit", r."pairEntryPrice", r."pairTradeIds"
      from held
      join json_to_recordset(${toJsonParameter(rows)}::text::json) as r (
        "botId" uuid, ours boolean, purpose text, symbol text,
        "venueTradeId" text, "venueOrderId" text, "clientOrderId" text,
        "positionSide" text, "orderSide" text, price numeric, size numeric,
        fee numeric, "feeCurrency" text, "realizedPnl" numeric,
        liquidity text, "filledAtMs" numeric, "unpairedSize" numeric,
        "pairProfit" numeric, "pairEntryPrice" numeric, "pairTradeIds" text[]
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
        client_order_id = coalesce(f.client_order_id, excluded.client_order_id),
        unpaired_size = least(f.unpaired_size, excluded.unpaired_size),
        pair_profit = coalesce(excluded.pair_profit, f.pair_profit),
        pair_entry_price = coalesce(excluded.pair_entry_price, f.pair_entry_price),
        pair_trade_ids = coalesce(excluded.pair_trade_ids, f.pair_trade_ids)
      where (f.fee is null and excluded.fee is not null)
        or (f.realized_pnl is null and excluded.realized_pnl is not null)
        or (f.bot_id is null and excluded.bot_id is not null)
        or least(f.unpaired_size, excluded.unpaired_size)
          is distinct from f.unpaired_size
    ), paired as (
      ${updatePairs(sql, updates)}
    )
    select id from held`;
  return new Set(held.map((row) => String(row.id)));
}

/**
 * Pairs the fills of bots that nobody has looked at: those of before there were
 * pairs, and those that another bot's engine has recorded. Once a claim.
 *
 * @returns The bots that are still ours; nothing was written for the others.
 */
export async function pairLeftOvers(
  sql: Sql,
  claims: readonly Claim[],
  bots: readonly { readonly botId: string }[],
): Promise<Set<string>> {
  const updates = await settleLeftOvers(sql, bots.map(({ botId }) => botId));
  const held = await sql`
    with ${heldBots(sql, claims)}, paired as (
      ${updatePairs(sql, updates)}
    )
    select id from held`;
  return new Set(held.map((row) => String(row.id)));
}

/** Writes pairs of recorded fills; part of a statement with `held`. */
function updatePairs(sql: Sql, updates: readonly PairUpdate[]) {
  return sql`
    update public.fills f
    set unpaired_size = u."unpairedSize",
      pair_profit = coalesce(u."pairProfit", f.pair_profit),
      pair_entry_price = coalesce(u."pairEntryPrice", f.pair_entry_price),
      pair_trade_ids = coalesce(u."pairTradeIds", f.pair_trade_ids)
    from held
    join json_to_recordset(${toJsonParameter(updates)}::text::json) as u (
      "botId" uuid, "venueTradeId" text, "unpairedSize" numeric,
      "pairProfit" numeric, "pairEntryPrice" numeric, "pairTradeIds" text[]
    ) on u."botId" = held.id
    where f.exchange_key_id = held.exchange_key_id
      and f.venue_trade_id = u."venueTradeId"
      and f.bot_id = held.id`;
}
