-- Why: making and changing bots. The functions validate a configuration by the strategy's schema; here stands what must
-- hold whoever calls. Locks: none.

create function private.check_bot_name(name text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  if coalesce(char_length(btrim(check_bot_name.name)), 0) not between 1 and 80 then
    perform private.refuse('validation_failed', 'A bot''s name has 1 to 80 characters');
  end if;
end
$$;
comment on function private.check_bot_name(text) is 'Ends the call with validation_failed when this is no name for a bot.';
revoke execute on function private.check_bot_name(text) from public;

create function private.check_bot_config(config jsonb)
returns void
language plpgsql
set search_path = ''
as $$
begin
  if jsonb_typeof(check_bot_config.config) is distinct from 'object' then
    perform private.refuse('validation_failed', 'A configuration is an object');
  elsif octet_length(check_bot_config.config::text) > 16384 then
    perform private.refuse('validation_failed', 'This configuration is too large');
  end if;
end
$$;
comment on function private.check_bot_config(jsonb) is 'Ends the call with validation_failed when this cannot be a configuration.';
revoke execute on function private.check_bot_config(jsonb) from public;

create function private.lock_own_bot(bot_id uuid)
returns public.bots
language plpgsql
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
  bot public.bots;
begin
  select b.* into bot
  from public.bots as b
  where b.id = lock_own_bot.bot_id and b.user_id = caller
  for update;
  if not found then
    perform private.refuse('not_found', 'There is no such bot');
  end if;
  return bot;
end
$$;
comment on function private.lock_own_bot(uuid) is 'Returns the caller''s bot, locked until the transaction ends, or ends the call with not_found.';
revoke execute on function private.lock_own_bot(uuid) from public;

-- Definer: users write no row of bots themselves.
create function public.create_bot(exchange_key_id uuid, name text, symbol text, strategy text, config jsonb)
returns public.bots
language plpgsql
security definer
set search_path = ''
as $$
declare
  bots_max constant integer := 1000;
  caller uuid := private.require_user();
  key public.exchange_keys;
  bot public.bots;
begin
  perform private.require_open_profile(caller);
  perform private.check_bot_name(create_bot.name);
  perform private.check_bot_config(create_bot.config);
  if coalesce(create_bot.symbol, '') !~ '^[A-Z0-9]{1,20}/[A-Z0-9]{1,20}:[A-Z0-9]{1,20}$' then
    perform private.refuse('symbol_unknown', 'There is no such market');
  elsif coalesce(create_bot.strategy, '') not in ('as_grid', 'range_grid') then
    perform private.refuse('validation_failed', 'There is no such strategy');
  end if;
  select k.* into key
  from public.exchange_keys as k
  where k.id = create_bot.exchange_key_id and k.user_id = caller
  for share;
  if not found then
    perform private.refuse('not_found', 'There is no such key');
  elsif key.status <> 'active' then
    perform private.refuse('key_invalid', 'This key is ' || key.status || '. Connect the account again');
  elsif (select count(*) from public.bots as b where b.user_id = caller) >= bots_max then
    perform private.refuse('validation_failed', format('An account has at most %s bots', bots_max));
  end if;
  insert into public.bots as b (user_id, exchange_key_id, name, symbol, strategy, config)
  values (caller, key.id, btrim(create_bot.name), create_bot.symbol, create_bot.strategy, create_bot.config)
  returning b.* into bot;
  return bot;
end
$$;
comment on function public.create_bot(uuid, text, text, text, jsonb) is 'Owner: makes a bot on one of his active keys; it does not run yet.';
revoke execute on function public.create_bot(uuid, text, text, text, jsonb) from public;
grant execute on function public.create_bot(uuid, text, text, text, jsonb) to authenticated;

-- Definer: as above.
create function public.update_bot(bot_id uuid, name text default null, config jsonb default null)
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
  update public.bots as b
  set name = coalesce(btrim(update_bot.name), b.name),
      config = coalesce(update_bot.config, b.config),
      config_version = b.config_version + (coalesce(update_bot.config, b.config) <> b.config)::integer
  where b.id = bot.id
  returning b.* into bot;
  return bot;
end
$$;
comment on function public.update_bot(uuid, text, jsonb) is 'Owner: renames a bot or changes its configuration, null leaves as it is. A running bot takes a new config_version over and acknowledges it.';
revoke execute on function public.update_bot(uuid, text, jsonb) from public;
grant execute on function public.update_bot(uuid, text, jsonb) to authenticated;
