-- Why: a bot may fault while it stops (its key was taken away at the exchange), its orders resting. It has answered its
-- intent, so it could neither be stopped again nor be reached by the kill switch, which must reach it above all.
-- Locks: none. Old engines: not concerned.
create or replace function public.request_bot_stop(bot_id uuid, stop_policy text)
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
    if bot.acknowledged_version = bot.desired_version and bot.status not in ('starting', 'running', 'stopping', 'faulted') then
      perform private.refuse('bot_not_running', 'This bot is not running');
    elsif bot.stop_policy = request_bot_stop.stop_policy
      and (bot.status <> 'faulted' or bot.acknowledged_version < bot.desired_version) then
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

-- Definer: acts on the bots of all users; admins only.
create or replace function public.kill_all_bots(stop_policy text)
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
    or b.status in ('starting', 'running', 'stopping', 'faulted')
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

-- Definer: looks at everybody's bots, as the kill switch does.
create or replace function public.preview_kill(stop_policy text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.require_admin();
  perform private.check_stop_policy(preview_kill.stop_policy);
  return (
    with
      hit as (
        select b.id, b.user_id, k.venue_kind,
          coalesce(m.long_size > 0, false)::integer + coalesce(m.short_size > 0, false)::integer as positions
        from public.bots as b
        join public.exchange_keys as k on k.id = b.exchange_key_id
        left join public.bot_metrics as m on m.bot_id = b.id
        where b.desired_state = 'running'
          or b.status in ('starting', 'running', 'stopping', 'faulted')
          or (preview_kill.stop_policy = 'close_positions' and (m.long_size > 0 or m.short_size > 0))
      ),
      live as (
        select o.purpose
        from public.orders as o
        where o.bot_id in (select h.id from hit as h)
          and o.status in ('pending', 'submitted', 'open', 'partially_filled', 'unresolved')
      )
    select jsonb_build_object(
      'bots', (select count(*) from hit),
      'users', (select count(distinct h.user_id) from hit as h),
      'real_bots', (select count(*) from hit as h where h.venue_kind <> 'paper'),
      'orders_canceled', (
        select count(*) from live as l
        where preview_kill.stop_policy <> 'keep_take_profits' or l.purpose <> 'take_profit'
      ),
      'orders_kept', (
        select count(*) from live as l
        where preview_kill.stop_policy = 'keep_take_profits' and l.purpose = 'take_profit'
      ),
      'positions_closed', case when preview_kill.stop_policy = 'close_positions' then (select coalesce(sum(h.positions), 0) from hit as h) else 0 end,
      'positions_left', case when preview_kill.stop_policy = 'close_positions' then 0 else (select coalesce(sum(h.positions), 0) from hit as h) end
    )
  );
end
$$;
