import type { Sql } from "./database.ts";

/** Seconds of silence before the server probes the engine's socket. */
const KEEPALIVE_IDLE_SECONDS = 5;
const KEEPALIVE_INTERVAL_SECONDS = 2;
const KEEPALIVE_COUNT = 3;
/** A claim must not hang behind a dead engine's row lock. */
const LOCK_TIMEOUT_MS = 2_000;

/**
 * Prepares the lock session and returns its server process. Its statements are
 * not canceled after 8 s like others: a lock taken by one whose answer is an
 * error would stay taken; the session that is silent for 10 s is given up
 * instead, with all its locks. TCP keepalives
 * let the server notice a vanished engine after about 11 s instead of two
 * hours; the lease (3 s) does not rely on them.
 */
export async function pinSession(sql: Sql): Promise<number> {
  const [row] = await sql`
    select pg_backend_pid() as pid,
      set_config('tcp_keepalives_idle', ${`${KEEPALIVE_IDLE_SECONDS}`}, false),
      set_config(
        'tcp_keepalives_interval', ${`${KEEPALIVE_INTERVAL_SECONDS}`}, false
      ),
      set_config('tcp_keepalives_count', ${`${KEEPALIVE_COUNT}`}, false),
      set_config('statement_timeout', '0', false),
      set_config('lock_timeout', ${`${LOCK_TIMEOUT_MS}`}, false)`;
  return Number(row?.pid);
}
