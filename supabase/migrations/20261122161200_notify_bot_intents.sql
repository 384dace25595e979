-- Why: wakes the engines at once; their poll every few seconds remains the truth.
-- Locks: public.bots briefly (trigger).

create function private.notify_bot_intent()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  perform pg_catalog.pg_notify('trellis_bots', new.id::text);
  return null;
end
$$;
comment on function private.notify_bot_intent() is 'Row trigger: tells the engines which bot wants something new, on channel trellis_bots.';
revoke execute on function private.notify_bot_intent() from public;
create trigger bots_notify_new after insert on public.bots
  for each row when (new.desired_version > 0)
  execute function private.notify_bot_intent();
create trigger bots_notify_intent after update of desired_version, config_version on public.bots
  for each row when (new.desired_version <> old.desired_version or new.config_version <> old.config_version)
  execute function private.notify_bot_intent();
