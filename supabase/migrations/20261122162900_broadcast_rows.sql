-- Why: the rare, durable events of design.md §10 go to the browser at once. Statement triggers with transition tables:
-- a batch of a hundred fills costs one call. Rows look as the Data API shows them, in UTC whatever the writer's session.
-- Definer, all of them: fired by engines and functions, who may not touch private.broadcasts. Locks: the tables briefly.

create function private.broadcast_inserted()
returns trigger
language plpgsql
security definer
set search_path = ''
set timezone = 'UTC'
as $$
begin
  perform private.collect_broadcast(tg_argv[0], n.user_id, jsonb_agg(to_jsonb(n)))
  from new_rows as n
  group by n.user_id;
  return null;
end
$$;
comment on function private.broadcast_inserted() is 'Statement trigger: tells each user his new rows as the event named in the argument.';
revoke execute on function private.broadcast_inserted() from public;
create trigger fills_broadcast after insert on public.fills
  referencing new table as new_rows
  for each statement execute function private.broadcast_inserted('fill');
create trigger bot_events_broadcast after insert on public.bot_events
  referencing new table as new_rows
  for each statement execute function private.broadcast_inserted('event');
create trigger bots_broadcast_inserted after insert on public.bots
  referencing new table as new_rows
  for each statement execute function private.broadcast_inserted('bot');

create function private.broadcast_updated_bots()
returns trigger
language plpgsql
security definer
set search_path = ''
set timezone = 'UTC'
as $$
begin
  perform private.collect_broadcast('bot', n.user_id, jsonb_agg(to_jsonb(n)))
  from new_rows as n
  join old_rows as o using (id)
  -- A claim alone is no news to a trader.
  where (
    n.name, n.config_version, n.desired_state, n.desired_version, n.stop_policy, n.status, n.status_code,
    n.status_reason, n.acknowledged_version, n.running_config_version, n.started_at, n.stopped_at
  ) is distinct from (
    o.name, o.config_version, o.desired_state, o.desired_version, o.stop_policy, o.status, o.status_code,
    o.status_reason, o.acknowledged_version, o.running_config_version, o.started_at, o.stopped_at
  )
  group by n.user_id;
  return null;
end
$$;
comment on function private.broadcast_updated_bots() is 'Statement trigger: tells each user which of his bots changed in what he can see.';
revoke execute on function private.broadcast_updated_bots() from public;
create trigger bots_broadcast_updated after update on public.bots
  referencing old table as old_rows new table as new_rows
  for each statement execute function private.broadcast_updated_bots();

create function private.broadcast_updated_orders()
returns trigger
language plpgsql
security definer
set search_path = ''
set timezone = 'UTC'
as $$
begin
  -- Resting and filled orders are not told one by one: fills are, and the page loads the rest.
  perform private.collect_broadcast('order', n.user_id, jsonb_agg(to_jsonb(n)))
  from new_rows as n
  join old_rows as o using (id)
  where n.status in ('rejected', 'unresolved')
    and n.status <> o.status
  group by n.user_id;
  return null;
end
$$;
comment on function private.broadcast_updated_orders() is 'Statement trigger: tells each user which of his orders were rejected or have no known outcome.';
revoke execute on function private.broadcast_updated_orders() from public;
create trigger orders_broadcast_updated after update on public.orders
  referencing old table as old_rows new table as new_rows
  for each statement execute function private.broadcast_updated_orders();
