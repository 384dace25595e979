-- Why: who may act as an admin is a row, revocable at once; JWT claims would live on until they expire.
-- Admins are added in Studio or in SQL, never through the API. Locks: auth.users briefly (foreign key).
create table private.admins (
  user_id uuid primary key references auth.users (id) on delete cascade,
  created_at timestamptz not null default now()
);
comment on table private.admins is 'Users who may do an admin''s work. Edited in Studio or SQL only.';
alter table private.admins enable row level security;

-- Definer: nobody of the API may read private.admins, everybody signed in may ask about himself.
create function private.is_admin()
returns boolean
language sql
stable
security definer
set search_path = ''
as $$
  select exists (
    select from private.admins as a
    where a.user_id = (select auth.uid())
  )
$$;
comment on function private.is_admin() is 'Tells whether the caller''s JWT is an admin''s. In policies as (select private.is_admin()), so that it is asked once a statement.';
revoke execute on function private.is_admin() from public;
grant usage on schema private to authenticated;
grant execute on function private.is_admin() to authenticated;
