-- Why: invariant I5, the last line of defence behind the engine's own statements: filled size never falls, a finished
-- order never reopens. The conditions stand in WHEN: the usual update calls nothing. Locks: public.orders briefly.
create trigger orders_filled_size_never_falls before update of filled_size on public.orders
  for each row when (new.filled_size < old.filled_size)
  execute function private.refuse_change('An order''s filled size never falls');
create trigger orders_finished_never_reopen before update of status on public.orders
  for each row when (
    old.status in ('filled', 'canceled', 'rejected')
    and new.status not in ('filled', 'canceled', 'rejected')
  )
  execute function private.refuse_change('A finished order never reopens');

create function private.stamp_finished_order()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.finished_at := now();
  return new;
end
$$;
comment on function private.stamp_finished_order() is 'Row trigger: notes when an order finished, should the writer not say.';
revoke execute on function private.stamp_finished_order() from public;
create trigger orders_stamp_finished before update of status on public.orders
  for each row when (new.finished_at is null and new.status in ('filled', 'canceled', 'rejected'))
  execute function private.stamp_finished_order();
