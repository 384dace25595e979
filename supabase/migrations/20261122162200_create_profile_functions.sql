-- Why: the checks every function of the API begins with, and what an admin does to a profile.
-- Locks: none.

create function private.require_user()
returns uuid
language plpgsql
stable
set search_path = ''
as $$
declare
  caller uuid := (select auth.uid());
begin
  if caller is null then
    perform private.refuse('unauthorized', 'Sign in first');
  end if;
  return caller;
end
$$;
comment on function private.require_user() is 'Returns who calls, or ends the call with unauthorized.';
revoke execute on function private.require_user() from public;

create function private.require_admin()
returns uuid
language plpgsql
stable
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
begin
  if not private.is_admin() then
    perform private.refuse('forbidden', 'Only an admin may do this');
  end if;
  return caller;
end
$$;
comment on function private.require_admin() is 'Returns the admin who calls, or ends the call with unauthorized or forbidden.';
revoke execute on function private.require_admin() from public;

create function private.require_open_profile(user_id uuid)
returns public.profiles
language plpgsql
set search_path = ''
as $$
declare
  profile public.profiles;
begin
  -- Shared lock: a suspension that comes meanwhile waits, and then sees what was written under the old status.
  select p.* into profile
  from public.profiles as p
  where p.user_id = require_open_profile.user_id
  for share;
  if not found then
    perform private.refuse('not_found', 'There is no such profile');
  elsif profile.status = 'suspended' then
    perform private.refuse('profile_suspended', 'This account is suspended: ' || coalesce(profile.status_reason, 'please contact support'));
  elsif profile.status = 'rejected' then
    perform private.refuse('profile_not_active', 'This account was not approved: ' || coalesce(profile.status_reason, 'please contact support'));
  end if;
  return profile;
end
$$;
comment on function private.require_open_profile(uuid) is 'Returns the profile unless it is suspended or rejected; holds it against changes of status until the transaction ends.';
revoke execute on function private.require_open_profile(uuid) from public;

create function private.stop_bots_of_user(user_id uuid, stop_policy text)
returns integer
language plpgsql
set search_path = ''
as $$
declare
  stopped integer;
begin
  update public.bots as b
  set desired_state = 'stopped',
      desired_version = b.desired_version + 1,
      stop_policy = stop_bots_of_user.stop_policy
  where b.user_id = stop_bots_of_user.user_id
    and b.desired_state = 'running';
  get diagnostics stopped = row_count;
  return stopped;
end
$$;
comment on function private.stop_bots_of_user(uuid, text) is 'Asks all running bots of a user to stop. Uses bots_user_id_idx.';
revoke execute on function private.stop_bots_of_user(uuid, text) from public;

-- Definer: the status of a profile is the admins', whom a grant cannot name.
create function public.set_profile_status(
  user_id uuid,
  status text,
  reason text default null,
  grace_ends_at timestamptz default null
)
returns public.profiles
language plpgsql
security definer
set search_path = ''
as $$
declare
  before public.profiles;
  profile public.profiles;
  stopped integer := 0;
begin
  perform private.require_admin();
  if set_profile_status.status is null
    or set_profile_status.status not in ('pending_key', 'pending_review', 'active', 'suspended', 'rejected') then
    perform private.refuse('validation_failed', 'There is no such status');
  elsif char_length(set_profile_status.reason) > 500 then
    perform private.refuse('validation_failed', 'A reason has at most 500 characters');
  elsif set_profile_status.grace_ends_at is not null and set_profile_status.status <> 'suspended' then
    perform private.refuse('validation_failed', 'Only a suspension has a time of grace');
  end if;
  select p.* into before
  from public.profiles as p
  where p.user_id = set_profile_status.user_id
  for update;
  if not found then
    perform private.refuse('not_found', 'There is no such profile');
  elsif set_profile_status.status = 'active' and before.exchange_uid is null then
    perform private.refuse('validation_failed', 'This user has not connected a real account yet');
  end if;
  update public.profiles as p
  set status = set_profile_status.status,
      status_reason = set_profile_status.reason,
      -- Suspending the suspended again moves the end of grace only when one is given.
      grace_ends_at = case
        when set_profile_status.status <> 'suspended' then null
        when before.status = 'suspended' then coalesce(set_profile_status.grace_ends_at, before.grace_ends_at)
        else set_profile_status.grace_ends_at
      end
  where p.user_id = set_profile_status.user_id
  returning p.* into profile;
  if profile.status in ('suspended', 'rejected') and coalesce(profile.grace_ends_at <= now(), true) then
    stopped := private.stop_bots_of_user(profile.user_id, 'keep_take_profits');
  end if;
  perform private.audit(
    'profile_status_set',
    'profile:' || profile.user_id,
    jsonb_build_object(
      'from', before.status, 'to', profile.status, 'reason', profile.status_reason,
      'grace_ends_at', profile.grace_ends_at, 'bots_stopped', stopped
    )
  );
  return profile;
end
$$;
comment on function public.set_profile_status(uuid, text, text, timestamptz) is 'Admin: approves, rejects, suspends or reinstates. Without a time of grace a suspension stops the bots, keeping take-profits.';
revoke execute on function public.set_profile_status(uuid, text, text, timestamptz) from public;
grant execute on function public.set_profile_status(uuid, text, text, timestamptz) to authenticated;
