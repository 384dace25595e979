-- Why: the dashboard shows what all bots of a trader made today, their curves and what each waits for. Asked row by row
-- that would be a day of minutes a bot (144,000 rows for a hundred); asked here it is one index step a bot and instant.
-- Invoker: the tables' own policies decide what is seen. Locks: none. Old engines: not concerned.
create function private.check_instants(instants timestamptz[])
returns void
language plpgsql
set search_path = ''
as $$
declare
  instants_max constant integer := 200;
begin
  if cardinality(check_instants.instants) not between 1 and instants_max then
    raise exception using
      errcode = 'P0001',
      message = 'validation_failed',
      detail = format('Ask for 1 to %s instants', instants_max);
  end if;
end
$$;
comment on function private.check_instants(timestamptz[]) is 'Ends the call with validation_failed when too many instants are asked for, or none.';
revoke execute on function private.check_instants(timestamptz[]) from public;
grant execute on function private.check_instants(timestamptz[]) to authenticated;

create function public.bot_history(instants timestamptz[])
returns table (bot_id uuid, net jsonb)
language plpgsql
stable
set search_path = ''
as $$
begin
  perform private.check_instants(bot_history.instants);
  return query
  select
    b.id,
    -- Before its first minute a bot had made nothing; later an unknown part makes the whole unknown (I9).
    jsonb_agg(
      case when s.at is null then 0 else s.realized_pnl - s.fees + s.funding + s.unrealized_pnl end
      order by i.place
    )
  from public.bots as b
  cross join unnest(bot_history.instants) with ordinality as i (at, place)
  left join lateral (
    select e.at, e.realized_pnl, e.fees, e.funding, e.unrealized_pnl
    from public.equity_snapshots as e
    where e.bot_id = b.id and e.at <= i.at
    order by e.at desc
    limit 1
  ) as s on true
  where b.user_id = (select auth.uid())
  group by b.id;
end
$$;
comment on function public.bot_history(timestamptz[]) is 'Owner: for each of his bots its net result (realized - fees + funding + unrealized) as of each instant, from the last snapshot until then; 0 before the first. Uses equity_snapshots_pkey.';
revoke execute on function public.bot_history(timestamptz[]) from public;
grant execute on function public.bot_history(timestamptz[]) to authenticated;

create function public.account_history(instants timestamptz[])
returns table (exchange_key_id uuid, coin text, equity jsonb)
language plpgsql
stable
set search_path = ''
as $$
begin
  perform private.check_instants(account_history.instants);
  return query
  with
    seen as (
      -- All bots of an account see the same equity: the one that looked last is right.
      select distinct on (b.exchange_key_id, split_part(b.symbol, ':', 2), i.place)
        b.exchange_key_id as key_id, split_part(b.symbol, ':', 2) as settle, i.place, s.equity
      from public.bots as b
      cross join unnest(account_history.instants) with ordinality as i (at, place)
      left join lateral (
        select e.at, e.equity
        from public.equity_snapshots as e
        where e.bot_id = b.id and e.at <= i.at and e.equity is not null
        order by e.at desc
        limit 1
      ) as s on true
      where b.user_id = (select auth.uid())
      order by b.exchange_key_id, split_part(b.symbol, ':', 2), i.place, s.at desc nulls last
    )
  select seen.key_id, seen.settle, jsonb_agg(seen.equity order by seen.place)
  from seen
  group by seen.key_id, seen.settle;
end
$$;
comment on function public.account_history(timestamptz[]) is 'Owner: for each of his accounts and coins its equity as of each instant, from the last snapshot of any of its bots until then; null before the first. Uses equity_snapshots_pkey.';
revoke execute on function public.account_history(timestamptz[]) from public;
grant execute on function public.account_history(timestamptz[]) to authenticated;

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
