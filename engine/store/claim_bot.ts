import type { Claim } from "./claim.ts";
import type { PinnedSession } from "./renew_lease.ts";

/**
 * Makes the bot ours: raises `claim_epoch` and names the engine. Called with
 * the account's and the bot's lock held. From the commit on, every write under
 * an older epoch changes nothing.
 *
 * The condition is asked once more: between looking and locking, the engine
 * that held the bot may have finished its intent.
 *
 * Waits for statements of the earlier engine that hold the row `for share`,
 * at most the session's lock timeout.
 *
 * @returns The claim, or null when the bot wants no engine any more or the
 * session is not the pinned one.
 */
export async function claimBot(
  session: PinnedSession,
  botId: string,
): Promise<Claim | null> {
  const [row] = await session.sql`
    update public.bots
    set claim_epoch = claim_epoch + 1,
      engine_id = ${session.engineId}
    where id = ${botId}
      and pg_backend_pid() = ${session.pid}
      and (
        acknowledged_version < desired_version
        or status in ('starting', 'running', 'stopping')
      )
    returning claim_epoch`;
  return row === undefined ? null : { botId, epoch: Number(row.claim_epoch) };
}
