-- Why: what a strategy must not forget: anchors, paused locks, cycle counters. Losing one costs money.
-- Locks: none.
create table public.bot_states (
  bot_id uuid primary key references public.bots (id) on delete cascade,
  claim_epoch bigint not null,
  state jsonb not null,
  version integer not null default 1,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint bot_states_version_positive check (version > 0),
  constraint bot_states_claim_epoch_not_negative check (claim_epoch >= 0)
);
comment on table public.bot_states is 'The strategy''s durable state, one row a bot; engines only.';
comment on column public.bot_states.version is 'The form of state, by the strategy that wrote it.';
create trigger bot_states_set_updated_at before update on public.bot_states
  for each row execute function private.set_updated_at();
create trigger bot_states_epoch_never_falls before update of claim_epoch on public.bot_states
  for each row when (new.claim_epoch < old.claim_epoch)
  execute function private.refuse_change('A state is never overwritten under an older epoch');

alter table public.bot_states enable row level security;
create policy "engines read states" on public.bot_states for select to engine using (true);
create policy "engines add states" on public.bot_states for insert to engine with check (true);
create policy "engines replace states" on public.bot_states for update to engine
  using (true)
  with check (true);
revoke all on public.bot_states from anon, authenticated, service_role;
grant select, insert, update on public.bot_states to engine;
