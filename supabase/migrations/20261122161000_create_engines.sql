-- Why: which engine processes there are and when each was last heard of: the lease of design.md §5.
-- Locks: none.
create table public.engines (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  host text not null,
  pid integer not null,
  backend_pid integer,
  version text not null,
  status text not null default 'running',
  capacity integer not null,
  bots_count integer not null default 0,
  started_at timestamptz not null default now(),
  heartbeat_at timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint engines_status_valid check (status in ('running', 'draining', 'stopped')),
  constraint engines_name_length check (char_length(name) between 1 and 120),
  constraint engines_capacity_not_negative check (capacity >= 0),
  constraint engines_bots_count_not_negative check (bots_count >= 0)
);
comment on table public.engines is 'One row a process start. The heartbeat is the lease: older than 10 s by the database''s clock, and the session is ended by a successor.';
comment on column public.engines.pid is 'Process id on the host.';
comment on column public.engines.backend_pid is 'Server process of the session that holds the locks, for pg_terminate_backend.';
comment on column public.engines.heartbeat_at is 'Database time of the last renewal.';
create index engines_heartbeat_at_idx on public.engines (heartbeat_at) where status <> 'stopped';
create trigger engines_set_updated_at before update on public.engines
  for each row execute function private.set_updated_at();

alter table public.engines enable row level security;
create policy "admins read engines" on public.engines for select to authenticated
  using ((select private.is_admin()));
create policy "engines read engines" on public.engines for select to engine using (true);
create policy "engines add themselves" on public.engines for insert to engine with check (true);
create policy "engines renew and end leases" on public.engines for update to engine
  using (true)
  with check (true);
create policy "engines clear away stopped engines" on public.engines for delete to engine using (true);
revoke all on public.engines from anon, authenticated, service_role;
grant select on public.engines to authenticated;
grant select, insert, update, delete on public.engines to engine;
