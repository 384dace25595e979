-- Why: what the platform knows of a person: name, language, and how far the verification of the exchange UID has come.
-- Locks: auth.users briefly (foreign key, trigger).
create table public.profiles (
  user_id uuid primary key references auth.users (id) on delete cascade,
  display_name text,
  locale text not null default 'en',
  status text not null default 'pending_key',
  status_reason text,
  exchange_uid text,
  grace_ends_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint profiles_status_valid check (status in ('pending_key', 'pending_review', 'active', 'suspended', 'rejected')),
  constraint profiles_display_name_length check (char_length(display_name) between 1 and 80),
  constraint profiles_locale_valid check (locale ~ '^[a-z]{2}(-[A-Z]{2})?$'),
  constraint profiles_status_reason_length check (char_length(status_reason) <= 500),
  constraint profiles_exchange_uid_valid check (exchange_uid ~ '^[0-9A-Za-z_-]{1,64}$'),
  constraint profiles_exchange_uid_unique unique (exchange_uid),
  constraint profiles_active_has_uid check (status <> 'active' or exchange_uid is not null),
  constraint profiles_grace_needs_suspension check (grace_ends_at is null or status = 'suspended')
);
comment on table public.profiles is 'One row a user, made at sign-up. Name and locale are the user''s, the status is the admins''.';
comment on column public.profiles.status is 'pending_key: no real account connected yet; pending_review: UID known, not on the allowlist; active: may trade on real venues.';
comment on column public.profiles.exchange_uid is 'The verified UID on the real exchange, from a signed call with the key itself; never of the paper exchange, never typed.';
comment on column public.profiles.grace_ends_at is 'While suspended: until when running bots may go on. Starts with the change of status itself.';
create index profiles_status_idx on public.profiles (status);
create trigger profiles_set_updated_at before update on public.profiles
  for each row execute function private.set_updated_at();

alter table public.profiles enable row level security;
create policy "owners and admins read profiles" on public.profiles for select to authenticated
  using (user_id = (select auth.uid()) or (select private.is_admin()));
create policy "owners edit their profile" on public.profiles for update to authenticated
  using (user_id = (select auth.uid()))
  with check (user_id = (select auth.uid()));
create policy "engines read profiles" on public.profiles for select to engine using (true);
revoke all on public.profiles from anon, authenticated, service_role;
grant select, update (display_name, locale) on public.profiles to authenticated;
grant select on public.profiles to engine;
