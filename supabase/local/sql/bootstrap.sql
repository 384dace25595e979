-- Embedded Supabase: what the platform has in place BEFORE project migrations run.
-- Runs once, on a fresh cluster, as the initdb superuser (named supabase_admin, like the platform), in one transaction.
-- Roles have no passwords here: roles.ts sets them at each start.

-- 1. Roles. `postgres` is deliberately NOT a superuser: that is what migrations run as on the platform.
create role anon          nologin noinherit;
create role authenticated nologin noinherit;
create role service_role  nologin noinherit bypassrls;
create role authenticator login noinherit;
create role dashboard_user nologin createrole createdb replication;
create role supabase_auth_admin     nologin noinherit;
create role supabase_realtime_admin nologin noinherit;
create role postgres login createrole createdb replication bypassrls;
grant anon, authenticated, service_role to authenticator;
grant anon, authenticated, service_role, supabase_auth_admin, supabase_realtime_admin, pg_monitor, pg_read_all_data, pg_signal_backend to postgres;
-- @supabase/lite uses ONE login for Auth (needs auth.*), REST (set_config('role', …)) and introspection through
-- information_schema (shows only what the login may touch, so it must INHERIT the API roles). Not a superuser, no BYPASSRLS.
create role lite_api login inherit;
grant supabase_auth_admin, anon, authenticated, service_role to lite_api;
alter role lite_api set search_path = public, extensions; -- requests without an Accept-Profile header use bare names
alter role anon          set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';
alter role postgres            set search_path = "$user", public, extensions;
alter database postgres owner to postgres;
alter database postgres set timezone = 'UTC';

-- 2. Schemas, extensions.
create schema extensions authorization postgres;
grant usage on schema extensions to postgres, anon, authenticated, service_role, supabase_auth_admin;
create extension pgcrypto    schema extensions;
create extension "uuid-ossp" schema extensions;
create extension pg_stat_statements schema extensions;
grant usage on schema public to anon, authenticated, service_role;
revoke create on schema public from public;

-- 3. auth: schema + claim helpers (tables are made by @supabase/lite's ensureSystemSchema()).
create schema auth authorization supabase_auth_admin;
grant all on schema auth to lite_api;
grant usage on schema auth to anon, authenticated, service_role, postgres;
-- Owned by supabase_admin on purpose: lite's own weaker CREATE OR REPLACE of these four then fails (it ignores errors).
create function auth.jwt() returns jsonb language sql stable as
  $$ select coalesce(nullif(current_setting('request.jwt.claim', true), ''), nullif(current_setting('request.jwt.claims', true), ''))::jsonb $$;
create function auth.uid() returns uuid language sql stable as
  $$ select coalesce(nullif(current_setting('request.jwt.claim.sub', true), ''), nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $$;
create function auth.role() returns text language sql stable as
  $$ select coalesce(nullif(current_setting('request.jwt.claim.role', true), ''), nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role') $$;
create function auth.email() returns text language sql stable as
  $$ select coalesce(nullif(current_setting('request.jwt.claim.email', true), ''), nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'email') $$;
alter default privileges for role lite_api in schema auth grant all on tables to postgres, dashboard_user;
alter default privileges for role lite_api in schema auth grant all on sequences to postgres, dashboard_user;
alter default privileges for role lite_api in schema auth grant all on functions to postgres, dashboard_user;

-- 4. realtime: the parts an application may call or write policies on.
create schema realtime;
grant usage on schema realtime to postgres, anon, authenticated, service_role;
grant all   on schema realtime to supabase_realtime_admin with grant option;
create table realtime.messages (           -- the platform partitions this by day on inserted_at and keeps ~3 days
  topic text not null, extension text not null, payload jsonb, event text, private boolean default false,
  updated_at timestamp not null default now(), inserted_at timestamp not null default now(),
  id uuid not null default gen_random_uuid(), binary_payload bytea,
  primary key (id, inserted_at));
create index messages_inserted_at_topic_index on realtime.messages (inserted_at desc, topic) where extension = 'broadcast' and private is true;
alter table realtime.messages owner to supabase_realtime_admin;
alter table realtime.messages enable row level security;
grant all on realtime.messages to postgres;
grant select, insert, update on realtime.messages to anon, authenticated, service_role;

create function realtime.topic() returns text language sql stable as
  $$ select nullif(current_setting('realtime.topic', true), '') $$;
create function realtime.send(payload jsonb, event text, topic text, private boolean default true) returns void language plpgsql as $$
declare mid uuid := gen_random_uuid();
begin
  perform set_config('realtime.topic', send.topic, true);
  insert into realtime.messages (id, payload, event, topic, private, extension)
  values (mid, case when send.payload ? 'id' then send.payload else send.payload || jsonb_build_object('id', mid) end,
          send.event, send.topic, send.private, 'broadcast');
exception when others then
  raise warning 'WarnSendingBroadcastMessage: %', sqlerrm;      -- like the platform: a failed send never fails the caller
end $$;
create function realtime.broadcast_changes(topic_name text, event_name text, operation text, table_name text, table_schema text,
                                           new record, old record, level text default 'ROW') returns void language plpgsql as $$
begin
  if level = 'STATEMENT' then raise exception 'function can only be triggered for each row, not for each statement'; end if;
  if operation not in ('INSERT', 'UPDATE', 'DELETE') then raise exception 'Unexpected operation type: %', operation; end if;
  perform realtime.send(jsonb_build_object('old_record', old, 'record', new, 'operation', operation,
                                           'table', table_name, 'schema', table_schema), event_name, topic_name);
exception when others then
  raise exception 'Failed to process the row: %', sqlerrm;
end $$;
-- Embedded only: feeds the embedded Realtime server. NOTIFY carries at most 8000 bytes, larger rows go by id.
create function realtime.embedded_notify() returns trigger language plpgsql security definer set search_path = '' as $$
declare full_row text := jsonb_build_object('id', new.id, 'topic', new.topic, 'event', new.event, 'private', new.private, 'payload', new.payload)::text;
begin
  perform pg_notify('embedded_realtime', case when octet_length(full_row) < 7500 then full_row else jsonb_build_object('id', new.id)::text end);
  return null;
end $$;
revoke execute on function realtime.embedded_notify() from public;
create trigger embedded_notify after insert on realtime.messages for each row
  when (new.extension = 'broadcast' and new.event is not null) execute function realtime.embedded_notify();
alter function realtime.topic() owner to supabase_realtime_admin;
alter function realtime.send(jsonb, text, text, boolean) owner to supabase_realtime_admin;
alter function realtime.broadcast_changes(text, text, text, text, text, record, record, text) owner to supabase_realtime_admin;

-- 5. The publication that migrations may add tables to (`alter publication supabase_realtime add table …`).
set role postgres;
create publication supabase_realtime with (publish = 'insert, update, delete, truncate');
reset role;

-- 6. Default privileges for what migrations create in public. New cloud projects (since 2026-05-30) expose nothing
-- to the Data API roles without an explicit GRANT, so grant nothing here: migrations must carry their GRANTs.
-- (Functions are still executable by PUBLIC, on the platform too: migrations must revoke that.)
create schema supabase_migrations authorization postgres;
