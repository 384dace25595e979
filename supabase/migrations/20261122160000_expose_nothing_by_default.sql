-- Why: on older hosted projects whatever is made in public is handed to the Data API roles, and everywhere a new
-- function may be run by everybody. From here on a migration exposes only what it grants by name.
-- Locks: none. Old engines: not concerned.
alter default privileges in schema public revoke all on tables from anon, authenticated, service_role;
alter default privileges in schema public revoke all on sequences from anon, authenticated, service_role;
alter default privileges in schema public revoke all on functions from anon, authenticated, service_role;
alter default privileges revoke execute on functions from public;
