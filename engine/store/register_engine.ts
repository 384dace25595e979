import type { Sql } from "./database.ts";

/** What an engine says of itself. */
export interface EngineIdentity {
  /** Made at the process's start; also in the sessions' application name. */
  readonly id: string;
  readonly name: string;
  readonly host: string;
  /** Process id on that host. */
  readonly pid: number;
  readonly version: string;
  /** Bots it will claim at most. */
  readonly capacity: number;
}

/** Rows of engines that left stay this long, for admins to look at. */
const STOPPED_KEPT_DAYS = 7;

/**
 * Adds the engine's row, or revives it after its session was lost: the same
 * process, a new session, no locks. Clears away engines that left long ago.
 *
 * The lost session is ended first: lost to us, it may live on in the server (a
 * router or pooler forgot our side of it) and hold its locks, and no other
 * engine would end it, since our heartbeat is fresh again.
 */
export async function registerEngine(
  sql: Sql,
  engine: EngineIdentity,
): Promise<void> {
  await sql`
    select pg_terminate_backend(a.pid)
    from public.engines e
    join pg_stat_activity a on a.pid = e.backend_pid
    where e.id = ${engine.id}
      and a.pid <> pg_backend_pid()
      and a.usename = current_user
      and a.application_name = 'trellis-engine:' || e.id::text`;
  await sql`
    insert into public.engines (
      id, name, host, pid, backend_pid, version, capacity
    ) values (
      ${engine.id}, ${engine.name}, ${engine.host}, ${engine.pid},
      pg_backend_pid(), ${engine.version}, ${engine.capacity}
    )
    on conflict (id) do update
    set backend_pid = pg_backend_pid(),
      status = 'running',
      heartbeat_at = now()`;
  await sql`
    delete from public.engines
    where status = 'stopped'
      and heartbeat_at < now() - make_interval(days => ${STOPPED_KEPT_DAYS})`;
}
