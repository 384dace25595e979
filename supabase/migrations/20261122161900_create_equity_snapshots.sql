-- Why: the equity curve, one point a minute and bot.
-- Locks: none.
create table public.equity_snapshots (
  bot_id uuid not null references public.bots (id) on delete cascade,
  at timestamptz not null,
  equity numeric,
  realized_pnl numeric,
  unrealized_pnl numeric,
  fees numeric,
  funding numeric,
  constraint equity_snapshots_pkey primary key (bot_id, at)
);
comment on table public.equity_snapshots is 'Equity and its parts, one point a minute. Written by engines; null is unknown.';

alter table public.equity_snapshots enable row level security;
create policy "owners and admins read equity snapshots" on public.equity_snapshots for select to authenticated
  using (
    bot_id in (select b.id from public.bots as b where b.user_id = (select auth.uid()))
    or (select private.is_admin())
  );
create policy "engines read equity snapshots" on public.equity_snapshots for select to engine using (true);
create policy "engines add equity snapshots" on public.equity_snapshots for insert to engine with check (true);
create policy "engines replace equity snapshots" on public.equity_snapshots for update to engine
  using (true)
  with check (true);
revoke all on public.equity_snapshots from anon, authenticated, service_role;
grant select on public.equity_snapshots to authenticated;
grant select, insert, update on public.equity_snapshots to engine;
