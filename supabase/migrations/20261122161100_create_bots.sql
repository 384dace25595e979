-- Why: a bot is what its user wants (intent, written by functions) and what the engine reports (fact, written by engines).
-- Locks: none.
create table public.bots (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  exchange_key_id uuid not null,
  name text not null,
  symbol text not null,
  strategy text not null,
  config jsonb not null,
  config_version integer not null default 1,
  desired_state text not null default 'stopped',
  desired_version integer not null default 0,
  stop_policy text not null default 'keep_take_profits',
  status text not null default 'idle',
  status_code text,
  status_reason text,
  status_at timestamptz not null default now(),
  acknowledged_version integer not null default 0,
  running_config_version integer,
  claim_epoch bigint not null default 0,
  engine_id uuid references public.engines (id) on delete set null,
  lock_key integer generated always as identity,
  started_at timestamptz,
  stopped_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint bots_name_length check (char_length(name) between 1 and 80),
  constraint bots_symbol_valid check (symbol ~ '^[A-Z0-9]{1,20}/[A-Z0-9]{1,20}:[A-Z0-9]{1,20}$'),
  constraint bots_strategy_valid check (strategy in ('as_grid', 'range_grid')),
  constraint bots_config_is_object check (jsonb_typeof(config) = 'object'),
  constraint bots_config_size check (octet_length(config::text) <= 16384),
  constraint bots_config_version_positive check (config_version > 0),
  constraint bots_desired_state_valid check (desired_state in ('running', 'stopped')),
  constraint bots_stop_policy_valid check (stop_policy in ('keep_take_profits', 'cancel_orders', 'close_positions')),
  constraint bots_status_valid check (status in ('idle', 'starting', 'running', 'stopping', 'stopped', 'faulted')),
  constraint bots_acknowledged_is_desired_before check (acknowledged_version between 0 and desired_version),
  constraint bots_running_config_existed check (running_config_version between 1 and config_version),
  constraint bots_claim_epoch_not_negative check (claim_epoch >= 0),
  constraint bots_lock_key_unique unique (lock_key),
  constraint bots_id_user_id_unique unique (id, user_id),
  -- Over both columns: a bot can never hang on another user's key, whoever writes.
  constraint bots_exchange_key_is_owners foreign key (exchange_key_id, user_id)
    references public.exchange_keys (id, user_id) on delete cascade
);
comment on table public.bots is 'Grid bots. Intent: name, config, desired_state, stop_policy and their versions. Fact: status and what stands after it.';
comment on column public.bots.desired_version is 'Raised by every start, stop and close; claimable while acknowledged_version is behind it.';
comment on column public.bots.acknowledged_version is 'The desired_version the engine has carried out, or faulted on.';
comment on column public.bots.config_version is 'Raised when config changes; running_config_version is what the engine trades by.';
comment on column public.bots.status_code is 'Stable snake_case code of the reason, for programs; status_reason is the sentence for the trader.';
comment on column public.bots.claim_epoch is 'Raised at each claim. Every write of an engine names it; under an old one nothing is changed.';
comment on column public.bots.lock_key is 'Advisory lock (2, lock_key): one engine a bot.';
create index bots_user_id_idx on public.bots (user_id);
create index bots_exchange_key_id_user_id_idx on public.bots (exchange_key_id, user_id);
create index bots_engine_id_idx on public.bots (engine_id);
create unique index bots_symbol_runs_once_idx on public.bots (exchange_key_id, symbol) where desired_state = 'running';
create index bots_claimable_idx on public.bots (exchange_key_id)
  where acknowledged_version < desired_version or status in ('starting', 'running', 'stopping');
create trigger bots_set_updated_at before update on public.bots
  for each row execute function private.set_updated_at();
create trigger bots_epoch_never_falls before update of claim_epoch on public.bots
  for each row when (new.claim_epoch < old.claim_epoch)
  execute function private.refuse_change('A bot''s claim epoch never falls');

alter table public.bots enable row level security;
create policy "owners and admins read bots" on public.bots for select to authenticated
  using (user_id = (select auth.uid()) or (select private.is_admin()));
create policy "engines read bots" on public.bots for select to engine using (true);
create policy "engines report on bots" on public.bots for update to engine
  using (true)
  with check (true);
revoke all on public.bots from anon, authenticated, service_role;
grant select on public.bots to authenticated;
grant select on public.bots to engine;
grant update (
  status, status_code, status_reason, status_at, acknowledged_version, running_config_version,
  claim_epoch, engine_id, started_at, stopped_at
) on public.bots to engine;
