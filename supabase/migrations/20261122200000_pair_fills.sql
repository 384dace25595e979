-- Why: grid profit is what closed pairs earned; the exchange's realized PnL is by average cost and mixes it with what is
-- still held. Engines pair each closing fill with the openings it gave back (engine/core/model/pairs.ts) in the
-- transaction that records it, and keep here what waits, so that the next engine goes on from the rows alone.
-- Locks: public.fills and public.bot_metrics briefly (columns without default). Old engines leave the columns null: the
-- next engine to claim the bot pairs what they recorded.
alter table public.fills
  add column unpaired_size numeric,
  add column pair_profit numeric,
  add column pair_entry_price numeric,
  add column pair_trade_ids text[],
  add constraint fills_unpaired_size_within_size check (unpaired_size >= 0 and unpaired_size <= size),
  add constraint fills_pair_finite check (abs(pair_profit) < 'Infinity' and abs(pair_entry_price) < 'Infinity');
comment on column public.fills.unpaired_size is 'Base. Of an opening fill what no closing has given back yet, of a closing fill what found no opening; null: not looked at yet, or no bot''s.';
comment on column public.fills.pair_profit is 'Of a closing fill: what the pair earned, gross, quote, exact; null where it found no opening, or not looked at yet.';
comment on column public.fills.pair_entry_price is 'Of a closing fill: mean price of the openings it gave back.';
comment on column public.fills.pair_trade_ids is 'Of a closing fill: venue_trade_id of the openings it gave back, newest first.';
-- What the next pairing begins with: what is not looked at, and the openings that wait.
create index fills_unpaired_idx on public.fills (bot_id, filled_at, id)
  where purpose is not null and (unpaired_size is null or unpaired_size > 0);
grant update (unpaired_size, pair_profit, pair_entry_price, pair_trade_ids) on public.fills to engine;

alter table public.bot_metrics
  add column grid_profit numeric,
  add column grid_pairs bigint,
  add constraint bot_metrics_grid_profit_finite check (abs(grid_profit) < 'Infinity'),
  add constraint bot_metrics_grid_pairs_not_negative check (grid_pairs >= 0);
comment on column public.bot_metrics.grid_profit is 'Sum of fills.pair_profit, gross. Unpaired is realized_pnl + unrealized_pnl - grid_profit; all minus fees plus funding is the total.';
comment on column public.bot_metrics.grid_pairs is 'Closing fills that gave an opening back; an order that filled in parts counts once a part.';

create function private.broadcast_paired_fills()
returns trigger
language plpgsql
security definer
set search_path = ''
set timezone = 'UTC'
as $$
begin
  -- Openings change with every closing: only what a pair earned is news. In the transaction that inserted the fill it
  -- travels in the same message, after the row as it was inserted.
  perform private.collect_broadcast('fill', n.user_id, jsonb_agg(to_jsonb(n)))
  from new_rows as n
  join old_rows as o using (id)
  where n.pair_profit is distinct from o.pair_profit
  group by n.user_id;
  return null;
end
$$;
comment on function private.broadcast_paired_fills() is 'Statement trigger: tells each user which of his fills have been paired.';
revoke execute on function private.broadcast_paired_fills() from public;
create trigger fills_broadcast_paired after update on public.fills
  referencing old table as old_rows new table as new_rows
  for each statement execute function private.broadcast_paired_fills();
