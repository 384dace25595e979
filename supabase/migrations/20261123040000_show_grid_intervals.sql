-- Why: a trader sees what each interval of a range grid waits for, also those without an order. The strategy's state is
-- the engine's own; of it the owner reads what his bot holds and waits for, through a function. Locks: none.

-- Definer: owners may not read public.bot_states.
create function private.grid_of_bot(bot_id uuid)
returns table (
  phase text,
  awaits text,
  ended_by text,
  entries_off boolean,
  range_offset integer,
  split_at integer,
  center integer,
  grid jsonb,
  intervals jsonb
)
language sql
stable
security definer
set search_path = ''
as $$
  select
    s.state ->> 'phase',
    s.state ->> 'awaits',
    s.state ->> 'endedBy',
    (s.state ->> 'entriesOff')::boolean,
    (s.state ->> 'offset')::integer,
    (s.state ->> 'splitAt')::integer,
    (s.state ->> 'center')::integer,
    s.state -> 'grid',
    (
      select jsonb_agg(
        jsonb_build_object(
          'size', i.value -> 'size',
          'held', i.value -> 'held',
          'isExiting', i.value -> 'isExiting'
        )
        order by i.ordinality
      )
      from jsonb_array_elements(s.state -> 'intervals') with ordinality as i
    )
  from public.bots as b
  join public.bot_states as s on s.bot_id = b.id
  where b.id = grid_of_bot.bot_id
    and b.strategy = 'range_grid'
    and jsonb_typeof(s.state -> 'intervals') = 'array'
    and (b.user_id = (select auth.uid()) or (select private.is_admin()))
$$;
comment on function private.grid_of_bot(uuid) is 'What the range grid of a bot of the caller (admins: any bot) holds and waits for, interval by interval; no row before it has begun.';
revoke execute on function private.grid_of_bot(uuid) from public;
grant execute on function private.grid_of_bot(uuid) to authenticated;

create view public.bot_grids with (security_invoker = true) as
select
  b.id as bot_id,
  g.phase,
  g.awaits,
  g.ended_by,
  g.entries_off,
  g.range_offset,
  g.split_at,
  g.center,
  g.grid,
  g.intervals
from public.bots as b
left join lateral private.grid_of_bot(b.id) as g on true;
comment on view public.bot_grids is 'One row a bot: the range grid as its engine keeps it. Null in a bot of another strategy and before the grid has begun. Interval k of range_offset ≤ k < range_offset + levels is intervals[k modulo levels].';
revoke all on public.bot_grids from anon, authenticated, service_role;
grant select on public.bot_grids to authenticated;
