-- Why: the same jobs done by hand in Studio or SQL: readable, hard to break, never untraced. Views for the eye in a schema
-- the Data API does not serve; triggers for the hand, which fire only where no user and no engine acts, so that the usual
-- writes call nothing. Locks: public.bots, public.exchange_keys, private.admins briefly (triggers).

-- Definer: fired by whoever wrote the row, who may not write the audit himself.
create function private.audit_admins()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if tg_op <> 'INSERT' then
    perform private.audit('admin_removed', 'profile:' || old.user_id, jsonb_strip_nulls(jsonb_build_object('by', private.acting_role())));
  end if;
  if tg_op <> 'DELETE' then
    perform private.audit('admin_added', 'profile:' || new.user_id, jsonb_strip_nulls(jsonb_build_object('by', private.acting_role())));
  end if;
  return null;
end
$$;
comment on function private.audit_admins() is 'Row trigger: who becomes an admin and who is one no longer stands in the audit.';
revoke execute on function private.audit_admins() from public;
create trigger admins_audit after insert or update or delete on private.admins
  for each row execute function private.audit_admins();
comment on table private.admins is 'Users who may do an admin''s work. Edited in Studio or SQL only; takes effect at once; every change stands in the audit.';

create function private.raise_bot_versions()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  if (new.desired_state, new.stop_policy) is distinct from (old.desired_state, old.stop_policy)
    and new.desired_version = old.desired_version then
    new.desired_version := old.desired_version + 1;
  end if;
  if new.config is distinct from old.config and new.config_version = old.config_version then
    new.config_version := old.config_version + 1;
  end if;
  if new.config_version < old.config_version then
    raise exception using errcode = 'restrict_violation', message = 'A bot''s configuration version never falls';
  elsif (new.symbol, new.strategy) is distinct from (old.symbol, old.strategy) then
    raise exception using errcode = 'restrict_violation',
      message = 'A bot keeps its symbol and strategy: its orders and fills hang on them';
  end if;
  return new;
end
$$;
comment on function private.raise_bot_versions() is 'Row trigger: an intent written by hand gets the version the engines look at; what a bot is made of stays.';
revoke execute on function private.raise_bot_versions() from public;
create trigger bots_raise_versions
  before update of symbol, strategy, config, config_version, desired_state, desired_version, stop_policy
  on public.bots
  for each row execute function private.raise_bot_versions();

-- Definer: as above.
create function private.audit_bot_by_hand()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.audit('bot_edited', 'bot:' || new.id, jsonb_build_object(
    'by', private.acting_role(), 'desired_state', new.desired_state, 'stop_policy', new.stop_policy,
    'desired_version', new.desired_version, 'config_version', new.config_version
  ));
  return null;
end
$$;
comment on function private.audit_bot_by_hand() is 'Row trigger: an intent nobody wrote through the API stands in the audit all the same.';
revoke execute on function private.audit_bot_by_hand() from public;
create trigger bots_audit_by_hand
  after update of name, config, desired_state, desired_version, stop_policy on public.bots
  for each row when (
    auth.uid() is null and session_user not in ('engine')
    and (old.name, old.config, old.desired_state, old.desired_version, old.stop_policy)
      is distinct from (new.name, new.config, new.desired_state, new.desired_version, new.stop_policy)
    -- What another trigger does, that one tells of.
    and pg_trigger_depth() = 0
  )
  execute function private.audit_bot_by_hand();
comment on column public.bots.desired_state is 'Intent: running or stopped. Changed here by hand it works like the trader''s own start or stop: the version rises by itself and the engines follow.';
comment on column public.bots.stop_policy is 'Intent: what becomes of orders and positions at the stop. keep_take_profits, cancel_orders or close_positions.';
comment on column public.bots.status is 'Fact: what the engine reports. Not for editing: the next report replaces it.';

create function private.has_sealed_key(exchange_key_id uuid)
returns boolean
language sql
stable
set search_path = ''
as $$
  select exists (select from private.exchange_key_secrets as s where s.exchange_key_id = has_sealed_key.exchange_key_id)
$$;
comment on function private.has_sealed_key(uuid) is 'Tells whether a key''s sealed secret is there.';
revoke execute on function private.has_sealed_key(uuid) from public;

-- Deferred to the end of the statement's transaction: connecting an account anew writes the row first, then the secret.
create function private.check_reactivated_key()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if not private.has_sealed_key(new.id) and exists (
    select from public.exchange_keys as k where k.id = new.id and k.status <> 'revoked'
  ) then
    raise exception using errcode = 'restrict_violation',
      message = 'A revoked key does not come back: its secret is destroyed. Its owner connects the account again';
  end if;
  return null;
end
$$;
comment on function private.check_reactivated_key() is 'Deferred row trigger: a revoked key comes back only with a newly sealed secret.';
revoke execute on function private.check_reactivated_key() from public;
create constraint trigger exchange_keys_reactivated after update of status on public.exchange_keys
  deferrable initially deferred
  for each row when (old.status = 'revoked' and new.status <> 'revoked')
  execute function private.check_reactivated_key();

-- For the eye. Rights of whoever looks: in Studio that is postgres, everybody else is granted nothing here.
create schema studio;
comment on schema studio is 'Readable views for Studio and SQL. Not served by the Data API, granted to nobody.';
revoke all on schema studio from public;

create view studio.people with (security_invoker = true) as
select u.email, p.status, p.status_reason, p.status_at, p.grace_ends_at, p.exchange_uid,
  exists (select from public.uid_allowlist as a where a.uid = p.exchange_uid) as is_allowlisted,
  (select count(*) from public.exchange_keys as k where k.user_id = p.user_id and k.status = 'active') as active_keys,
  (select count(*) from public.bots as b where b.user_id = p.user_id and b.desired_state = 'running') as running_bots,
  p.created_at, p.user_id
from public.profiles as p
join auth.users as u on u.id = p.user_id;
comment on view studio.people is 'Everybody, with e-mail and what he has. Edit public.profiles: bots follow the status, the audit tells.';

create view studio.waiting with (security_invoker = true) as
select w.* from studio.people as w where w.status = 'pending_review';
comment on view studio.waiting is 'Who waits for an approval: put the UID on public.uid_allowlist and set public.profiles.status to active.';

create view studio.bots with (security_invoker = true) as
select u.email, b.name, b.symbol, b.strategy, k.venue, b.desired_state, b.status, b.status_code, b.status_reason,
  b.acknowledged_version < b.desired_version as is_waiting_for_engine, e.name as engine, m.equity, m.unrealized_pnl,
  m.open_orders, m.last_sync_at, b.id as bot_id, b.user_id
from public.bots as b
join auth.users as u on u.id = b.user_id
join public.exchange_keys as k on k.id = b.exchange_key_id
left join public.engines as e on e.id = b.engine_id
left join public.bot_metrics as m on m.bot_id = b.id;
comment on view studio.bots is 'Every bot with its owner, engine and figures. To stop one, set desired_state in public.bots.';

create view studio.engines with (security_invoker = true) as
select e.name, e.host, e.version, e.status, e.bots_count, e.capacity, e.heartbeat_at,
  e.status <> 'stopped' and e.heartbeat_at < now() - interval '10 seconds' as is_silent, e.started_at, e.id as engine_id
from public.engines as e;
comment on view studio.engines is 'Engine processes; a silent one has not renewed its lease for 10 s and loses its bots.';

create view studio.audit with (security_invoker = true) as
select a.at, coalesce(u.email, a.detail ->> 'by', a.actor_id::text) as who, a.action, a.target, a.detail, a.id
from public.audit_events as a
left join auth.users as u on u.id = a.actor_id
order by a.id desc;
comment on view studio.audit is 'Who did what to whom, newest first. Nothing in it can be changed.';
