-- Why: a status is changed by admins through the API, by the platform itself and by hand in Studio. Whoever changes it, the
-- same must follow: impossible moves are refused, the clock of grace starts with the change and is not started again by a
-- turn through another status, bots stop or keep take-profits only, and the audit says who it was. So triggers do it, and
-- set_profile_status() only explains its refusals.
-- Locks: public.profiles briefly (columns, constraints, triggers). Old engines: let bots in grace open orders, as before.
alter table public.profiles
  add column status_at timestamptz not null default now(),
  add column last_grace_ends_at timestamptz,
  add constraint profiles_pending_key_has_no_uid check (status <> 'pending_key' or exchange_uid is null),
  add constraint profiles_review_has_uid check (status <> 'pending_review' or exchange_uid is not null);
comment on column public.profiles.status is 'pending_key: no real account connected yet; pending_review: UID known, not on the allowlist; active: may trade on real venues; suspended: bots keep take-profits only until grace_ends_at, then stop; rejected. Safe to edit here: bots follow, the audit tells.';
comment on column public.profiles.status_reason is 'Shown to the trader. Cleared when the status changes without a new reason.';
comment on column public.profiles.status_at is 'When the status last changed; stamped, cannot be written.';
comment on column public.profiles.grace_ends_at is 'While suspended: until when bots are kept running with take-profits alone. Null: no grace, they stop at once. At most 90 days ahead.';
comment on column public.profiles.last_grace_ends_at is 'When the grace of the last suspension ended or would have: suspended again within 30 days of it, a new grace ends no later. Stamped, cannot be written.';

create function private.may_move_profile(from_status text, to_status text)
returns boolean
language sql
immutable
set search_path = ''
as $$
  -- Who traded real money does not go back to waiting: he is suspended or rejected, which his bots follow.
  select from_status = to_status or from_status <> 'active' or to_status in ('suspended', 'rejected')
$$;
comment on function private.may_move_profile(text, text) is 'Tells whether a profile may go from one status to the other; whether it has the UID for it, constraints say.';
revoke execute on function private.may_move_profile(text, text) from public;

create function private.guard_profile_status()
returns trigger
language plpgsql
set search_path = ''
as $$
declare
  grace_max constant interval := interval '90 days';
  same_suspension constant interval := interval '30 days';
begin
  new.status_at := old.status_at;
  new.last_grace_ends_at := old.last_grace_ends_at;
  if not private.may_move_profile(old.status, new.status) then
    raise exception using errcode = 'restrict_violation',
      message = format('An %s profile cannot become %s: suspend or reject it', old.status, new.status);
  elsif old.status = 'active' and new.status = 'active' and new.exchange_uid is distinct from old.exchange_uid then
    raise exception using errcode = 'restrict_violation', message = 'An active profile keeps the UID it was approved with';
  elsif new.grace_ends_at is distinct from old.grace_ends_at and new.grace_ends_at > now() + grace_max then
    raise exception using errcode = 'restrict_violation', message = 'A time of grace lasts at most 90 days';
  end if;
  if new.status = old.status then
    return new;
  end if;
  new.status_at := now();
  if new.status_reason is not distinct from old.status_reason then
    new.status_reason := null;
  end if;
  if old.status = 'suspended' then
    new.last_grace_ends_at := coalesce(old.grace_ends_at, old.last_grace_ends_at);
    if new.grace_ends_at is not distinct from old.grace_ends_at then
      new.grace_ends_at := null;
    end if;
  end if;
  if new.status = 'suspended' and new.grace_ends_at is not null
    and old.last_grace_ends_at > now() - same_suspension then
    new.grace_ends_at := least(new.grace_ends_at, old.last_grace_ends_at);
  end if;
  return new;
end
$$;
comment on function private.guard_profile_status() is 'Row trigger: refuses impossible moves of a profile, stamps status_at, keeps the clock of grace through a turn of statuses.';
revoke execute on function private.guard_profile_status() from public;
create trigger profiles_guard_status
  before update of status, status_reason, status_at, exchange_uid, grace_ends_at, last_grace_ends_at on public.profiles
  for each row execute function private.guard_profile_status();

alter table private.broadcasts
  drop constraint broadcasts_event_valid,
  add constraint broadcasts_event_valid check (event in ('bot', 'order', 'fill', 'event', 'metrics', 'profile'));

-- Who acts where no JWT says it: the database's role, so that a change by hand shows as one.
create function private.acting_role()
returns text
language sql
stable
set search_path = ''
as $$
  select case when (select auth.uid()) is null then session_user::text end
$$;
comment on function private.acting_role() is 'The login that acts where there is no user: postgres in Studio and SQL, authenticator for the functions'' key, engine. Null for users.';
revoke execute on function private.acting_role() from public;

create function private.stop_closed_bots(user_id uuid, code text, message text)
returns integer
language plpgsql
set search_path = ''
as $$
begin
  insert into public.bot_events (bot_id, user_id, level, code, message)
  select b.id, b.user_id, 'warning', stop_closed_bots.code, stop_closed_bots.message
  from public.bots as b
  where b.user_id = stop_closed_bots.user_id and b.desired_state = 'running';
  return private.stop_bots_of_user(stop_closed_bots.user_id, 'keep_take_profits');
end
$$;
comment on function private.stop_closed_bots(uuid, text, text) is 'Asks all running bots of a user to stop, keeping take-profits, and tells him why in each bot''s log.';
revoke execute on function private.stop_closed_bots(uuid, text, text) from public;

-- Definer: fired by whoever changed the row, who may neither stop bots nor write the audit himself.
create function private.follow_profile_status()
returns trigger
language plpgsql
security definer
set search_path = ''
set timezone = 'UTC'
as $$
declare
  stopped integer := 0;
begin
  if new.status in ('suspended', 'rejected') and coalesce(new.grace_ends_at <= now(), true) then
    stopped := private.stop_closed_bots(
      new.user_id,
      'account_' || new.status,
      format(
        'The account is %s%s: the bot cancels what would open positions, keeps its take-profits and stops',
        new.status, coalesce(' (' || new.status_reason || ')', '')
      )
    );
  elsif 'suspended' in (old.status, new.status) then
    -- The engine reads again whether the bot may open positions.
    perform pg_catalog.pg_notify('trellis_bots', b.id::text)
    from public.bots as b
    where b.user_id = new.user_id and b.desired_state = 'running';
  end if;
  perform private.audit(
    case when new.status = old.status and new.grace_ends_at is not distinct from old.grace_ends_at
        and new.status_reason is not distinct from old.status_reason
      then 'profile_uid_set' else 'profile_status_set' end,
    'profile:' || new.user_id,
    jsonb_build_object(
      'from', old.status, 'to', new.status, 'reason', new.status_reason, 'grace_ends_at', new.grace_ends_at,
      'exchange_uid', new.exchange_uid, 'bots_stopped', stopped
    )
    || jsonb_strip_nulls(jsonb_build_object(
      'by', private.acting_role(),
      'uid_before', case when new.exchange_uid is distinct from old.exchange_uid then old.exchange_uid end
    ))
  );
  perform private.collect_broadcast('profile', new.user_id, jsonb_build_array(to_jsonb(new)));
  return null;
end
$$;
comment on function private.follow_profile_status() is 'Row trigger: what follows from a changed status, whoever changed it: bots stop or turn to take-profits only, audit, broadcast.';
revoke execute on function private.follow_profile_status() from public;
create trigger profiles_follow_status after update on public.profiles
  for each row when (
    (old.status, old.status_reason, old.exchange_uid, old.grace_ends_at)
      is distinct from (new.status, new.status_reason, new.exchange_uid, new.grace_ends_at)
  )
  execute function private.follow_profile_status();

-- Definer: asks auth.users, which not every deleting role may read.
create function private.keep_profile()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- A deletion that follows from the user's own finds him gone already.
  if exists (select from auth.users as u where u.id = old.user_id) then
    raise exception using errcode = 'restrict_violation',
      message = 'A profile is deleted with its user: delete the user, or suspend the profile';
  end if;
  return old;
end
$$;
comment on function private.keep_profile() is 'Row trigger: a profile goes with its user and not alone.';
revoke execute on function private.keep_profile() from public;
create trigger profiles_keep before delete on public.profiles
  for each row execute function private.keep_profile();
