-- Why: sealed keys live where no role of the API can read: written by store_exchange_key(), read by engines alone.
-- Locks: none.
create table private.exchange_key_secrets (
  exchange_key_id uuid primary key references public.exchange_keys (id) on delete cascade,
  sealed text not null,
  kid text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  -- The shape of a JWE in compact form (RFC 7516): whatever is not sealed does not get in.
  constraint exchange_key_secrets_sealed_is_jwe
    check (sealed ~ '^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$'),
  constraint exchange_key_secrets_sealed_length check (octet_length(sealed) <= 8192),
  constraint exchange_key_secrets_kid_length check (char_length(kid) between 1 and 128)
);
comment on table private.exchange_key_secrets is 'Exchange credentials sealed to the engines'' public key (JWE). The edge writes and can never open them.';
comment on column private.exchange_key_secrets.kid is 'Which vault key opens it; two live side by side during a rotation.';
create trigger exchange_key_secrets_set_updated_at before update on private.exchange_key_secrets
  for each row execute function private.set_updated_at();

alter table private.exchange_key_secrets enable row level security;
create policy "engines read sealed keys" on private.exchange_key_secrets for select to engine using (true);
create policy "engines re-seal keys" on private.exchange_key_secrets for update to engine
  using (true)
  with check (true);
revoke all on private.exchange_key_secrets from anon, authenticated, service_role;
grant select, update (sealed, kid) on private.exchange_key_secrets to engine;
