-- Why: start, stop, close and the kill switch: each raises desired_version, and the engine does the rest.
-- Closing risk is always allowed, enlarging it only to those who may. Locks: none.

create function private.require_tradable_key(exchange_key_id uuid, profile public.profiles)
returns public.exchange_keys
language plpgsql
set search_path = ''
as $$
declare
  key public.exchange_keys;
begin
  -- Shared lock: a revocation that comes meanwhile waits, and then sees the bot that is to run.
  select k.* into strict key
  from public.exchange_keys as k
  where k.id = require_tradable_key.exchange_key_id
  for share;
  if key.status <> 'active' then
    perform private.refuse('key_invalid', 'This bot''s key is ' || key.status || '. Connect the account again');
  end if;
  if key.venue_kind = 'paper' then
    return key;
  end if;
  if profile.status <> 'active' then
    perform private.refuse('profile_not_active', 'Your exchange UID is not verified yet. On a paper account you can start now');
  elsif key.exchange_uid <> profile.exchange_uid
    and not exists (select from public.uid_allowlist as a where a.uid = key.exchange_uid) then
    perform private.refuse('profile_not_active', 'UID ' || key.exchange_uid || ' of this account is not verified yet');
  end if;
  return key;
end
$$;
comment on function private.require_tradable_key(uuid, public.profiles) is 'Returns the key if a bot of this profile may start on it; holds it against revocation until the transaction ends.';
revoke execute on function private.require_tradable_key(uuid, public.profiles) from public;

-- Definer: users write no row of bots themselves.
create function public.request_bot_start(bot_id uuid)
returns public.bots
language plpgsql
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
  profile public.profiles := private.require_open_profile(caller);
  bot public.bots := private.lock_own_bot(request_bot_start.bot_id);
begin
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
comment on function public.request_bot_start(uuid) is 'Owner: wants the bot to run. On real venues the profile must be active and the account''s UID verified.';
revoke execute on function public.request_bot_start(uuid) from public;
grant execute on function public.request_bot_start(uuid) to authenticated;

create function private.check_stop_policy(stop_policy text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  if coalesce(check_stop_policy.stop_policy, '') not in ('keep_take_profits', 'cancel_orders', 'close_positions') then
    perform private.refuse('validation_failed', 'There is no such stop policy');
  end if;
end
$$;
comment on function private.check_stop_policy(text) is 'Ends the call with validation_failed when there is no such stop policy.';
revoke execute on function private.check_stop_policy(text) from public;

-- Definer: as above.
create function public.request_bot_stop(bot_id uuid, stop_policy text)
returns public.bots
language plpgsql
security definer
set search_path = ''
as $$
declare
  bot public.bots := private.lock_own_bot(request_bot_stop.bot_id);
begin
  perform private.check_stop_policy(request_bot_stop.stop_policy);
  if bot.desired_state = 'stopped' then
    if bot.acknowledged_version = bot.desired_version and bot.status not in ('starting', 'running', 'stopping') then
      perform private.refuse('bot_not_running', 'This bot is not running');
    elsif bot.stop_policy = request_bot_stop.stop_policy then
      return bot;
    end if;
  end if;
  update public.bots as b
  set desired_state = 'stopped',
      desired_version = b.desired_version + 1,
      stop_policy = request_bot_stop.stop_policy
  where b.id = bot.id
  returning b.* into bot;
  perform private.audit('bot_stop_requested', 'bot:' || bot.id, jsonb_build_object('stop_policy', bot.stop_policy, 'desired_version', bot.desired_version));
  return bot;
end
$$;
comment on function public.request_bot_stop(uuid, text) is 'Owner: wants the bot to stop by this policy; while it stops, another policy replaces the first.';
revoke execute on function public.request_bot_stop(uuid, text) from public;
grant execute on function public.request_bot_stop(uuid, text) to authenticated;

-- Definer: as above.
create function public.request_bot_close(bot_id uuid)
returns public.bots
language plpgsql
security definer
set search_path = ''
as $$
declare
  bot public.bots := private.lock_own_bot(request_bot_close.bot_id);
begin
  if bot.desired_version = 0 then
    perform private.refuse('bot_not_running', 'This bot has never run: there is nothing to close');
  elsif bot.desired_state = 'stopped' and bot.stop_policy = 'close_positions' and bot.acknowledged_version < bot.desired_version then
    return bot;
  end if;
  update public.bots as b
  set desired_state = 'stopped',
      desired_version = b.desired_version + 1,
      stop_policy = 'close_positions'
  where b.id = bot.id
  returning b.* into bot;
  perform private.audit('bot_close_requested', 'bot:' || bot.id, jsonb_build_object('desired_version', bot.desired_version));
  return bot;
end
$$;
comment on function public.request_bot_close(uuid) is 'Owner: closes the bot''s positions, whether it runs or not.';
revoke execute on function public.request_bot_close(uuid) from public;
grant execute on function public.request_bot_close(uuid) to authenticated;

-- Definer: acts on the bots of all users; admins only.
create function public.kill_all_bots(stop_policy text)
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  killed integer;
begin
  perform private.require_admin();
  perform private.check_stop_policy(kill_all_bots.stop_policy);
  update public.bots as b
  set desired_state = 'stopped',
      desired_version = b.desired_version + 1,
      stop_policy = kill_all_bots.stop_policy
  where b.desired_state = 'running'
    or b.status in ('starting', 'running', 'stopping')
    or (
      kill_all_bots.stop_policy = 'close_positions'
      and exists (
        select from public.bot_metrics as m
        where m.bot_id = b.id and (m.long_size > 0 or m.short_size > 0)
      )
    );
  get diagnostics killed = row_count;
  perform private.audit('all_bots_killed', 'all_bots', jsonb_build_object('stop_policy', kill_all_bots.stop_policy, 'bots', killed));
  return killed;
end
$$;
comment on function public.kill_all_bots(text) is 'Admin: stops everything by policy; with close_positions also stopped bots that still hold a position. Returns how many bots.';
revoke execute on function public.kill_all_bots(text) from public;
grant execute on function public.kill_all_bots(text) to authenticated;

-- Definer: engines write facts, and this is an intent: the platform's own, when a suspended user's grace is over.
create function private.stop_overdue_bots()
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  overdue uuid;
  stopped integer := 0;
begin
  for overdue in
    select p.user_id
    from public.profiles as p
    where p.status = 'suspended'
      and p.grace_ends_at <= now()
      and exists (select from public.bots as b where b.user_id = p.user_id and b.desired_state = 'running')
    for update of p skip locked
  loop
    stopped := stopped + private.stop_bots_of_user(overdue, 'keep_take_profits');
    perform private.audit('grace_ended', 'profile:' || overdue, '{}');
  end loop;
  return stopped;
end
$$;
comment on function private.stop_overdue_bots() is 'Engines, about once a minute: stops the bots of suspended users whose grace is over, keeping take-profits. Uses profiles_status_idx.';
revoke execute on function private.stop_overdue_bots() from public;
grant execute on function private.stop_overdue_bots() to engine;
