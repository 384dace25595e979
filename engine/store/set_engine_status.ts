import type { PinnedSession } from "./renew_lease.ts";

/** Tells the others that this engine is leaving, or has left. */
export async function setEngineStatus(
  session: PinnedSession,
  status: "draining" | "stopped",
): Promise<void> {
  await session.sql`
    update public.engines
    set status = ${status},
      bots_count = case when ${status}::text = 'stopped' then 0 else bots_count end
    where id = ${session.engineId}
      and backend_pid = ${session.pid}`;
}
