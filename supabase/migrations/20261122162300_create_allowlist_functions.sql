-- Why: how admins keep the allowlist. Locks: none.

-- Definer: the allowlist and the profiles it opens are the admins', whom a grant cannot name.
create function public.add_allowlisted_uids(uids jsonb)
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  admin_id uuid := private.require_admin();
  entries jsonb;
  added integer;
  activated integer;
begin
  if jsonb_typeof(uids) is distinct from 'array' or jsonb_array_length(uids) not between 1 and 10000 then
    perform private.refuse('validation_failed', 'Give a list of 1 to 10000 UIDs');
  end if;
  select jsonb_agg(case when jsonb_typeof(e.value) = 'object' then e.value else jsonb_build_object('uid', e.value) end)
  into entries
  from jsonb_array_elements(uids) as e;
  if exists (
    select from jsonb_array_elements(entries) as e
    where coalesce(e.value ->> 'uid', '') !~ '^[0-9]{1,32}$' or char_length(e.value ->> 'note') > 500
  ) then
    perform private.refuse('validation_failed', 'A UID has 1 to 32 digits, a note at most 500 characters');
  end if;
  insert into public.uid_allowlist (uid, note, added_by)
  select distinct on (e.value ->> 'uid') e.value ->> 'uid', nullif(e.value ->> 'note', ''), admin_id
  from jsonb_array_elements(entries) as e
  on conflict on constraint uid_allowlist_uid_unique do nothing;
  get diagnostics added = row_count;
  update public.profiles as p
  set status = 'active',
      status_reason = null
  where p.status = 'pending_review'
    and p.exchange_uid in (select e.value ->> 'uid' from jsonb_array_elements(entries) as e);
  get diagnostics activated = row_count;
  insert into public.audit_events (actor_id, action, target, detail)
  select admin_id, 'uid_allowlisted', 'uid:' || (e.value ->> 'uid'), jsonb_strip_nulls(jsonb_build_object('note', e.value ->> 'note'))
  from jsonb_array_elements(entries) as e;
  perform private.audit('allowlist_extended', 'uid_allowlist', jsonb_build_object('added', added, 'activated', activated));
  return added;
end
$$;
comment on function public.add_allowlisted_uids(jsonb) is 'Admin: adds UIDs, each a string or {"uid", "note"}, and activates whoever waited for a review with one of them. Returns how many were new.';
revoke execute on function public.add_allowlisted_uids(jsonb) from public;
grant execute on function public.add_allowlisted_uids(jsonb) to authenticated;

-- Definer: as above.
create function public.remove_allowlisted_uid(uid text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.require_admin();
  delete from public.uid_allowlist as a
  where a.uid = remove_allowlisted_uid.uid;
  if not found then
    perform private.refuse('not_found', 'This UID is not on the allowlist');
  end if;
  perform private.audit('uid_removed', 'uid:' || remove_allowlisted_uid.uid, '{}');
end
$$;
comment on function public.remove_allowlisted_uid(text) is 'Admin: takes a UID off the allowlist. Who was activated by it stays so: suspending is an act of its own.';
revoke execute on function public.remove_allowlisted_uid(text) from public;
grant execute on function public.remove_allowlisted_uid(text) to authenticated;
