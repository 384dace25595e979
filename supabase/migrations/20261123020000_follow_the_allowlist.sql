-- Why: a user's second account trades because its UID is on the allowlist, so without it a bot there stops: whoever took
-- the UID away, and as the preview said. And what happens at the same moment: a key that is connected, or a bot that is
-- started, while the allowlist changes is judged by the list as it then is. Who changes the list locks it first, who reads
-- it to decide something holds it first, too; only then profiles and bots: nobody waits in a circle.
-- Locks: public.uid_allowlist briefly (triggers). Old engines: not concerned.

-- Definer: fired by whoever took the row away, who may not stop bots himself.
create function private.stop_unlisted_bots()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  stopped uuid[];
begin
  select array_agg(b.id) into stopped
  from old_rows as o
  join public.exchange_keys as k on k.venue_kind = 'bitget' and k.exchange_uid = o.uid
  join public.profiles as p on p.user_id = k.user_id
  join public.bots as b on b.exchange_key_id = k.id
  where b.desired_state = 'running'
    -- The account he was approved with stays approved: suspending is an act of its own.
    and p.exchange_uid is distinct from o.uid
    and not exists (select from public.uid_allowlist as a where a.uid = o.uid);
  if stopped is null then
    return null;
  end if;
  insert into public.bot_events (bot_id, user_id, level, code, message)
  select b.id, b.user_id, 'warning', 'uid_removed',
    'The UID of this account is no longer verified: the bot cancels what would open positions, keeps its take-profits and stops'
  from public.bots as b
  where b.id = any (stopped);
  update public.bots as b
  set desired_state = 'stopped',
      desired_version = b.desired_version + 1,
      stop_policy = 'keep_take_profits'
  where b.id = any (stopped);
  insert into public.audit_events (actor_id, action, target, detail)
  select (select auth.uid()), 'bot_unlisted', 'bot:' || b.id,
    jsonb_strip_nulls(jsonb_build_object('exchange_uid', k.exchange_uid, 'by', private.acting_role()))
  from public.bots as b
  join public.exchange_keys as k on k.id = b.exchange_key_id
  where b.id = any (stopped);
  return null;
end
$$;
comment on function private.stop_unlisted_bots() is 'Statement trigger: stops bots, keeping take-profits, that run on another account of their owner than the one he was approved with, once its UID is off the allowlist.';
revoke execute on function private.stop_unlisted_bots() from public;
create trigger uid_allowlist_stop_delete after delete on public.uid_allowlist
  referencing old table as old_rows
  for each statement execute function private.stop_unlisted_bots();
create trigger uid_allowlist_stop_update after update on public.uid_allowlist
  referencing old table as old_rows
  for each statement execute function private.stop_unlisted_bots();
comment on table public.uid_allowlist is 'UIDs of the real exchange that are approved as soon as their key is connected. A row added here by hand does not approve who waits already: use the admin page for that. A row removed stops the bots on accounts that traded by it alone; whom it activated stays active.';

create or replace function private.plan_allowlist_change(change jsonb)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  plan jsonb;
begin
  with
    wanted as (
      select distinct on (w.uid) w.uid, w.note
      from (
        select
          case when jsonb_typeof(e.value) = 'object' then e.value ->> 'uid' else e.value #>> '{}' end as uid,
          nullif(case when jsonb_typeof(e.value) = 'object' then e.value ->> 'note' end, '') as note
        from jsonb_array_elements(coalesce(change -> 'add', '[]')) as e
      ) as w
      order by w.uid
    ),
    unwanted as (
      select distinct e.value #>> '{}' as uid
      from jsonb_array_elements(coalesce(change -> 'remove', '[]')) as e
      union
      select a.uid from public.uid_allowlist as a where (change ->> 'replace')::boolean
      except
      select w.uid from wanted as w
    ),
    removed as (
      select a.uid from public.uid_allowlist as a where a.uid in (select u.uid from unwanted as u)
    ),
    added as (
      select w.* from wanted as w where not exists (select from public.uid_allowlist as a where a.uid = w.uid)
    ),
    people as (
      select p.user_id, p.exchange_uid, p.status, u.email,
        (select count(*) from public.bots as b where b.user_id = p.user_id and b.desired_state = 'running') as bots
      from public.profiles as p
      join auth.users as u on u.id = p.user_id
      where p.exchange_uid in (select w.uid from wanted as w union all select r.uid from removed as r)
    ),
    activated as (
      select p.* from people as p where p.status = 'pending_review' and p.exchange_uid in (select w.uid from wanted as w)
    ),
    left_over as (
      select p.* from people as p where p.status = 'active' and p.exchange_uid in (select r.uid from removed as r)
    ),
    -- As private.stop_unlisted_bots() will find them.
    unlisted as (
      select p.user_id, k.exchange_uid, u.email, count(*) as bots
      from public.exchange_keys as k
      join public.profiles as p on p.user_id = k.user_id
      join auth.users as u on u.id = k.user_id
      join public.bots as b on b.exchange_key_id = k.id
      where k.venue_kind = 'bitget'
        and k.exchange_uid in (select r.uid from removed as r)
        and p.exchange_uid is distinct from k.exchange_uid
        and b.desired_state = 'running'
      group by p.user_id, k.exchange_uid, u.email
    )
  select jsonb_build_object(
    'adds', coalesce((select jsonb_agg(jsonb_build_object('uid', a.uid, 'note', a.note) order by a.uid) from added as a), '[]'),
    'removes', coalesce((select jsonb_agg(r.uid order by r.uid) from removed as r), '[]'),
    'known', (select count(*) from wanted) - (select count(*) from added),
    'unknown', (select count(*) from unwanted) - (select count(*) from removed),
    'activates', coalesce((
      select jsonb_agg(jsonb_build_object('user_id', p.user_id, 'uid', p.exchange_uid, 'email', p.email, 'bots', p.bots) order by p.exchange_uid)
      from activated as p
    ), '[]'),
    'leaves', coalesce((
      select jsonb_agg(jsonb_build_object('user_id', p.user_id, 'uid', p.exchange_uid, 'email', p.email, 'bots', p.bots) order by p.exchange_uid)
      from left_over as p
    ), '[]'),
    'stops', coalesce((
      select jsonb_agg(jsonb_build_object('user_id', s.user_id, 'uid', s.exchange_uid, 'email', s.email, 'bots', s.bots) order by s.exchange_uid)
      from unlisted as s
    ), '[]'),
    'stays_closed', (
      select count(*) from people as p
      where p.status in ('suspended', 'rejected') and p.exchange_uid in (select w.uid from wanted as w)
    )
  )
  into plan;
  return plan || jsonb_build_object(
    'digest',
    encode(sha256(convert_to(jsonb_build_array(
      plan -> 'adds', plan -> 'removes', plan -> 'activates', plan -> 'leaves', plan -> 'stops', change -> 'grace_hours'
    )::text, 'UTF8')), 'hex')
  );
end
$$;
comment on function private.plan_allowlist_change(jsonb) is 'What a change of the allowlist does: adds, removes, who becomes active, who loses his place, whose bots on a second account stop, and a digest of it all. Uses uid_allowlist_uid_unique and profiles_exchange_uid_unique.';

-- Definer: reads all profiles and their e-mails for an admin.
create or replace function public.preview_allowlist_change(change jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  shown constant jsonb := '{"last": 99}';
  plan jsonb;
begin
  perform private.require_admin();
  perform private.check_allowlist_change(change);
  plan := private.plan_allowlist_change(change);
  return jsonb_build_object(
    'added', jsonb_array_length(plan -> 'adds'),
    'removed', jsonb_array_length(plan -> 'removes'),
    'known', plan -> 'known',
    'unknown', plan -> 'unknown',
    'stays_closed', plan -> 'stays_closed',
    'activated', jsonb_array_length(plan -> 'activates'),
    'leaving', jsonb_array_length(plan -> 'leaves'),
    'stopping', jsonb_array_length(plan -> 'stops'),
    'activates', jsonb_path_query_array(plan, '$.activates[0 to $last]', shown),
    'leaves', jsonb_path_query_array(plan, '$.leaves[0 to $last]', shown),
    'stops', jsonb_path_query_array(plan, '$.stops[0 to $last]', shown),
    'digest', plan -> 'digest'
  );
end
$$;
comment on function public.remove_allowlisted_uid(text) is 'Admin: takes a UID off the allowlist. Who was activated by it stays so: suspending is an act of its own. Bots on a second account that traded by this UID stop, keeping take-profits.';

-- Definer: the one way into private.exchange_key_secrets, and it does not lead out. Only the keys function, as
-- service_role, may call it, after the exchange itself said whose key this is.
create or replace function public.store_exchange_key(
  exchange_key_id uuid,
  user_id uuid,
  label text,
  venue text,
  exchange_uid text,
  key_hint text,
  permissions text[],
  ip_restricted boolean,
  sealed text,
  kid text
)
returns public.exchange_keys
language plpgsql
security definer
set search_path = ''
as $$
declare
  keys_max constant integer := 20;
  key public.exchange_keys;
  is_allowlisted boolean;
begin
  if store_exchange_key.venue is distinct from 'paper' then
    -- Against changes of the allowlist until the end; before the profile, as they do it. Other keys do not wait.
    lock table public.uid_allowlist in row exclusive mode;
  end if;
  perform private.require_open_profile(store_exchange_key.user_id);
  if store_exchange_key.permissions && array['wwow', 'wtow', 'chow', 'p2p', 'withdraw', 'withdrawal', 'transfer'] then
    perform private.refuse('key_can_withdraw', 'This key may move funds away. Make one that may only trade');
  end if;
  if (
    select count(*) from public.exchange_keys as k
    where k.user_id = store_exchange_key.user_id
      and k.id <> store_exchange_key.exchange_key_id
      and k.status <> 'revoked'
  ) >= keys_max then
    perform private.refuse('validation_failed', format('An account connects at most %s keys: revoke one first', keys_max));
  end if;
  begin
    insert into public.exchange_keys as k (
      id, user_id, label, venue, exchange_uid, key_hint, permissions, ip_restricted, verified_at
    )
    values (
      store_exchange_key.exchange_key_id, store_exchange_key.user_id, store_exchange_key.label,
      store_exchange_key.venue, store_exchange_key.exchange_uid, store_exchange_key.key_hint,
      store_exchange_key.permissions, store_exchange_key.ip_restricted, now()
    )
    -- The same account again, sealed for the same row: a new key takes the place of the old, its bots stay.
    on conflict (id) do update
    set label = excluded.label,
        key_hint = excluded.key_hint,
        permissions = excluded.permissions,
        ip_restricted = excluded.ip_restricted,
        status = 'active',
        verified_at = excluded.verified_at
    where k.user_id = excluded.user_id
      and k.venue = excluded.venue
      and k.exchange_uid = excluded.exchange_uid
    returning k.* into key;
  exception
    when exclusion_violation then
      perform private.refuse('uid_taken', 'This exchange account is connected by another user');
    when unique_violation then
      perform private.refuse('uid_taken', 'You have connected this exchange account already');
  end;
  if key.id is null then
    perform private.refuse('forbidden', 'This key belongs to another account');
  end if;
  insert into private.exchange_key_secrets as s (exchange_key_id, sealed, kid)
  values (key.id, store_exchange_key.sealed, store_exchange_key.kid)
  on conflict on constraint exchange_key_secrets_pkey do update
  set sealed = excluded.sealed,
      kid = excluded.kid;
  if key.venue_kind = 'bitget' then
    is_allowlisted := exists (select from public.uid_allowlist as a where a.uid = key.exchange_uid);
    begin
      -- An active profile keeps the UID it was approved with; another account of the user is asked for at its start.
      update public.profiles as p
      set exchange_uid = key.exchange_uid,
          status = case when is_allowlisted then 'active' else 'pending_review' end
      where p.user_id = key.user_id
        and p.status in ('pending_key', 'pending_review');
    exception
      when unique_violation then
        perform private.refuse('uid_taken', 'This exchange account is connected by another user');
    end;
  end if;
  perform private.audit(
    'exchange_key_stored',
    'exchange_key:' || key.id,
    jsonb_build_object('venue', key.venue, 'exchange_uid', key.exchange_uid, 'key_hint', key.key_hint),
    key.user_id
  );
  return key;
end
$$;

create function private.hold_allowlisted(bot_id uuid, user_id uuid)
returns void
language sql
set search_path = ''
as $$
  select
  from public.uid_allowlist as a
  where a.uid = (
    select k.exchange_uid
    from public.bots as b
    join public.exchange_keys as k on k.id = b.exchange_key_id
    where b.id = hold_allowlisted.bot_id and b.user_id = hold_allowlisted.user_id and k.venue_kind = 'bitget'
  )
  for key share
$$;
comment on function private.hold_allowlisted(uuid, uuid) is 'Holds the UID of a bot''s account on the allowlist, if it is there, until the transaction ends: who removes it meanwhile waits, and then finds the bot running.';
revoke execute on function private.hold_allowlisted(uuid, uuid) from public;

-- Definer: users write no row of bots themselves.
create or replace function public.request_bot_start(bot_id uuid)
returns public.bots
language plpgsql
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
  profile public.profiles;
  bot public.bots;
begin
  -- Before profile and bot, as who changes the allowlist does it.
  perform private.hold_allowlisted(request_bot_start.bot_id, caller);
  profile := private.require_open_profile(caller);
  bot := private.lock_own_bot(request_bot_start.bot_id);
  if bot.desired_state = 'running'
    and (bot.acknowledged_version < bot.desired_version or bot.status in ('starting', 'running', 'stopping')) then
    perform private.refuse('bot_already_running', 'This bot is running already');
  elsif bot.status in ('starting', 'running', 'stopping') then
    perform private.refuse('bot_already_running', 'This bot is still stopping. Wait until it has stopped');
  end if;
  perform private.require_tradable_key(bot.exchange_key_id, profile);
  if exists (
    select from public.bots as b
    where b.exchange_key_id = bot.exchange_key_id
      and b.symbol = bot.symbol
      and b.id <> bot.id
      and (b.desired_state = 'running' or b.status in ('starting', 'running', 'stopping'))
  ) then
    perform private.refuse('symbol_in_use', 'Another bot trades ' || bot.symbol || ' on this account');
  end if;
  begin
    update public.bots as b
    set desired_state = 'running',
        desired_version = b.desired_version + 1
    where b.id = bot.id
    returning b.* into bot;
  exception
    when unique_violation then
      perform private.refuse('symbol_in_use', 'Another bot trades ' || bot.symbol || ' on this account');
  end;
  perform private.audit('bot_start_requested', 'bot:' || bot.id, jsonb_build_object('desired_version', bot.desired_version));
  return bot;
end
$$;
