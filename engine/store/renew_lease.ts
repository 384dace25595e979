import type { Sql } from "./database.ts";

/** The pinned session: who we are and which server process must answer. */
export interface PinnedSession {
  readonly sql: Sql;
  readonly engineId: string;
  readonly pid: number;
}

/**
 * Renews the engine's lease.
 *
 * @returns False when the lease is not ours any more: another engine ended it
 * (status `stopped`), or the client library has reconnected behind our back
 * and another server process answered.
 */
export async function renewLease(
  session: PinnedSession,
  botsCount: number,
): Promise<boolean> {
  const renewed = await session.sql`
    update public.engines
    set heartbeat_at = now(),
      bots_count = ${botsCount}
    where id = ${session.engineId}
      and status <> 'stopped'
      and backend_pid = ${session.pid}
      and pg_backend_pid() = ${session.pid}
    returning id`;
  return renewed.length === 1;
}
