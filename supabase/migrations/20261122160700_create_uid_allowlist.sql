-- Why: UIDs whose owners are approved without a review. Written by the admin functions only.
-- Locks: none.
create table public.uid_allowlist (
  id uuid primary key default gen_random_uuid(),
  uid text not null,
  note text,
  added_by uuid references auth.users (id) on delete set null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint uid_allowlist_uid_unique unique (uid),
  constraint uid_allowlist_uid_valid check (uid ~ '^[0-9]{1,32}$'),
  constraint uid_allowlist_note_length check (char_length(note) <= 500)
);
comment on table public.uid_allowlist is 'UIDs of the real exchange that are approved as soon as their key is connected.';
create index uid_allowlist_added_by_idx on public.uid_allowlist (added_by);
create trigger uid_allowlist_set_updated_at before update on public.uid_allowlist
  for each row execute function private.set_updated_at();

alter table public.uid_allowlist enable row level security;
create policy "admins read the allowlist" on public.uid_allowlist for select to authenticated
  using ((select private.is_admin()));
revoke all on public.uid_allowlist from anon, authenticated, service_role;
grant select on public.uid_allowlist to authenticated;
