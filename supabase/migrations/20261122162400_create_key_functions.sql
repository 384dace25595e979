-- Why: connecting and revoking an account. Locks: none.

-- Definer: the one way into private.exchange_key_secrets, and it does not lead out. Only the keys function, as
-- service_role, may call it, after the exchange itself said whose key this is.
create function public.store_exchange_key(
  exchange_key_id uuid,
  user_id uuid,
  label text,
  venue text,
  exchange_uid text,
  key_hint text,
  permissions text[],
  ip_restricted boolean,
  sealed text,
  kid text
)
returns public.exchange_keys
language plpgsql
security definer
set search_path = ''
as $$
declare
  keys_max constant integer := 20;
  key public.exchange_keys;
  is_allowlisted boolean;
begin
  perform private.require_open_profile(store_exchange_key.user_id);
  if store_exchange_key.permissions && array['wwow', 'wtow', 'chow', 'p2p', 'withdraw', 'withdrawal', 'transfer'] then
    perform private.refuse('key_can_withdraw', 'This key may move funds away. Make one that may only trade');
  end if;
  if (
    select count(*) from public.exchange_keys as k
    where k.user_id = store_exchange_key.user_id
      and k.id <> store_exchange_key.exchange_key_id
      and k.status <> 'revoked'
  ) >= keys_max then
    perform private.refuse('validation_failed', format('An account connects at most %s keys: revoke one first', keys_max));
  end if;
  begin
    insert into public.exchange_keys as k (
      id, user_id, label, venue, exchange_uid, key_hint, permissions, ip_restricted, verified_at
    )
    values (
      store_exchange_key.exchange_key_id, store_exchange_key.user_id, store_exchange_key.label,
      store_exchange_key.venue, store_exchange_key.exchange_uid, store_exchange_key.key_hint,
      store_exchange_key.permissions, store_exchange_key.ip_restricted, now()
    )
    -- The same account again, sealed for the same row: a new key takes the place of the old, its bots stay.
    on conflict (id) do update
    set label = excluded.label,
        key_hint = excluded.key_hint,
        permissions = excluded.permissions,
        ip_restricted = excluded.ip_restricted,
        status = 'active',
        verified_at = excluded.verified_at
    where k.user_id = excluded.user_id
      and k.venue = excluded.venue
      and k.exchange_uid = excluded.exchange_uid
    returning k.* into key;
  exception
    when exclusion_violation then
      perform private.refuse('uid_taken', 'This exchange account is connected by another user');
    when unique_violation then
      perform private.refuse('uid_taken', 'You have connected this exchange account already');
  end;
  if key.id is null then
    perform private.refuse('forbidden', 'This key belongs to another account');
  end if;
  insert into private.exchange_key_secrets as s (exchange_key_id, sealed, kid)
  values (key.id, store_exchange_key.sealed, store_exchange_key.kid)
  on conflict on constraint exchange_key_secrets_pkey do update
  set sealed = excluded.sealed,
      kid = excluded.kid;
  if key.venue_kind = 'bitget' then
    is_allowlisted := exists (select from public.uid_allowlist as a where a.uid = key.exchange_uid);
    begin
      -- An active profile keeps the UID it was approved with; another account of the user is asked for at its start.
      update public.profiles as p
      set exchange_uid = key.exchange_uid,
          status = case when is_allowlisted then 'active' else 'pending_review' end
      where p.user_id = key.user_id
        and p.status in ('pending_key', 'pending_review');
    exception
      when unique_violation then
        perform private.refuse('uid_taken', 'This exchange account is connected by another user');
    end;
  end if;
  perform private.audit(
    'exchange_key_stored',
    'exchange_key:' || key.id,
    jsonb_build_object('venue', key.venue, 'exchange_uid', key.exchange_uid, 'key_hint', key.key_hint),
    key.user_id
  );
  return key;
end
$$;
comment on function public.store_exchange_key(uuid, uuid, text, text, text, text, text[], boolean, text, text) is 'Keys function only: stores a verified account and its sealed key, and moves the profile''s verification on. Write-only.';
revoke execute on function public.store_exchange_key(uuid, uuid, text, text, text, text, text[], boolean, text, text) from public;
grant execute on function public.store_exchange_key(uuid, uuid, text, text, text, text, text[], boolean, text, text) to service_role;

-- Definer: users write no row of exchange_keys themselves.
create function public.revoke_exchange_key(exchange_key_id uuid)
returns public.exchange_keys
language plpgsql
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
  key public.exchange_keys;
begin
  select k.* into key
  from public.exchange_keys as k
  where k.id = revoke_exchange_key.exchange_key_id and k.user_id = caller
  for update;
  if not found then
    perform private.refuse('not_found', 'There is no such key');
  elsif exists (
    select from public.bots as b
    where b.exchange_key_id = key.id
      and (b.desired_state = 'running' or b.status in ('starting', 'running', 'stopping'))
  ) then
    perform private.refuse('key_in_use', 'A bot runs on this key. Stop it first');
  end if;
  delete from private.exchange_key_secrets as s
  where s.exchange_key_id = key.id;
  if key.status <> 'revoked' then
    update public.exchange_keys as k
    set status = 'revoked'
    where k.id = key.id
    returning k.* into key;
    perform private.audit('exchange_key_revoked', 'exchange_key:' || key.id, '{}');
  end if;
  return key;
end
$$;
comment on function public.revoke_exchange_key(uuid) is 'Owner: destroys the sealed key and closes the account for bots; refused while a bot runs on it.';
revoke execute on function public.revoke_exchange_key(uuid) from public;
grant execute on function public.revoke_exchange_key(uuid) to authenticated;
