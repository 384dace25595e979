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
 * @throws {FencedError} If the bot is another engine's.
 */
export async function setStatus(
  sql: Sql,
  claim: Claim,
  change: { readonly status: BotStatus; readonly detail?: StatusDetail },
): Promise<void> {
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
    returning b.id`;
  if (written.length !== 1) throw new FencedError(claim.botId, claim.epoch);
}
