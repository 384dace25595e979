import { type ExchangeKeyRow, venueSchema } from "./load_exchange_key.ts";
import type { PinnedSession } from "./renew_lease.ts";

/** A bot that wants an engine. */
export interface ClaimableBot {
  readonly botId: string;
  readonly exchangeKeyId: string;
  readonly botLockKey: number;
  readonly keyLockKey: number;
  /** Where the account trades. */
  readonly venue: ExchangeKeyRow["venue"];
}

/**
 * Returns the bots that want an engine and whose locks, the bot's and the
 * account's, no other session holds: the ones this session holds are left out
 * as well. It only looks, so a candidate may be gone when we try its lock.
 *
 * Uses the partial index `bots_claimable_idx`; `pg_locks` is read once. A
 * stopped or faulted bot has answered its newest intent and is not in it.
 *
 * @param options.exchangeKeyIds Accounts this session holds; their bots come
 * first, since no other engine can take them.
 */
export async function findClaimableBots(
  session: PinnedSession,
  options: {
    readonly limit: number;
    readonly exchangeKeyIds: readonly string[];
  },
): Promise<ClaimableBot[]> {
  const rows = await session.sql`
    with taken as materialized (
      select classid::int as space, objid::bigint as lock_key, pid
      from pg_locks
      where locktype = 'advisory'
        and objsubid = 2
        and granted
        and classid in (1, 2)
        and database = (
          select oid from pg_database where datname = current_database()
        )
    ), ours as (
      select k."id" from json_to_recordset(${
    JSON.stringify(options.exchangeKeyIds.map((id) => ({ id })))
  }::text::json) as k ("id" uuid)
    )
    select b.id, b.exchange_key_id, b.lock_key, k.lock_key as key_lock_key,
      k.venue
    from public.bots b
    join public.exchange_keys k on k.id = b.exchange_key_id
    where (
        b.acknowledged_version < b.desired_version
        or b.status in ('starting', 'running', 'stopping')
      )
      and not exists (
        select from taken t where t.space = 2 and t.lock_key = b.lock_key
      )
      and not exists (
        select from taken t
        where t.space = 1 and t.lock_key = k.lock_key
          and t.pid <> ${session.pid}
      )
    order by (b.exchange_key_id in (select id from ours)) desc,
      b.exchange_key_id, b.id
    limit ${options.limit}`;
  return rows.map((row) => ({
    botId: String(row.id),
    exchangeKeyId: String(row.exchange_key_id),
    botLockKey: Number(row.lock_key),
    keyLockKey: Number(row.key_lock_key),
    venue: venueSchema.parse(row.venue),
  }));
}
