import type { PinnedSession } from "./renew_lease.ts";

/**
 * Returns the bots this engine holds whose intent or configuration is not
 * carried out yet, and those whose owner is suspended or was not long ago: asked
 * on every poll, in case a NOTIFY was lost. By `bots_engine_id_idx`.
 */
export async function findChangedBots(
  session: PinnedSession,
): Promise<string[]> {
  const rows = await session.sql`
    select id
    from public.bots
    where engine_id = ${session.engineId}
      and (
        acknowledged_version < desired_version
        or running_config_version is distinct from config_version
        or exists (
          select from public.profiles p
          where p.user_id = bots.user_id
            and (
              p.status = 'suspended'
              or (
                p.last_grace_ends_at is not null
                and p.status_at > now() - interval '5 minutes'
              )
            )
        )
      )`;
  return rows.map((row) => String(row.id));
}
