import type { Claim } from "./claim.ts";
import { LOCK_SPACES } from "./lock_key.ts";
import type { PinnedSession } from "./renew_lease.ts";

/**
 * Gives the bot back: clears `engine_id` and frees its lock. The epoch stays,
 * the next claim raises it. Others are told by {@linkcode notifyBot}, once
 * the account's lock is free as well.
 */
export async function releaseBot(
  session: PinnedSession,
  claim: Claim,
  lockKey: number,
): Promise<void> {
  await session.sql`
    update public.bots
    set engine_id = null
    where id = ${claim.botId}
      and claim_epoch = ${claim.epoch}`;
  await session.sql`
    select case when pg_backend_pid() = ${session.pid}
      then pg_advisory_unlock(${LOCK_SPACES.bot}::int, ${lockKey}::int)
    end`;
}
