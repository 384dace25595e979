import type { PinnedSession } from "./renew_lease.ts";

/** A heartbeat older than this is a dead engine, by the database's clock. */
export const HEARTBEAT_STALE_SECONDS = 10;

/** An engine whose sessions were ended. */
export interface EndedEngine {
  readonly id: string;
  readonly name: string;
  readonly sessionsEnded: number;
}

/**
 * Ends the engines whose heartbeat is stale: their rows become `stopped` (a
 * renewal that comes late after all finds that out), and their sessions are
 * terminated, which frees their locks. A dead machine or a cut cable would
 * otherwise keep them for hours. Same role, so no privilege is needed; the
 * sessions are found by application name, which carries the engine's id and
 * cannot be somebody else's, as a recycled process id could.
 *
 * Heartbeats that are fresh end the first step at once by
 * `engines_heartbeat_at_idx`; two engines that try together are serialised by
 * the row.
 */
export async function endStaleEngines(
  session: PinnedSession,
): Promise<EndedEngine[]> {
  const rows = await session.sql`
    with stale as (
      update public.engines
      set status = 'stopped',
        bots_count = 0
      where status <> 'stopped'
        and id <> ${session.engineId}
        and heartbeat_at < now() - make_interval(secs => ${HEARTBEAT_STALE_SECONDS})
      returning id, name
    )
    select stale.id, stale.name, (
      select count(*) filter (where pg_terminate_backend(a.pid))
      from pg_stat_activity a
      where a.usename = current_user
        and a.application_name = 'trellis-engine:' || stale.id::text
    )::int as sessions_ended
    from stale`;
  return rows.map((row) => ({
    id: String(row.id),
    name: String(row.name),
    sessionsEnded: Number(row.sessions_ended),
  }));
}
