-- Why: on hosted Supabase the dispatcher (functions/alerts) is called every half minute by pg_cron through pg_net, and the end
-- of grace is kept to the minute even where no engine runs. Where these extensions do not exist (the embedded start, whose
-- own timer calls) nothing is scheduled and the migration goes through all the same. The address and the project's secret key
-- are read from Supabase Vault at each call and stand nowhere else; until both are there nothing is called:
--   select vault.create_secret('https://PROJECT.supabase.co', 'trellis_api_url');
--   select vault.create_secret('sb_secret_…', 'trellis_secret_key');
-- Locks: none. Old engines: not concerned.

-- Definer: reads the vault, which cron's role may not everywhere.
create function private.call_alerts()
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  api_url text;
  secret_key text;
begin
  if to_regclass('vault.decrypted_secrets') is null or to_regproc('net.http_post') is null then
    return false;
  end if;
  -- Text: where the extensions are missing the names must not be looked up.
  execute $sql$
    select max(s.decrypted_secret) filter (where s.name = 'trellis_api_url'),
      max(s.decrypted_secret) filter (where s.name = 'trellis_secret_key')
    from vault.decrypted_secrets as s
    where s.name in ('trellis_api_url', 'trellis_secret_key')
  $sql$ into api_url, secret_key;
  if api_url is null or secret_key is null then
    return false;
  end if;
  execute $sql$
    select net.http_post(
      url := $1 || '/functions/v1/alerts/dispatch',
      headers := jsonb_build_object('apikey', $2, 'content-type', 'application/json'),
      body := '{}'::jsonb,
      timeout_milliseconds := 45000
    )
  $sql$ using rtrim(api_url, '/'), secret_key;
  return true;
end
$$;
comment on function private.call_alerts() is 'Calls the dispatcher of alerts; false where pg_net, the vault or its two secrets are missing.';
revoke execute on function private.call_alerts() from public;

do $$
begin
  if (
    select count(*) from pg_catalog.pg_available_extensions as e where e.name in ('pg_cron', 'pg_net')
  ) < 2 then
    raise notice 'pg_cron or pg_net is not available here: something else must call the dispatcher of alerts';
    return;
  end if;
  create extension if not exists pg_net;
  create extension if not exists pg_cron;
  execute $sql$ select cron.schedule('trellis-alerts', '30 seconds', 'select private.call_alerts()') $sql$;
  execute $sql$ select cron.schedule('trellis-grace', '* * * * *', 'select private.stop_overdue_bots()') $sql$;
end
$$;
