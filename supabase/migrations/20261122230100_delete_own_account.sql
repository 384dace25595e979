-- Why: who wants to leave can, by himself and completely: the user and everything that hangs on him goes (profile, keys with
-- their sealed secrets, bots, orders, fills, figures, log). What stays is one audit event without name or address. Refused
-- while something of his still trades: a deleted bot's orders would stay on the exchange with nobody to look after them.
-- Locks: none. Old engines: not concerned, for none runs a bot of his.

-- Definer: users delete no row of auth.users themselves.
create function public.delete_account(email text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
  profile public.profiles;
begin
  select p.* into profile from public.profiles as p where p.user_id = caller for update;
  -- What was typed is compared here, too: a page may be old, a call may be a mistake.
  if not exists (
    select from auth.users as u
    where u.id = caller and lower(u.email) = lower(btrim(delete_account.email))
  ) then
    perform private.refuse('validation_failed', 'This is not the e-mail address of the account');
  elsif private.is_admin() then
    perform private.refuse('forbidden', 'An administrator''s account is not deleted here. Have the rights taken away first');
  elsif profile.status = 'suspended' then
    -- Else a suspension would end with a new sign-up.
    perform private.refuse('profile_suspended', 'A suspended account cannot be deleted by its user. Ask support');
  end if;
  -- A start that comes meanwhile waits for these rows, and then finds no bot.
  perform from public.bots as b where b.user_id = caller order by b.id for update;
  if exists (
    select from public.bots as b
    where b.user_id = caller
      and (
        b.desired_state = 'running' or b.status in ('starting', 'running', 'stopping')
        or b.acknowledged_version < b.desired_version
      )
  ) then
    perform private.refuse('account_in_use', 'A bot is still running. Stop every bot first');
  elsif exists (
    select from public.orders as o
    join public.exchange_keys as k on k.id = o.exchange_key_id
    where o.user_id = caller
      and o.bot_id is not null
      and o.status not in ('filled', 'canceled', 'rejected')
      and k.status <> 'revoked'
  ) then
    perform private.refuse('account_in_use', 'Orders of a stopped bot still rest on the exchange. Close that bot out, or stop it with its orders canceled');
  end if;
  perform private.audit('account_deleted', 'profile:' || caller, '{}', caller);
  delete from auth.users as u where u.id = caller;
end
$$;
comment on function public.delete_account(text) is 'The caller: deletes his account with everything that hangs on it, for good. email must be his own; refused while a bot runs or orders rest.';
revoke execute on function public.delete_account(text) from public;
grant execute on function public.delete_account(text) to authenticated;
