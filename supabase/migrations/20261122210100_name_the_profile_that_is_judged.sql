-- Why: between an admin's looking and his clicking the user may connect another account, or another admin decide. A decision
-- now names what it was made about, and is refused when that is no longer so. Locks: none. Old engines: not concerned.
drop function public.set_profile_status(uuid, text, text, timestamptz);

-- Definer: the status of a profile is the admins', whom a grant cannot name.
create function public.set_profile_status(
  user_id uuid,
  status text,
  reason text default null,
  grace_ends_at timestamptz default null,
  expected_uid text default null,
  expected_status text default null
)
returns public.profiles
language plpgsql
security definer
set search_path = ''
as $$
declare
  grace_max constant interval := interval '90 days';
  before public.profiles;
  profile public.profiles;
begin
  perform private.require_admin();
  if set_profile_status.status is null
    or set_profile_status.status not in ('pending_key', 'pending_review', 'active', 'suspended', 'rejected') then
    perform private.refuse('validation_failed', 'There is no such status');
  elsif char_length(set_profile_status.reason) > 500 then
    perform private.refuse('validation_failed', 'A reason has at most 500 characters');
  elsif set_profile_status.grace_ends_at is not null and set_profile_status.status <> 'suspended' then
    perform private.refuse('validation_failed', 'Only a suspension has a time of grace');
  elsif set_profile_status.grace_ends_at > now() + grace_max then
    perform private.refuse('validation_failed', 'A time of grace lasts at most 90 days');
  end if;
  select p.* into before
  from public.profiles as p
  where p.user_id = set_profile_status.user_id
  for update;
  if not found then
    perform private.refuse('not_found', 'There is no such profile');
  elsif set_profile_status.expected_status is not null and set_profile_status.expected_status <> before.status then
    perform private.refuse('profile_changed', format('This account is %s by now. Look at it again', before.status));
  elsif set_profile_status.status = 'active' and before.exchange_uid is null then
    perform private.refuse('validation_failed', 'This user has not connected a real account yet');
  elsif set_profile_status.status = 'active' and set_profile_status.expected_uid is null then
    perform private.refuse('validation_failed', 'Say which UID you approve');
  elsif set_profile_status.expected_uid is not null
    and set_profile_status.expected_uid is distinct from before.exchange_uid then
    perform private.refuse('profile_changed', 'This user has connected another account meanwhile. Look at the new UID first');
  elsif (set_profile_status.status = 'pending_key') <> (before.exchange_uid is null)
    and set_profile_status.status in ('pending_key', 'pending_review') then
    perform private.refuse('validation_failed', 'A profile waits for a key as long as it has no UID, and for a review afterwards');
  elsif not private.may_move_profile(before.status, set_profile_status.status) then
    perform private.refuse('validation_failed', 'An active account is suspended or rejected, not sent back to waiting');
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
  return profile;
end
$$;
comment on function public.set_profile_status(uuid, text, text, timestamptz, text, text) is 'Admin: approves, rejects, suspends or reinstates; what follows does the trigger. To approve, the UID must be named; a UID or status that is no longer the expected one refuses the call.';
revoke execute on function public.set_profile_status(uuid, text, text, timestamptz, text, text) from public;
grant execute on function public.set_profile_status(uuid, text, text, timestamptz, text, text) to authenticated;

-- As before, and the traders are told.
create or replace function private.stop_overdue_bots()
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  overdue uuid;
  stopped integer;
  total integer := 0;
begin
  for overdue in
    select p.user_id
    from public.profiles as p
    where p.status = 'suspended'
      and p.grace_ends_at <= now()
      and exists (select from public.bots as b where b.user_id = p.user_id and b.desired_state = 'running')
    for update of p skip locked
  loop
    stopped := private.stop_closed_bots(
      overdue,
      'grace_ended',
      'The time of grace is over: the bot cancels what would open positions, keeps its take-profits and stops'
    );
    total := total + stopped;
    perform private.audit('grace_ended', 'profile:' || overdue, jsonb_build_object('bots_stopped', stopped, 'by', private.acting_role()));
  end loop;
  return total;
end
$$;
