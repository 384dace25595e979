-- Why: two pages of one trader changed the same bot, and the later one undid the earlier without a word. Who says which
-- config_version his form began with is refused where it is not the newest any more. Locks: none.
-- Old callers: name no version and are served as before.
drop function public.update_bot(uuid, text, jsonb);

-- Definer: bots is nobody's to write but through functions.
create function public.update_bot(
  bot_id uuid,
  name text default null,
  config jsonb default null,
  config_version integer default null
)
returns public.bots
language plpgsql
security definer
set search_path = ''
as $$
declare
  bot public.bots := private.lock_own_bot(update_bot.bot_id);
begin
  if bot.status = 'stopping' then
    perform private.refuse('bot_not_editable', 'This bot is stopping. Wait until it has stopped');
  end if;
  if update_bot.name is not null then
    perform private.check_bot_name(update_bot.name);
  end if;
  if update_bot.config is not null then
    perform private.check_bot_config(update_bot.config);
  end if;
  -- Said twice by a network that lost the answer: it is there already.
  if update_bot.config_version <> bot.config_version and update_bot.config is distinct from bot.config then
    perform private.refuse(
      'config_changed',
      format('The settings have been changed meanwhile, they are at version %s. Load them anew and change them there', bot.config_version)
    );
  end if;
  update public.bots as b
  set name = coalesce(btrim(update_bot.name), b.name),
      config = coalesce(update_bot.config, b.config),
      config_version = b.config_version + (coalesce(update_bot.config, b.config) <> b.config)::integer
  where b.id = bot.id
  returning b.* into bot;
  return bot;
end
$$;
comment on function public.update_bot(uuid, text, jsonb, integer) is 'Owner: renames a bot or changes its configuration, null leaves as it is. With the config_version the change was made from it is refused where another change came first. A running bot takes a new config_version over and acknowledges it.';
revoke execute on function public.update_bot(uuid, text, jsonb, integer) from public;
grant execute on function public.update_bot(uuid, text, jsonb, integer) to authenticated;
