/**
 * Pairing of recorded fills: what waits is read from the rows, the core says
 * what gave back what, and the answer goes into the database in the same
 * statement as the fills it follows from. No engine remembers anything.
 *
 * Between reading and writing nobody else writes these rows: one flush runs at
 * a time, and another engine's claim makes the write find nothing.
 *
 * @module
 */
import { z } from "zod";
import {
  isOpening,
  type PairChange,
  pairFills,
  pairRuleOf,
  parseClientOrderId,
  POSITION_SIDES,
  PURPOSES,
  type SettledFill,
} from "@core/mod.ts";
import { toJsonParameter } from "./claim.ts";
import type { Sql } from "./database.ts";
import type { FillRow } from "./record_fills.ts";

/** What pairing says of one row of `fills`. */
export interface PairColumns {
  readonly unpairedSize: string | null;
  readonly pairProfit: string | null;
  readonly pairEntryPrice: string | null;
  readonly pairTradeIds: readonly string[] | null;
}

/** A change to a recorded fill. */
export interface PairUpdate extends PairColumns {
  readonly botId: string;
  readonly venueTradeId: string;
}

/** A batch of fills with what pairing says of it. */
export interface SettledBatch {
  readonly rows: readonly (FillRow & PairColumns)[];
  /** Of fills recorded before. */
  readonly updates: readonly PairUpdate[];
}

const UNPAIRED: PairColumns = {
  unpairedSize: null,
  pairProfit: null,
  pairEntryPrice: null,
  pairTradeIds: null,
};

/** A closing that found no opening waits this long for one told late. */
const LATE_MINUTES = 15;

const loadedRow = z.object({
  id: z.string(),
  "position_side": z.enum(POSITION_SIDES),
  purpose: z.enum(PURPOSES).nullable(),
  "client_order_id": z.string().nullable(),
  price: z.string(),
  size: z.string(),
  "unpaired_size": z.string().nullable(),
  "pair_profit": z.string().nullable(),
  "pair_entry_price": z.string().nullable(),
  "pair_trade_ids": z.array(z.string()).nullable(),
  "filled_at_ms": z.number(),
});
const loadedBot = z.object({
  "bot_id": z.string(),
  strategy: z.enum(["as_grid", "range_grid"]),
  fills: z.array(loadedRow),
});

interface TimedFill extends SettledFill {
  readonly filledAtMs: number;
}

/**
 * Returns the batch with its pairs. Openings alone need no look at the
 * database: all of them waits.
 */
export async function settleBatch(
  sql: Sql,
  fills: readonly FillRow[],
): Promise<SettledBatch> {
  const closing = new Set(
    fills.filter((fill) => fill.ours && isClosing(fill))
      .map(({ botId }) => botId),
  );
  const openings = fills.map((fill) => ({
    ...fill,
    ...UNPAIRED,
    unpairedSize: isBotsOpening(fill) && !closing.has(fill.botId)
      ? fill.size
      : null,
  }));
  if (closing.size === 0) return { rows: openings, updates: [] };
  const inBatch = fills.filter(({ botId }) => closing.has(botId));
  const loaded = await load(sql, {
    botIds: [...closing],
    named: inBatch.map(({ botId, venueTradeId }) => ({ botId, venueTradeId })),
  });
  const changes = loaded.flatMap(({ botId, strategy, fills: known }) => {
    const ids = new Set(known.map(({ id }) => id));
    const fresh = inBatch.filter((fill) =>
      fill.botId === botId && fill.ours && !ids.has(fill.venueTradeId)
    ).flatMap(toTimedFill);
    return settle(strategy, [...known, ...dedupe(fresh)])
      .map((change) => toUpdate(botId, change));
  });
  const byId = new Map(changes.map((c) => [keyOf(c), c]));
  const rows = openings.map((row) => ({ ...row, ...byId.get(keyOf(row)) }));
  const inRows = new Set(rows.map(keyOf));
  return {
    rows,
    updates: changes.filter((change) => !inRows.has(keyOf(change))),
  };
}

/** Returns what pairing says of these bots' fills that nobody has looked at. */
export async function settleLeftOvers(
  sql: Sql,
  botIds: readonly string[],
): Promise<PairUpdate[]> {
  const loaded = await load(sql, { botIds, named: [] });
  return loaded.flatMap(({ botId, strategy, fills }) =>
    settle(strategy, fills).map((change) => toUpdate(botId, change))
  );
}

function settle(
  strategy: "as_grid" | "range_grid",
  fills: readonly TimedFill[],
): PairChange[] {
  const isSettled = ({ purpose, unpairedSize }: TimedFill) =>
    unpairedSize !== null && Number(unpairedSize) === 0 &&
    !isOpening(purpose);
  const inTime = fills.filter((fill) => !isSettled(fill))
    .toSorted((a, b) => a.filledAtMs - b.filledAtMs);
  return pairFills(pairRuleOf(strategy), inTime);
}

/** By `fills_unpaired_idx`, and `fills_venue_trade_id_unique` for the named. */
async function load(
  sql: Sql,
  { botIds, named }: {
    readonly botIds: readonly string[];
    readonly named: readonly Pick<FillRow, "botId" | "venueTradeId">[];
  },
) {
  const rows = await sql`
    with wanted as (
      select b.id, b.exchange_key_id, b.strategy
      from public.bots b
      join json_array_elements_text(${toJsonParameter(botIds)}::text::json)
        as i (id) on i.id::uuid = b.id
    ), waiting as (
      select w.id as of_bot, f.*
      from wanted w
      cross join lateral (
        select *
        from public.fills
        where bot_id = w.id and purpose is not null
          and (unpaired_size is null or unpaired_size > 0)
          and (unpaired_size is null or purpose in ('open', 'entry')
            or filled_at > now() - make_interval(mins => ${LATE_MINUTES}))
      ) f
      union
      select w.id, f.*
      from json_to_recordset(${toJsonParameter(named)}::text::json)
        as r ("botId" uuid, "venueTradeId" text)
      join wanted w on w.id = r."botId"
      join public.fills f on f.exchange_key_id = w.exchange_key_id
        and f.venue_trade_id = r."venueTradeId"
    )
    select w.id as bot_id, w.strategy, coalesce((
      select json_agg(json_build_object(
          'id', f.venue_trade_id, 'position_side', f.position_side,
          'purpose', f.purpose, 'client_order_id', f.client_order_id,
          'price', f.price::text, 'size', f.size::text,
          'unpaired_size', f.unpaired_size::text,
          'pair_profit', f.pair_profit::text,
          'pair_entry_price', f.pair_entry_price::text,
          'pair_trade_ids', f.pair_trade_ids,
          'filled_at_ms', extract(epoch from f.filled_at) * 1000
        ) order by f.filled_at, f.id)
      from waiting f
      where f.of_bot = w.id
    ), '[]') as fills
    from wanted w`;
  return rows.map((row) => {
    const bot = loadedBot.parse(row);
    return {
      botId: bot.bot_id,
      strategy: bot.strategy,
      fills: bot.fills.flatMap(toLoadedFill),
    };
  });
}

function toLoadedFill(row: z.infer<typeof loadedRow>): TimedFill[] {
  if (row.purpose === null) return [];
  return [{
    id: row.id,
    positionSide: row.position_side,
    purpose: row.purpose,
    level: parseClientOrderId(row.client_order_id ?? "")?.level ?? 0,
    price: row.price,
    size: row.size,
    unpairedSize: row.unpaired_size,
    pair: row.pair_trade_ids === null ? null : {
      profit: row.pair_profit,
      entryPrice: row.pair_entry_price,
      openingIds: row.pair_trade_ids,
    },
    filledAtMs: row.filled_at_ms,
  }];
}

function toTimedFill(fill: FillRow): TimedFill[] {
  if (fill.purpose === null) return [];
  return [{
    id: fill.venueTradeId,
    positionSide: fill.positionSide,
    purpose: fill.purpose,
    level: parseClientOrderId(fill.clientOrderId ?? "")?.level ?? 0,
    price: fill.price,
    size: fill.size,
    unpairedSize: null,
    pair: null,
    filledAtMs: fill.filledAtMs,
  }];
}

function toUpdate(
  botId: string,
  { id, unpairedSize, pair }: PairChange,
): PairUpdate {
  return {
    botId,
    venueTradeId: id,
    unpairedSize,
    pairProfit: pair?.profit ?? null,
    pairEntryPrice: pair?.entryPrice ?? null,
    pairTradeIds: pair?.openingIds ?? null,
  };
}

function dedupe(fills: readonly TimedFill[]): TimedFill[] {
  return [...new Map(fills.map((fill) => [fill.id, fill])).values()];
}

function keyOf(
  { botId, venueTradeId }: Pick<FillRow, "botId" | "venueTradeId">,
): string {
  return `${botId}:${venueTradeId}`;
}

function isClosing({ purpose }: FillRow): boolean {
  return purpose !== null && !isOpening(purpose);
}

function isBotsOpening({ ours, purpose }: FillRow): boolean {
  return ours && purpose !== null && isOpening(purpose);
}
