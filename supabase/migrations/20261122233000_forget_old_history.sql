-- Why: three tables would grow for ever. Kept are: fills and the orders that filled, always; of equity every minute for a
-- week, then the last minute of each hour; orders that never filled for 30 days, and of each slot the newest for ever (its
-- number goes on from there: a client order id must not return); log lines for 90 days, mere information for 30.
-- A statement of an engine that takes 8 s is canceled: beyond that its caller takes the connection for dead.
-- Locks: public.orders against writes while its index is built; small on a young table. Old engines: not concerned.
create table private.forgotten_history (
  is_only_row boolean primary key default true,
  equity_until timestamptz not null default '-infinity',
  constraint forgotten_history_has_one_row check (is_only_row)
);
comment on table private.forgotten_history is 'One row: how far private.forget_history() has come.';
comment on column private.forgotten_history.equity_until is 'Before this there is one equity snapshot an hour and bot.';
alter table private.forgotten_history enable row level security;
revoke all on private.forgotten_history from anon, authenticated, service_role;
insert into private.forgotten_history default values;

-- Rows come in the order of time: a few bytes a block instead of an entry a row.
create index equity_snapshots_at_idx on public.equity_snapshots using brin (at) with (pages_per_range = 16);
create index bot_events_created_at_idx on public.bot_events using brin (created_at) with (pages_per_range = 16);
create index orders_unfilled_idx on public.orders (finished_at)
  where status in ('canceled', 'rejected') and filled_size = 0;

create function private.thin_equity()
returns boolean
language plpgsql
set search_path = ''
as $$
declare
  horizon constant timestamptz := date_trunc('hour', now() - interval '7 days');
  done timestamptz;
  next_hour timestamptz;
begin
  select f.equity_until into done from private.forgotten_history as f for update;
  select date_trunc('hour', min(s.at)) into next_hour
  from public.equity_snapshots as s
  where s.at >= done and s.at < horizon;
  if next_hour is not null then
    delete from public.equity_snapshots as s
    where s.at >= next_hour and s.at < next_hour + interval '1 hour'
      and exists (
        select from public.equity_snapshots as later
        where later.bot_id = s.bot_id and later.at > s.at and later.at < next_hour + interval '1 hour'
      );
  end if;
  update private.forgotten_history
  set equity_until = coalesce(next_hour + interval '1 hour', horizon)
  where equity_until < coalesce(next_hour + interval '1 hour', horizon);
  return next_hour is not null;
end
$$;
comment on function private.thin_equity() is 'Thins the oldest hour of equity snapshots that has not been; false when none is old enough.';
revoke execute on function private.thin_equity() from public;

-- Definer: engines may delete nothing by themselves.
create function private.forget_history(rows_max integer)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  has_more boolean;
  forgotten integer;
begin
  -- Space 3: accounts and bots have 1 and 2. Whoever comes second has nothing to do.
  if not pg_try_advisory_xact_lock(3, 1) then
    return false;
  end if;
  has_more := private.thin_equity();
  delete from public.orders as o
  where o.id in (
    select old.id
    from public.orders as old
    where old.finished_at < now() - interval '30 days'
      and old.status in ('canceled', 'rejected')
      and old.filled_size = 0
      and exists (
        select from public.orders as newer
        where newer.bot_id = old.bot_id and newer.position_side = old.position_side
          and newer.purpose = old.purpose and newer.level = old.level
          and (newer.cycle, newer.revision) > (old.cycle, old.revision)
      )
    order by old.finished_at
    limit forget_history.rows_max
  );
  get diagnostics forgotten = row_count;
  has_more := has_more or forgotten = forget_history.rows_max;
  delete from public.bot_events as e
  where e.ctid = any (array(
    select old.ctid
    from public.bot_events as old
    where old.created_at < now() - interval '30 days'
      and (old.level = 'info' or old.created_at < now() - interval '90 days')
    limit forget_history.rows_max
  ));
  get diagnostics forgotten = row_count;
  return has_more or forgotten = forget_history.rows_max;
end
$$;
comment on function private.forget_history(integer) is 'Engines, about once an hour, again at once while it says true: deletes what need not be kept, so many rows of a table at most.';
revoke execute on function private.forget_history(integer) from public;
grant execute on function private.forget_history(integer) to engine;

-- Roles belong to the cluster: another database of it may have said so already.
do $$
begin
  if not exists (
    select from pg_catalog.pg_db_role_setting as s
    where s.setrole = 'engine'::regrole and s.setdatabase = 0 and 'statement_timeout=8s' = any (s.setconfig)
  ) then
    alter role engine set statement_timeout = '8s';
  end if;
end
$$;
