import { z } from "zod";
import type { Sql } from "./database.ts";

/** A market that some bot of the platform trades, whoever holds the bot. */
export interface TradedMarket {
  readonly venue: "bitget" | "bitget_demo" | "paper";
  readonly symbol: string;
}

const MARKETS_MAX = 2_000;
const marketRow = z.object({
  venue: z.enum(["bitget", "bitget_demo", "paper"]),
  symbol: z.string(),
});

/** Returns the markets of all bots that run or are to run, by `bots_symbol_runs_once_idx`. */
export async function findTradedMarkets(sql: Sql): Promise<TradedMarket[]> {
  const rows = await sql`
    select distinct k.venue, b.symbol
    from public.bots b
    join public.exchange_keys k on k.id = b.exchange_key_id
    where b.desired_state = 'running'
    order by k.venue, b.symbol
    limit ${MARKETS_MAX}`;
  return rows.map((row) => marketRow.parse(row));
}
