-- Why: the admin pages: people with their e-mail (which no table of the API has), bots with their owners and engines, the
-- audit with names, and what a kill switch would do. Each call checks that an admin asks. Answers are jsonb: pages with a
-- total, not rows of a table. Locks: none. Old engines: not concerned.
create function public.is_admin()
returns boolean
language sql
stable
set search_path = ''
as $$
  select private.is_admin()
$$;
comment on function public.is_admin() is 'Tells the caller whether he is an admin: the page shows him the admins'' rooms.';
revoke execute on function public.is_admin() from public;
grant execute on function public.is_admin() to authenticated;

create function private.like_pattern(search text)
returns text
language sql
immutable
set search_path = ''
as $$
  select '%' || replace(replace(replace(btrim(search), '\', '\\'), '%', '\%'), '_', '\_') || '%'
$$;
comment on function private.like_pattern(text) is 'A pattern for ilike that finds the text anywhere, as it is written.';
revoke execute on function private.like_pattern(text) from public;

-- Definer: e-mails are Auth's.
create function public.list_people(search text default '', status text default null, page integer default 0)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  page_size constant integer := 50;
begin
  perform private.require_admin();
  return (
    with
      found_people as (
        select p.*, u.email, u.email_confirmed_at, u.last_sign_in_at
        from public.profiles as p
        join auth.users as u on u.id = p.user_id
        where btrim(list_people.search) = ''
          or u.email ilike private.like_pattern(list_people.search)
          or p.display_name ilike private.like_pattern(list_people.search)
          or p.exchange_uid like btrim(list_people.search) || '%'
          or p.user_id::text = lower(btrim(list_people.search))
      ),
      shown as (
        select f.*
        from found_people as f
        where list_people.status is null or f.status = list_people.status
        -- Who waits comes first, the longest waiting first; then whose clock runs.
        order by array_position(array['pending_review', 'suspended'], f.status) nulls last,
          case when f.status in ('pending_review', 'suspended') then f.status_at end,
          f.created_at desc, f.user_id
        limit page_size
        offset page_size * greatest(list_people.page, 0)
      )
    select jsonb_build_object(
      'page_size', page_size,
      'counts', (select coalesce(jsonb_object_agg(c.status, c.people), '{}') from (
        select f.status, count(*) as people from found_people as f group by f.status
      ) as c),
      'rows', coalesce((
        select jsonb_agg(jsonb_build_object(
          'user_id', s.user_id, 'email', s.email, 'is_confirmed', s.email_confirmed_at is not null,
          'display_name', s.display_name, 'status', s.status, 'status_reason', s.status_reason, 'status_at', s.status_at,
          'exchange_uid', s.exchange_uid, 'grace_ends_at', s.grace_ends_at, 'last_grace_ends_at', s.last_grace_ends_at,
          'created_at', s.created_at, 'last_sign_in_at', s.last_sign_in_at,
          'is_admin', exists (select from private.admins as a where a.user_id = s.user_id),
          'is_allowlisted', exists (select from public.uid_allowlist as a where a.uid = s.exchange_uid),
          'keys', (select count(*) from public.exchange_keys as k where k.user_id = s.user_id and k.status = 'active'),
          'bots', (select count(*) from public.bots as b where b.user_id = s.user_id),
          'bots_running', (select count(*) from public.bots as b where b.user_id = s.user_id and b.desired_state = 'running')
        ) order by array_position(array['pending_review', 'suspended'], s.status) nulls last,
          case when s.status in ('pending_review', 'suspended') then s.status_at end, s.created_at desc, s.user_id)
        from shown as s
      ), '[]')
    )
  );
end
$$;
comment on function public.list_people(text, text, integer) is 'Admin: a page of 50 people, who waits for a review first, and how many there are of each status. Searches e-mail, name, UID, id.';
revoke execute on function public.list_people(text, text, integer) from public;
grant execute on function public.list_people(text, text, integer) to authenticated;

-- Definer: as above.
create function public.list_all_bots(search text default '', status text default null, page integer default 0)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  page_size constant integer := 50;
begin
  perform private.require_admin();
  return (
    with
      found_bots as (
        select b.*, u.email, p.status as profile_status, p.grace_ends_at, k.venue
        from public.bots as b
        join auth.users as u on u.id = b.user_id
        join public.profiles as p on p.user_id = b.user_id
        join public.exchange_keys as k on k.id = b.exchange_key_id
        where btrim(list_all_bots.search) = ''
          or u.email ilike private.like_pattern(list_all_bots.search)
          or b.name ilike private.like_pattern(list_all_bots.search)
          or b.symbol ilike private.like_pattern(list_all_bots.search)
          or b.id::text = lower(btrim(list_all_bots.search))
      ),
      shown as (
        select f.*, row_number() over (order by (f.status = 'faulted') desc, f.status_at desc, f.id) as place
        from found_bots as f
        where list_all_bots.status is null or f.status = list_all_bots.status
        order by place
        limit page_size
        offset page_size * greatest(list_all_bots.page, 0)
      )
    select jsonb_build_object(
      'page_size', page_size,
      'counts', (select coalesce(jsonb_object_agg(c.status, c.bots), '{}') from (
        select f.status, count(*) as bots from found_bots as f group by f.status
      ) as c),
      'rows', coalesce((
        select jsonb_agg(jsonb_build_object(
          'id', s.id, 'name', s.name, 'symbol', s.symbol, 'strategy', s.strategy, 'venue', s.venue,
          'user_id', s.user_id, 'email', s.email, 'profile_status', s.profile_status, 'grace_ends_at', s.grace_ends_at,
          'status', s.status, 'status_code', s.status_code, 'status_reason', s.status_reason, 'status_at', s.status_at,
          'desired_state', s.desired_state, 'is_pending', s.acknowledged_version < s.desired_version,
          'stop_policy', s.stop_policy, 'engine_id', s.engine_id, 'engine_name', e.name,
          'engine_heartbeat_at', e.heartbeat_at, 'last_sync_at', m.last_sync_at, 'equity', m.equity,
          'unrealized_pnl', m.unrealized_pnl, 'open_orders', m.open_orders
        ) order by s.place)
        from shown as s
        left join public.engines as e on e.id = s.engine_id
        left join public.bot_metrics as m on m.bot_id = s.id
      ), '[]')
    )
  );
end
$$;
comment on function public.list_all_bots(text, text, integer) is 'Admin: a page of 50 bots of all users, faulted ones first, and how many there are of each status. Searches name, symbol, the owner''s e-mail, id.';
revoke execute on function public.list_all_bots(text, text, integer) from public;
grant execute on function public.list_all_bots(text, text, integer) to authenticated;

create index audit_events_action_idx on public.audit_events (action, id desc);

-- Definer: as above.
create function public.list_audit(before_id bigint default null, action text default null, target text default null)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  page_size constant integer := 50;
begin
  perform private.require_admin();
  return (
    with shown as (
      select a.*
      from public.audit_events as a
      where (list_audit.before_id is null or a.id < list_audit.before_id)
        and (list_audit.action is null or a.action = list_audit.action)
        and (list_audit.target is null or a.target = list_audit.target)
      order by a.id desc
      limit page_size
    )
    select jsonb_build_object(
      'page_size', page_size,
      'rows', coalesce((
        select jsonb_agg(jsonb_build_object(
          'id', s.id::text, 'at', s.at, 'action', s.action, 'target', s.target, 'detail', s.detail,
          'actor_id', s.actor_id, 'actor_email', actor.email,
          'target_name', case split_part(s.target, ':', 1)
            when 'profile' then (select u.email from auth.users as u where u.id::text = split_part(s.target, ':', 2))
            when 'bot' then (select b.name from public.bots as b where b.id::text = split_part(s.target, ':', 2))
            when 'exchange_key' then (select k.label from public.exchange_keys as k where k.id::text = split_part(s.target, ':', 2))
          end
        ) order by s.id desc)
        from shown as s
        left join auth.users as actor on actor.id = s.actor_id
      ), '[]')
    )
  );
end
$$;
comment on function public.list_audit(bigint, text, text) is 'Admin: 50 audit events before an id, newest first, with the names of who acted and what was acted on; of one action or one target alone if asked. Uses audit_events_pkey, audit_events_action_idx, audit_events_target_idx.';
revoke execute on function public.list_audit(bigint, text, text) from public;
grant execute on function public.list_audit(bigint, text, text) to authenticated;

-- Definer: looks at everybody's bots, as the kill switch does.
create function public.preview_kill(stop_policy text)
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
          or b.status in ('starting', 'running', 'stopping')
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
comment on function public.preview_kill(text) is 'Admin: how many bots, orders and positions kill_all_bots() with this policy would reach, as the database knows them now.';
revoke execute on function public.preview_kill(text) from public;
grant execute on function public.preview_kill(text) to authenticated;
