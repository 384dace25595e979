import type { Claim } from "./claim.ts";
import type { Sql } from "./database.ts";
import { type BotStatus, type BotStore, FencedError } from "./port.ts";

/** The detail of {@linkcode BotStore.setStatus}. */
export type StatusDetail = NonNullable<Parameters<BotStore["setStatus"]>[1]>;

/**
 * Writes what the engine reports of a bot. A hand-over passes through
 * `starting` again, so `started_at` moves only when the bot was at rest
 * before, or when the status answers a new intent.
 *
 * A stop is written only while the intent it answers is the newest: the row's
 * lock decides between it and the trader's next intent.
 *
 * @returns False, nothing written: a newer intent has overtaken the stop.
 * @throws {FencedError} If the bot is another engine's.
 */
export async function setStatus(
  sql: Sql,
  claim: Claim,
  change: { readonly status: BotStatus; readonly detail?: StatusDetail },
): Promise<boolean> {
  const { status, detail = {} } = change;
  const acknowledged = detail.acknowledgedVersion ?? null;
  const written = await sql`
    update public.bots as b
    set status = ${status},
      status_code = ${detail.code ?? null},
      status_reason = ${detail.reason ?? null},
      status_at = now(),
      acknowledged_version = greatest(
        b.acknowledged_version, ${acknowledged}::int
      ),
      running_config_version = coalesce(
        ${detail.runningConfigVersion ?? null}::int, b.running_config_version
      ),
      started_at = case
        when ${status}::text in ('starting', 'running') and (
          b.status in ('idle', 'stopped', 'faulted')
          or ${acknowledged}::int > b.acknowledged_version
        ) then now()
        else b.started_at
      end,
      stopped_at = case
        when ${status}::text in ('stopped', 'faulted') then now()
        else b.stopped_at
      end
    where b.id = ${claim.botId}
      and b.claim_epoch = ${claim.epoch}
      and (
        ${status}::text <> 'stopped'
        or coalesce(${acknowledged}::int, b.desired_version) >= b.desired_version
      )
    returning b.id`;
  if (written.length === 1) return true;
  const own = await sql`
    select from public.bots
    where id = ${claim.botId} and claim_epoch = ${claim.epoch}`;
  if (own.length === 1) return false;
  throw new FencedError(claim.botId, claim.epoch);
}
