-- Why: trust is shown, not claimed: what the last full look at the exchange found, beside what the bot believed.
-- Written at each sync (start, reconnect, doubt, and at least every minute), so apart from the figures of each second.
-- Locks: none.
create table public.bot_audits (
  bot_id uuid primary key references public.bots (id) on delete cascade,
  claim_epoch bigint not null,
  synced_at timestamptz not null,
  our_long_size numeric not null,
  our_short_size numeric not null,
  exchange_long_size numeric not null,
  exchange_short_size numeric not null,
  expected_orders integer not null,
  found_orders integer not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint bot_audits_sizes_not_negative check (
    our_long_size >= 0 and our_long_size < 'Infinity' and our_short_size >= 0 and our_short_size < 'Infinity'
    and exchange_long_size >= 0 and exchange_long_size < 'Infinity'
    and exchange_short_size >= 0 and exchange_short_size < 'Infinity'
  ),
  constraint bot_audits_orders_not_negative check (expected_orders >= 0 and found_orders >= 0),
  constraint bot_audits_claim_epoch_not_negative check (claim_epoch >= 0)
) with (fillfactor = 50);
comment on table public.bot_audits is 'What a bot''s last full look at the exchange found, one row a bot. Written by engines.';
comment on column public.bot_audits.our_long_size is 'What the bot acts on after the look; unequal to the exchange''s while news is still on its way.';
comment on column public.bot_audits.expected_orders is 'Orders the bot believed to rest; found_orders of the bot''s the exchange showed.';
create trigger bot_audits_set_updated_at before update on public.bot_audits
  for each row execute function private.set_updated_at();

alter table public.bot_audits enable row level security;
create policy "owners and admins read audits" on public.bot_audits for select to authenticated
  using (
    bot_id in (select b.id from public.bots as b where b.user_id = (select auth.uid()))
    or (select private.is_admin())
  );
create policy "engines read audits" on public.bot_audits for select to engine using (true);
create policy "engines add audits" on public.bot_audits for insert to engine with check (true);
create policy "engines replace audits" on public.bot_audits for update to engine
  using (true)
  with check (true);
revoke all on public.bot_audits from anon, authenticated, service_role;
grant select on public.bot_audits to authenticated;
grant select, insert, update on public.bot_audits to engine;
