import type { PinnedSession } from "./renew_lease.ts";

/** First half of two-part advisory locks: what the second half counts. */
export const LOCK_SPACES = { exchangeKey: 1, bot: 2 } as const;

/** Which lock: a space and a row's `lock_key`. */
export interface LockName {
  readonly space: (typeof LOCK_SPACES)[keyof typeof LOCK_SPACES];
  readonly lockKey: number;
}

/**
 * Takes an advisory lock for the session, without waiting. Re-entrant in
 * Postgres: call it only for locks not held, or one unlock is not enough.
 *
 * @returns True when held now; null when the session is not the pinned one.
 */
export async function tryLock(
  session: PinnedSession,
  lock: LockName,
): Promise<boolean | null> {
  const [row] = await session.sql`
    select case when pg_backend_pid() = ${session.pid}
      then pg_try_advisory_lock(${lock.space}::int, ${lock.lockKey}::int)
    end as locked`;
  return typeof row?.locked === "boolean" ? row.locked : null;
}

/** Releases an advisory lock of the session. */
export async function unlock(
  session: PinnedSession,
  lock: LockName,
): Promise<void> {
  await session.sql`
    select case when pg_backend_pid() = ${session.pid}
      then pg_advisory_unlock(${lock.space}::int, ${lock.lockKey}::int)
    end`;
}
