-- Why: the accounts bots trade on. The row says which account it is and what the key may do; the secret stands elsewhere.
-- Locks: none.
create extension if not exists btree_gist with schema extensions;

create table public.exchange_keys (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  label text not null,
  venue text not null,
  venue_kind text not null generated always as (case when venue = 'paper' then 'paper' else 'bitget' end) stored,
  exchange_uid text not null,
  key_hint text not null,
  permissions text[] not null default '{}',
  ip_restricted boolean not null default false,
  status text not null default 'active',
  verified_at timestamptz,
  lock_key integer generated always as identity,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint exchange_keys_label_length check (char_length(label) between 1 and 80),
  constraint exchange_keys_venue_valid check (venue in ('bitget', 'bitget_demo', 'paper')),
  constraint exchange_keys_exchange_uid_valid check (exchange_uid ~ '^[0-9A-Za-z_-]{1,64}$'),
  constraint exchange_keys_key_hint_length check (char_length(key_hint) between 1 and 16),
  constraint exchange_keys_cannot_withdraw check (not permissions && array['wwow', 'wtow', 'chow', 'p2p', 'withdraw', 'withdrawal', 'transfer']),
  constraint exchange_keys_status_valid check (status in ('active', 'invalid', 'revoked')),
  constraint exchange_keys_lock_key_unique unique (lock_key),
  constraint exchange_keys_id_user_id_unique unique (id, user_id),
  constraint exchange_keys_uid_has_one_user exclude using gist (venue_kind with =, exchange_uid with =, user_id with <>)
);
comment on table public.exchange_keys is 'Connected exchange accounts. What the browser may know of a key; the sealed secret is in private.exchange_key_secrets.';
comment on column public.exchange_keys.permissions is 'The exchange''s own codes. On Bitget wwow withdraws, wtow transfers, chow rules sub-accounts, p2p sells for cash: none may come in.';
comment on column public.exchange_keys.venue_kind is 'Which exchange the UID belongs to: Bitget''s demo keys carry the UID of the real account.';
comment on column public.exchange_keys.exchange_uid is 'From a signed call with the key itself. One UID belongs to one user, also after its keys are revoked.';
comment on column public.exchange_keys.key_hint is 'The last characters of the API key, to tell keys apart.';
comment on column public.exchange_keys.lock_key is 'Advisory lock (1, lock_key): one engine an account.';
create index exchange_keys_user_id_idx on public.exchange_keys (user_id);
create unique index exchange_keys_account_active_once_idx on public.exchange_keys (venue, exchange_uid) where status = 'active';
create trigger exchange_keys_set_updated_at before update on public.exchange_keys
  for each row execute function private.set_updated_at();

alter table public.exchange_keys enable row level security;
create policy "owners and admins read exchange keys" on public.exchange_keys for select to authenticated
  using (user_id = (select auth.uid()) or (select private.is_admin()));
create policy "engines read exchange keys" on public.exchange_keys for select to engine using (true);
create policy "engines report on exchange keys" on public.exchange_keys for update to engine
  using (status <> 'revoked')
  with check (status <> 'revoked');
revoke all on public.exchange_keys from anon, authenticated, service_role;
grant select on public.exchange_keys to authenticated;
grant select, update (status, verified_at, permissions, ip_restricted) on public.exchange_keys to engine;
