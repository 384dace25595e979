-- Why: who did what to whom: keys, intents and everything an admin does. Written by the functions that do it, in the same
-- transaction; changed by nobody. actor_id has no foreign key: the trace outlives the account. Locks: none.
create table public.audit_events (
  id bigint generated always as identity primary key,
  actor_id uuid,
  action text not null,
  target text not null,
  detail jsonb not null default '{}',
  at timestamptz not null default now(),
  constraint audit_events_action_valid check (action ~ '^[a-z][a-z0-9_]{0,79}$')
);
comment on table public.audit_events is 'Append-only trace of sensitive acts.';
comment on column public.audit_events.actor_id is 'Who acted; null is the platform itself.';
comment on column public.audit_events.target is 'What was acted on: profile:<id>, bot:<id>, exchange_key:<id>, uid:<uid>, or all_bots.';
create index audit_events_at_idx on public.audit_events (at desc);
create index audit_events_target_idx on public.audit_events (target, at desc);
create trigger audit_events_append_only before update or delete or truncate on public.audit_events
  for each statement execute function private.refuse_change('Audit events are never changed');

alter table public.audit_events enable row level security;
create policy "admins read audit events" on public.audit_events for select to authenticated
  using ((select private.is_admin()));
revoke all on public.audit_events from anon, authenticated, service_role;
grant select on public.audit_events to authenticated;

create function private.audit(action text, target text, detail jsonb, actor_id uuid default auth.uid())
returns void
language sql
set search_path = ''
as $$
  insert into public.audit_events (actor_id, action, target, detail)
  values (audit.actor_id, audit.action, audit.target, audit.detail)
$$;
comment on function private.audit(text, text, jsonb, uuid) is 'Writes one audit event, in the caller''s name unless another is given. Called by definer functions only.';
revoke execute on function private.audit(text, text, jsonb, uuid) from public;
