-- Why: a start that was being written when the kill switch was pressed was not seen by it, and the bot ran. The switch, by a
-- milder policy, also turned a stop back that its trader had asked to close positions, and no log said who had stopped the
-- bot. Starts hold a lock the switch waits for (advisory space 4: accounts, bots and history have 1 to 3); of two policies
-- of a stop that is under way the stronger holds; bots are locked in the order of their ids, as engines do it, so that the
-- switch is never the one that a deadlock cancels. Locks: none. Old engines: not concerned.

create function private.stronger_policy(one text, other text)
returns text
language sql
immutable
set search_path = ''
as $$
  select case
    when 'close_positions' in (one, other) then 'close_positions'
    when 'cancel_orders' in (one, other) then 'cancel_orders'
    else 'keep_take_profits'
  end
$$;
comment on function private.stronger_policy(text, text) is 'Of two stop policies the one that leaves less on the exchange.';
revoke execute on function private.stronger_policy(text, text) from public;

-- Definer: acts on the bots of all users; admins only.
create or replace function public.kill_all_bots(stop_policy text)
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  hit uuid[];
begin
  perform private.require_admin();
  perform private.check_stop_policy(kill_all_bots.stop_policy);
  perform pg_advisory_xact_lock(4, 1);
  select array_agg(l.id) into hit
  from (
    select b.id
    from public.bots as b
    where b.desired_state = 'running'
      or b.status in ('starting', 'running', 'stopping', 'faulted')
      or (
        kill_all_bots.stop_policy = 'close_positions'
        and exists (
          select from public.bot_metrics as m
          where m.bot_id = b.id and (m.long_size > 0 or m.short_size > 0)
        )
      )
    order by b.id
    for update of b
  ) as l;
  update public.bots as b
  set desired_state = 'stopped',
      desired_version = b.desired_version + 1,
      stop_policy = case b.desired_state
        when 'running' then kill_all_bots.stop_policy
        else private.stronger_policy(b.stop_policy, kill_all_bots.stop_policy)
      end
  where b.id = any (hit);
  insert into public.bot_events (bot_id, user_id, level, code, message)
  select b.id, b.user_id, 'warning', 'stopped_by_platform',
    'The platform has stopped all bots: this one ' || case b.stop_policy
      when 'close_positions' then 'cancels its orders and closes its positions'
      when 'cancel_orders' then 'cancels all its orders; a position stays open'
      else 'cancels what would open positions and keeps its take-profits'
    end
  from public.bots as b
  where b.id = any (hit);
  perform private.audit('all_bots_killed', 'all_bots', jsonb_build_object(
    'stop_policy', kill_all_bots.stop_policy, 'bots', coalesce(cardinality(hit), 0)
  ));
  return coalesce(cardinality(hit), 0);
end
$$;
comment on function public.kill_all_bots(text) is 'Admin: stops everything by policy, also what is being started, and tells each trader; a stop under way keeps its policy where that is the stronger; with close_positions also stopped bots that still hold a position. Returns how many bots.';

create or replace function private.stop_bots_of_user(user_id uuid, stop_policy text)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  stopped integer;
begin
  perform from public.bots as b
  where b.user_id = stop_bots_of_user.user_id
    and b.desired_state = 'running'
  order by b.id
  for update;
  update public.bots as b
  set desired_state = 'stopped',
      desired_version = b.desired_version + 1,
      stop_policy = stop_bots_of_user.stop_policy
  where b.user_id = stop_bots_of_user.user_id
    and b.desired_state = 'running';
  get diagnostics stopped = row_count;
  return stopped;
end
$$;

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
  -- The kill switch waits for starts that are being written. Before every row, as the kill switch takes it.
  perform pg_advisory_xact_lock_shared(4, 1);
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
