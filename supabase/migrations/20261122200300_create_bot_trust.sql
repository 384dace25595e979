-- Why: the trust panel's row: who trades the bot, when he was last heard of, and what the last look at the exchange found.
-- A view with the reader's own rights: his bots by their policies. Of engines, which are every tenant's, he learns name,
-- version, status and heartbeat of the one that holds his bot, through a function. Locks: none.

-- Definer: owners may not read public.engines.
create function private.engine_of_bot(bot_id uuid)
returns table (name text, version text, status text, heartbeat_at timestamptz)
language sql
stable
security definer
set search_path = ''
as $$
  select e.name, e.version, e.status, e.heartbeat_at
  from public.bots as b
  join public.engines as e on e.id = b.engine_id
  where b.id = engine_of_bot.bot_id
    and (b.user_id = (select auth.uid()) or (select private.is_admin()))
$$;
comment on function private.engine_of_bot(uuid) is 'The engine that holds a bot of the caller (admins: any bot), as far as its trader may know it; no row when none does.';
revoke execute on function private.engine_of_bot(uuid) from public;
grant execute on function private.engine_of_bot(uuid) to authenticated;

create view public.bot_trust with (security_invoker = true) as
select
  b.id as bot_id,
  a.synced_at as last_sync_at,
  a.our_long_size,
  a.our_short_size,
  a.exchange_long_size,
  a.exchange_short_size,
  a.expected_orders,
  a.found_orders,
  b.claim_epoch,
  e.name as engine_name,
  e.version as engine_version,
  e.status as engine_status,
  e.heartbeat_at as engine_heartbeat_at,
  now() as read_at
from public.bots as b
left join public.bot_audits as a on a.bot_id = b.id
left join lateral private.engine_of_bot(b.id) as e on true;
comment on view public.bot_trust is 'One row a bot: who trades it, when he was last heard of, what the last look at the exchange found. Ages are against read_at, by the database''s clock.';
revoke all on public.bot_trust from anon, authenticated, service_role;
grant select on public.bot_trust to authenticated;
