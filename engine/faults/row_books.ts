/** The rows of one exchange key, as the database holds them. @module */
import { z } from "zod";
import type { Sql } from "@engine/store/mod.ts";

const decimal = z.string();
const order = z.object({
  "bot_id": z.string(),
  "client_order_id": z.string(),
  "venue_order_id": z.string().nullable(),
  "price": decimal.nullable(),
  "size": decimal,
  "filled_size": decimal,
  "status": z.string(),
  "created_at": z.date(),
}).transform((row) => ({
  botId: row.bot_id,
  clientOrderId: row.client_order_id,
  venueOrderId: row.venue_order_id,
  price: row.price,
  size: row.size,
  filledSize: row.filled_size,
  status: row.status,
  createdAtMs: row.created_at.getTime(),
}));
const fill = z.object({
  "bot_id": z.string().nullable(),
  "client_order_id": z.string().nullable(),
  "venue_order_id": z.string(),
  "venue_trade_id": z.string(),
  "symbol": z.string(),
  "position_side": z.enum(["long", "short"]),
  "order_side": z.enum(["buy", "sell"]),
  "price": decimal,
  "size": decimal,
  "fee": decimal.nullable(),
  "fee_currency": z.string().nullable(),
  "realized_pnl": decimal.nullable(),
  "liquidity": z.string(),
  "filled_at": z.date(),
}).transform((row) => ({
  botId: row.bot_id,
  clientOrderId: row.client_order_id,
  venueOrderId: row.venue_order_id,
  venueTradeId: row.venue_trade_id,
  symbol: row.symbol,
  positionSide: row.position_side,
  orderSide: row.order_side,
  price: row.price,
  size: row.size,
  fee: row.fee,
  feeCurrency: row.fee_currency,
  realizedPnl: row.realized_pnl,
  liquidity: row.liquidity,
  filledAtMs: row.filled_at.getTime(),
}));
const totals = z.object({
  "bot_id": z.string(),
  "fills_count": z.coerce.number().nullable(),
  "realized_pnl": decimal.nullable(),
  "fees": decimal.nullable(),
}).transform((row) => ({
  botId: row.bot_id,
  fillsCount: row.fills_count,
  realizedPnl: row.realized_pnl,
  fees: row.fees,
}));

/** An order's row. */
export type OrderBookRow = z.infer<typeof order>;
/** A fill's row. */
export type FillBookRow = z.infer<typeof fill>;

/** See the head of this file. */
export interface RowBooks {
  readonly orders: readonly OrderBookRow[];
  readonly fills: readonly FillBookRow[];
  readonly totals: readonly z.infer<typeof totals>[];
  /** Decimal texts. */
  readonly funding: readonly string[];
}

/** Reads the rows of one exchange key. */
export async function readRowBooks(
  sql: Sql,
  exchangeKeyId: string,
): Promise<RowBooks> {
  const [orders, fills, metrics, funding] = await Promise.all([
    sql`select * from public.orders where exchange_key_id = ${exchangeKeyId}`,
    sql`select * from public.fills where exchange_key_id = ${exchangeKeyId}`,
    sql`
      select m.* from public.bot_metrics m
      join public.bots b on b.id = m.bot_id
      where b.exchange_key_id = ${exchangeKeyId}`,
    sql`
      select amount from public.funding_payments
      where exchange_key_id = ${exchangeKeyId}`,
  ]);
  return {
    orders: z.array(order).parse([...orders]),
    fills: z.array(fill).parse([...fills]),
    totals: z.array(totals).parse([...metrics]),
    funding: funding.map((row) => String(row.amount)),
  };
}
