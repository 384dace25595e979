-- Why: engines log in as themselves, never as postgres: no superuser, no bypassrls, only what later migrations grant.
-- The password is set outside (a migration is read by everybody). Roles belong to the cluster, so it may exist already.
-- Locks: none. Old engines: not concerned.
do $$
begin
  if not exists (select from pg_catalog.pg_roles where rolname = 'engine') then
    create role engine login noinherit;
  end if;
end
$$;
grant usage on schema public, private to engine;
