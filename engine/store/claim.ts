import type { Sql } from "./database.ts";

/** One bot under one claim: what every write of an engine names. */
export interface Claim {
  readonly botId: string;
  /** `bots.claim_epoch` when we claimed it. */
  readonly epoch: number;
}

/** Sends rows as one parameter: one prepared statement whatever their number. */
export function toJsonParameter(rows: unknown): string {
  return JSON.stringify(rows ?? null);
}

/**
 * Returns the part of a statement that fences it: the rows of those bots that
 * are still ours, as `held`, in the order of ids. `for share` waits for a claim
 * under way and then finds its epoch; a plain comparison would read the
 * snapshot from before.
 */
export function heldBots(
  sql: Sql,
  claims: readonly Claim[],
): ReturnType<Sql> {
  return sql`held as materialized (
      select b.id, b.user_id, b.exchange_key_id, b.symbol, b.claim_epoch
      from public.bots b
      join json_to_recordset(${toJsonParameter(claims)}::text::json)
        as c ("botId" uuid, epoch bigint)
        on c."botId" = b.id and c.epoch = b.claim_epoch
      order by b.id
      for share of b
    )`;
}
