-- Why: the dashboard shows what all bots of a trader made today, their curves and what each waits for. Asked row by row
-- that would be a day of minutes a bot (144,000 rows for a hundred); asked here it is one index step a bot and instant.
-- Invoker: the tables' own policies decide what is seen. Locks: none. Old engines: not concerned.
create function public.bot_history(instants timestamptz[])
returns table (bot_id uuid, equity numeric[], net numeric[])
language plpgsql
stable
set search_path = ''
as $$
declare
  instants_max constant integer := 200;
begin
  if cardinality(bot_history.instants) not between 1 and instants_max then
    raise exception using
      errcode = 'P0001',
      message = 'validation_failed',
      detail = format('Ask for 1 to %s instants', instants_max);
  end if;
  return query
  select
    b.id,
    array_agg(s.equity order by i.place),
    -- Before its first minute a bot had made nothing; later an unknown part makes the whole unknown (I9).
    array_agg(
      case when s.at is null then 0 else s.realized_pnl - s.fees + s.funding + s.unrealized_pnl end
      order by i.place
    )
  from public.bots as b
  cross join unnest(bot_history.instants) with ordinality as i (at, place)
  left join lateral (
    select e.at, e.equity, e.realized_pnl, e.fees, e.funding, e.unrealized_pnl
    from public.equity_snapshots as e
    where e.bot_id = b.id and e.at <= i.at
    order by e.at desc
    limit 1
  ) as s on true
  where b.user_id = (select auth.uid())
  group by b.id;
end
$$;
comment on function public.bot_history(timestamptz[]) is 'Owner: for each of his bots the account''s equity and the bot''s net result (realized - fees + funding + unrealized) as of each instant, from the last snapshot until then. Equity is null before the first. Uses equity_snapshots_pkey.';
revoke execute on function public.bot_history(timestamptz[]) from public;
grant execute on function public.bot_history(timestamptz[]) to authenticated;

create function public.bot_next_orders()
returns table (
  bot_id uuid,
  order_side text,
  position_side text,
  purpose text,
  price numeric,
  size numeric
)
language sql
stable
set search_path = ''
as $$
  select distinct on (o.bot_id, o.order_side)
    o.bot_id, o.order_side, o.position_side, o.purpose, o.price, o.size - o.filled_size
  from public.bots as b
  join public.orders as o on o.bot_id = b.id
  where b.user_id = (select auth.uid())
    and o.status in ('submitted', 'open', 'partially_filled')
  -- Of the buys the highest, of the sells the lowest: the ones a moving price meets first.
  order by o.bot_id, o.order_side, case o.order_side when 'buy' then -o.price else o.price end
$$;
comment on function public.bot_next_orders() is 'Owner: of each bot''s resting orders the buy and the sell a moving price meets first; size is what is not filled yet. Uses orders_unfinished_idx.';
revoke execute on function public.bot_next_orders() from public;
grant execute on function public.bot_next_orders() to authenticated;
