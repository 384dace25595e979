-- Why: an admin sees what a change of the allowlist will do before it does it: who becomes active, who enters grace. One
-- function works it out, for the preview and for the deed; the deed names the preview it was agreed to and is refused when
-- something has changed since. Changes by hand in Studio are audited like all others. Locks: public.uid_allowlist briefly.

-- Definer: fired by whoever wrote the rows, who may not write the audit himself.
create function private.audit_allowlist()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if tg_op = 'INSERT' then
    insert into public.audit_events (actor_id, action, target, detail)
    select (select auth.uid()), 'uid_allowlisted', 'uid:' || n.uid,
      jsonb_strip_nulls(jsonb_build_object('note', n.note, 'by', private.acting_role()))
    from new_rows as n;
  elsif tg_op = 'DELETE' then
    insert into public.audit_events (actor_id, action, target, detail)
    select (select auth.uid()), 'uid_removed', 'uid:' || o.uid,
      jsonb_strip_nulls(jsonb_build_object('by', private.acting_role()))
    from old_rows as o;
  else
    insert into public.audit_events (actor_id, action, target, detail)
    select (select auth.uid()), 'uid_changed', 'uid:' || n.uid,
      jsonb_strip_nulls(jsonb_build_object(
        'uid_before', case when o.uid <> n.uid then o.uid end, 'note', n.note, 'by', private.acting_role()
      ))
    from new_rows as n
    join old_rows as o using (id)
    where (n.uid, n.note) is distinct from (o.uid, o.note);
  end if;
  return null;
end
$$;
comment on function private.audit_allowlist() is 'Statement trigger: writes every change of the allowlist into the audit, whoever made it.';
revoke execute on function private.audit_allowlist() from public;
create trigger uid_allowlist_audit_insert after insert on public.uid_allowlist
  referencing new table as new_rows
  for each statement execute function private.audit_allowlist();
create trigger uid_allowlist_audit_delete after delete on public.uid_allowlist
  referencing old table as old_rows
  for each statement execute function private.audit_allowlist();
create trigger uid_allowlist_audit_update after update on public.uid_allowlist
  referencing old table as old_rows new table as new_rows
  for each statement execute function private.audit_allowlist();
comment on table public.uid_allowlist is 'UIDs of the real exchange that are approved as soon as their key is connected. A row added here by hand does not approve who waits already: use the admin page for that.';

create function private.check_allowlist_change(change jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  added jsonb := coalesce(change -> 'add', '[]');
  removed jsonb := coalesce(change -> 'remove', '[]');
begin
  if jsonb_typeof(change) is distinct from 'object' or jsonb_typeof(added) <> 'array' or jsonb_typeof(removed) <> 'array'
    or jsonb_typeof(coalesce(change -> 'replace', 'false')) <> 'boolean' then
    perform private.refuse('validation_failed', 'Give lists of UIDs to add and to remove');
  elsif jsonb_array_length(added) + jsonb_array_length(removed) not between 1 and 10000 then
    perform private.refuse('validation_failed', 'Give a list of 1 to 10000 UIDs');
  elsif exists (
    select from jsonb_array_elements(added) as e
    where coalesce(case when jsonb_typeof(e.value) = 'object' then e.value ->> 'uid' else e.value #>> '{}' end, '') !~ '^[0-9]{1,32}$'
      or char_length(case when jsonb_typeof(e.value) = 'object' then e.value ->> 'note' end) > 500
  ) or exists (
    select from jsonb_array_elements(removed) as e
    where coalesce(e.value #>> '{}', '') !~ '^[0-9]{1,32}$'
  ) then
    perform private.refuse('validation_failed', 'A UID has 1 to 32 digits, a note at most 500 characters');
  elsif jsonb_typeof(change -> 'grace_hours') not in ('null', 'number')
    or (change ->> 'grace_hours')::numeric not between 0 and 2160 then
    perform private.refuse('validation_failed', 'A time of grace lasts 0 to 2160 hours');
  elsif (change ->> 'replace')::boolean and jsonb_array_length(added) = 0 then
    perform private.refuse('validation_failed', 'A list that replaces the allowlist cannot be empty');
  end if;
end
$$;
comment on function private.check_allowlist_change(jsonb) is 'Ends the call with validation_failed unless the change reads {"add": [uid | {uid, note}], "remove": [uid], "replace": boolean, "grace_hours": number | null}.';
revoke execute on function private.check_allowlist_change(jsonb) from public;

create function private.plan_allowlist_change(change jsonb)
returns jsonb
language plpgsql
stable
set search_path = ''
as $$
declare
  plan jsonb;
begin
  with
    wanted as (
      select distinct on (w.uid) w.uid, w.note
      from (
        select
          case when jsonb_typeof(e.value) = 'object' then e.value ->> 'uid' else e.value #>> '{}' end as uid,
          nullif(case when jsonb_typeof(e.value) = 'object' then e.value ->> 'note' end, '') as note
        from jsonb_array_elements(coalesce(change -> 'add', '[]')) as e
      ) as w
      order by w.uid
    ),
    unwanted as (
      select distinct e.value #>> '{}' as uid
      from jsonb_array_elements(coalesce(change -> 'remove', '[]')) as e
      union
      select a.uid from public.uid_allowlist as a where (change ->> 'replace')::boolean
      except
      select w.uid from wanted as w
    ),
    removed as (
      select a.uid from public.uid_allowlist as a where a.uid in (select u.uid from unwanted as u)
    ),
    added as (
      select w.* from wanted as w where not exists (select from public.uid_allowlist as a where a.uid = w.uid)
    ),
    people as (
      select p.user_id, p.exchange_uid, p.status, u.email,
        (select count(*) from public.bots as b where b.user_id = p.user_id and b.desired_state = 'running') as bots
      from public.profiles as p
      join auth.users as u on u.id = p.user_id
      where p.exchange_uid in (select w.uid from wanted as w union all select r.uid from removed as r)
    ),
    activated as (
      select p.* from people as p where p.status = 'pending_review' and p.exchange_uid in (select w.uid from wanted as w)
    ),
    left_over as (
      select p.* from people as p where p.status = 'active' and p.exchange_uid in (select r.uid from removed as r)
    )
  select jsonb_build_object(
    'adds', coalesce((select jsonb_agg(jsonb_build_object('uid', a.uid, 'note', a.note) order by a.uid) from added as a), '[]'),
    'removes', coalesce((select jsonb_agg(r.uid order by r.uid) from removed as r), '[]'),
    'known', (select count(*) from wanted) - (select count(*) from added),
    'unknown', (select count(*) from unwanted) - (select count(*) from removed),
    'activates', coalesce((
      select jsonb_agg(jsonb_build_object('user_id', p.user_id, 'uid', p.exchange_uid, 'email', p.email, 'bots', p.bots) order by p.exchange_uid)
      from activated as p
    ), '[]'),
    'leaves', coalesce((
      select jsonb_agg(jsonb_build_object('user_id', p.user_id, 'uid', p.exchange_uid, 'email', p.email, 'bots', p.bots) order by p.exchange_uid)
      from left_over as p
    ), '[]'),
    'stays_closed', (
      select count(*) from people as p
      where p.status in ('suspended', 'rejected') and p.exchange_uid in (select w.uid from wanted as w)
    )
  )
  into plan;
  return plan || jsonb_build_object(
    'digest',
    encode(sha256(convert_to(jsonb_build_array(plan -> 'adds', plan -> 'removes', plan -> 'activates', plan -> 'leaves', change -> 'grace_hours')::text, 'UTF8')), 'hex')
  );
end
$$;
comment on function private.plan_allowlist_change(jsonb) is 'What a change of the allowlist does: adds, removes, who becomes active, who loses his place, and a digest of it all. Uses uid_allowlist_uid_unique and profiles_exchange_uid_unique.';
revoke execute on function private.plan_allowlist_change(jsonb) from public;

-- Definer: reads all profiles and their e-mails for an admin.
create function public.preview_allowlist_change(change jsonb)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  shown_max constant integer := 100;
  plan jsonb;
begin
  perform private.require_admin();
  perform private.check_allowlist_change(change);
  plan := private.plan_allowlist_change(change);
  return jsonb_build_object(
    'added', jsonb_array_length(plan -> 'adds'),
    'removed', jsonb_array_length(plan -> 'removes'),
    'known', plan -> 'known',
    'unknown', plan -> 'unknown',
    'stays_closed', plan -> 'stays_closed',
    'activated', jsonb_array_length(plan -> 'activates'),
    'leaving', jsonb_array_length(plan -> 'leaves'),
    'activates', jsonb_path_query_array(plan, '$.activates[0 to $last]', jsonb_build_object('last', shown_max - 1)),
    'leaves', jsonb_path_query_array(plan, '$.leaves[0 to $last]', jsonb_build_object('last', shown_max - 1)),
    'digest', plan -> 'digest'
  );
end
$$;
comment on function public.preview_allowlist_change(jsonb) is 'Admin: what apply_allowlist_change() would do with this; the first 100 of those concerned, all counted. Changes nothing.';
revoke execute on function public.preview_allowlist_change(jsonb) from public;
grant execute on function public.preview_allowlist_change(jsonb) to authenticated;

create function private.change_allowlist(change jsonb, digest text, admin_id uuid)
returns jsonb
language plpgsql
set search_path = ''
as $$
declare
  plan jsonb;
  grace_end timestamptz := now() + make_interval(secs => (change ->> 'grace_hours')::double precision * 3600);
  activated integer;
  suspended integer := 0;
begin
  perform private.check_allowlist_change(change);
  -- Two admins' changes come one after the other; readers do not wait.
  lock table public.uid_allowlist in share row exclusive mode;
  plan := private.plan_allowlist_change(change);
  if change_allowlist.digest is not null and change_allowlist.digest <> plan ->> 'digest' then
    perform private.refuse('preview_outdated', 'Something has changed since the preview. Look at it again');
  end if;
  insert into public.uid_allowlist (uid, note, added_by)
  select e.value ->> 'uid', e.value ->> 'note', admin_id
  from jsonb_array_elements(plan -> 'adds') as e;
  delete from public.uid_allowlist as a
  where a.uid in (select e.value #>> '{}' from jsonb_array_elements(plan -> 'removes') as e);
  update public.profiles as p
  set status = 'active',
      status_reason = null
  where p.status = 'pending_review'
    and (p.user_id::text, p.exchange_uid) in (
      select e.value ->> 'user_id', e.value ->> 'uid' from jsonb_array_elements(plan -> 'activates') as e
    );
  get diagnostics activated = row_count;
  if grace_end is not null then
    update public.profiles as p
    set status = 'suspended',
        status_reason = 'Your exchange UID is no longer on the list of verified accounts',
        grace_ends_at = grace_end
    where p.status = 'active'
      and (p.user_id::text, p.exchange_uid) in (
        select e.value ->> 'user_id', e.value ->> 'uid' from jsonb_array_elements(plan -> 'leaves') as e
      );
    get diagnostics suspended = row_count;
  end if;
  plan := jsonb_build_object(
    'added', jsonb_array_length(plan -> 'adds'), 'removed', jsonb_array_length(plan -> 'removes'),
    'activated', activated, 'suspended', suspended
  );
  perform private.audit('allowlist_changed', 'uid_allowlist', plan);
  return plan;
end
$$;
comment on function private.change_allowlist(jsonb, text, uuid) is 'Carries a change of the allowlist out; refuses with preview_outdated when it would do something else than the preview with this digest said.';
revoke execute on function private.change_allowlist(jsonb, text, uuid) from public;

-- Definer: the allowlist and the profiles it opens are the admins', whom a grant cannot name.
create function public.apply_allowlist_change(change jsonb, digest text)
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  admin_id uuid := private.require_admin();
begin
  if apply_allowlist_change.digest is null then
    perform private.refuse('validation_failed', 'Look at the preview first');
  end if;
  return private.change_allowlist(change, apply_allowlist_change.digest, admin_id);
end
$$;
comment on function public.apply_allowlist_change(jsonb, text) is 'Admin: carries out what preview_allowlist_change() showed, or refuses with preview_outdated. With grace_hours, active users whose UID is removed are suspended with that much grace.';
revoke execute on function public.apply_allowlist_change(jsonb, text) from public;
grant execute on function public.apply_allowlist_change(jsonb, text) to authenticated;

create or replace function public.add_allowlisted_uids(uids jsonb)
returns integer
language plpgsql
security definer
set search_path = ''
as $$
declare
  admin_id uuid := private.require_admin();
begin
  if jsonb_typeof(uids) is distinct from 'array' then
    perform private.refuse('validation_failed', 'Give a list of 1 to 10000 UIDs');
  end if;
  return private.change_allowlist(jsonb_build_object('add', uids), null, admin_id) ->> 'added';
end
$$;

create or replace function public.remove_allowlisted_uid(uid text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  admin_id uuid := private.require_admin();
begin
  if (private.change_allowlist(jsonb_build_object('remove', jsonb_build_array(uid)), null, admin_id) ->> 'removed')::integer = 0 then
    perform private.refuse('not_found', 'This UID is not on the allowlist');
  end if;
end
$$;
