-- Why: a bot's figures of the moment, one row a bot, replaced about every second.
-- fillfactor leaves room so that replacing stays within the page. Locks: none.
create table public.bot_metrics (
  bot_id uuid primary key references public.bots (id) on delete cascade,
  mark_price numeric,
  long_size numeric,
  long_entry_price numeric,
  short_size numeric,
  short_entry_price numeric,
  unrealized_pnl numeric,
  realized_pnl numeric,
  fees numeric,
  funding numeric,
  equity numeric,
  margin_ratio numeric,
  open_orders integer,
  fills_count bigint,
  last_sync_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint bot_metrics_money_finite check (
    abs(equity) < 'Infinity' and abs(unrealized_pnl) < 'Infinity' and abs(realized_pnl) < 'Infinity'
    and abs(fees) < 'Infinity' and abs(funding) < 'Infinity' and abs(margin_ratio) < 'Infinity'
    and abs(mark_price) < 'Infinity' and abs(long_size) < 'Infinity' and abs(short_size) < 'Infinity'
    and abs(long_entry_price) < 'Infinity' and abs(short_entry_price) < 'Infinity'
  ),
  constraint bot_metrics_mark_price_positive check (mark_price > 0),
  constraint bot_metrics_long_size_not_negative check (long_size >= 0),
  constraint bot_metrics_short_size_not_negative check (short_size >= 0),
  constraint bot_metrics_open_orders_not_negative check (open_orders >= 0),
  constraint bot_metrics_fills_count_not_negative check (fills_count >= 0)
) with (fillfactor = 50);
comment on table public.bot_metrics is 'A bot''s figures of the moment; null is unknown, never zero. Written by engines.';
comment on column public.bot_metrics.fees is 'Sum of fees in the quote currency: paid > 0.';
comment on column public.bot_metrics.margin_ratio is 'Maintenance margin ÷ equity of the account, 0…1; liquidation at 1.';
create trigger bot_metrics_set_updated_at before update on public.bot_metrics
  for each row execute function private.set_updated_at();

alter table public.bot_metrics enable row level security;
create policy "owners and admins read metrics" on public.bot_metrics for select to authenticated
  using (
    bot_id in (select b.id from public.bots as b where b.user_id = (select auth.uid()))
    or (select private.is_admin())
  );
create policy "engines read metrics" on public.bot_metrics for select to engine using (true);
create policy "engines add metrics" on public.bot_metrics for insert to engine with check (true);
create policy "engines replace metrics" on public.bot_metrics for update to engine
  using (true)
  with check (true);
revoke all on public.bot_metrics from anon, authenticated, service_role;
grant select on public.bot_metrics to authenticated;
grant select, insert, update on public.bot_metrics to engine;
