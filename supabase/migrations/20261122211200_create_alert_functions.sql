-- Why: what users do with their channels, and how the dispatcher takes messages out of the outbox and says what became of
-- them. Locks: none.

-- Definer: users write no row of alert_channels themselves.
create function public.save_alert_channel(
  kind text,
  is_enabled boolean,
  topics text[],
  digest_minutes integer,
  target text default null
)
returns public.alert_channels
language plpgsql
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
  channel public.alert_channels;
begin
  if save_alert_channel.kind is null or save_alert_channel.kind not in ('email', 'telegram', 'webhook') then
    perform private.refuse('validation_failed', 'There is no such channel');
  elsif save_alert_channel.topics is null or not save_alert_channel.topics <@ array['fills', 'fault', 'stop', 'margin', 'grace'] then
    perform private.refuse('validation_failed', 'There is no such topic');
  elsif save_alert_channel.digest_minutes is null or save_alert_channel.digest_minutes not between 5 and 1440 then
    perform private.refuse('validation_failed', 'Digests come every 5 to 1440 minutes');
  elsif save_alert_channel.kind = 'webhook'
    and (coalesce(save_alert_channel.target, '') !~ '^https?://[^[:space:]]+$' or char_length(save_alert_channel.target) > 500) then
    perform private.refuse('validation_failed', 'A webhook needs a URL of at most 500 characters');
  end if;
  insert into public.alert_channels as c (user_id, kind, is_enabled, topics, digest_minutes, target, status)
  values (
    caller, save_alert_channel.kind, coalesce(save_alert_channel.is_enabled, true), save_alert_channel.topics,
    save_alert_channel.digest_minutes,
    case when save_alert_channel.kind = 'webhook' then save_alert_channel.target end,
    case when save_alert_channel.kind = 'telegram' then 'pending' else 'active' end
  )
  on conflict on constraint alert_channels_user_id_kind_unique do update
  set is_enabled = excluded.is_enabled,
      topics = excluded.topics,
      digest_minutes = excluded.digest_minutes,
      target = case when c.kind = 'webhook' then excluded.target else c.target end,
      -- Saved again, a channel that was refused gets another chance.
      status = case when c.status = 'broken' then 'active' else c.status end,
      status_code = null,
      -- Switched on again, it does not tell what happened meanwhile.
      fills_told_until = case when excluded.is_enabled and not c.is_enabled then now() else c.fills_told_until end
  returning c.* into channel;
  return channel;
end
$$;
comment on function public.save_alert_channel(text, boolean, text[], integer, text) is 'Makes or changes the caller''s channel of this kind. What a URL may be, the function checks at saving and again at each sending.';
revoke execute on function public.save_alert_channel(text, boolean, text[], integer, text) from public;
grant execute on function public.save_alert_channel(text, boolean, text[], integer, text) to authenticated;

create function private.own_alert_channel(kind text, caller uuid)
returns public.alert_channels
language plpgsql
set search_path = ''
as $$
declare
  channel public.alert_channels;
begin
  select c.* into channel
  from public.alert_channels as c
  where c.user_id = own_alert_channel.caller and c.kind = own_alert_channel.kind
  for update;
  if not found then
    perform private.refuse('not_found', 'There is no such channel. Save it first');
  end if;
  return channel;
end
$$;
comment on function private.own_alert_channel(text, uuid) is 'Returns the caller''s channel of this kind, locked, or ends the call with not_found.';
revoke execute on function private.own_alert_channel(text, uuid) from public;

-- Definer: as above.
create function public.remove_alert_channel(kind text)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  channel public.alert_channels := private.own_alert_channel(remove_alert_channel.kind, private.require_user());
begin
  delete from public.alert_channels as c where c.id = channel.id;
end
$$;
comment on function public.remove_alert_channel(text) is 'Removes the caller''s channel of this kind, with its messages.';
revoke execute on function public.remove_alert_channel(text) from public;
grant execute on function public.remove_alert_channel(text) to authenticated;

-- Definer: as above.
create function public.request_alert_test(kind text)
returns uuid
language plpgsql
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
  channel public.alert_channels := private.own_alert_channel(request_alert_test.kind, caller);
  message uuid;
  wait double precision := public.take_rate_limit(
    jsonb_build_array(jsonb_build_object('key', 'alert_test:' || caller, 'calls', 6, 'seconds', 600))
  );
begin
  if wait > 0 then
    perform private.refuse('rate_limited', format('Too many test messages. Try again in %s seconds', ceil(wait)));
  elsif channel.status = 'pending' then
    perform private.refuse('validation_failed', 'Link Telegram first');
  end if;
  insert into public.alert_messages (channel_id, user_id, topic, dedupe_key, payload)
  values (
    channel.id, caller, 'test', 'test:' || gen_random_uuid(),
    jsonb_build_object('code', 'test', 'level', 'info', 'at', now())
  )
  returning id into message;
  return message;
end
$$;
comment on function public.request_alert_test(text) is 'Puts a test message into the outbox of the caller''s channel, at most six in ten minutes. Returns its id.';
revoke execute on function public.request_alert_test(text) from public;
grant execute on function public.request_alert_test(text) to authenticated;

-- Definer: as above.
create function public.retry_alert(message_id uuid)
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
begin
  update public.alert_messages as m
  set status = 'pending',
      attempts = 0,
      next_attempt_at = now(),
      error_code = null
  where m.id = retry_alert.message_id and m.user_id = caller and m.status = 'dead';
  if not found then
    perform private.refuse('not_found', 'There is no such message to try again');
  end if;
end
$$;
comment on function public.retry_alert(uuid) is 'Has a dead message of the caller tried again, from the first attempt on.';
revoke execute on function public.retry_alert(uuid) from public;
grant execute on function public.retry_alert(uuid) to authenticated;

-- Definer: as above.
create function public.rotate_alert_secret()
returns public.alert_channels
language plpgsql
security definer
set search_path = ''
as $$
declare
  channel public.alert_channels := private.own_alert_channel('webhook', private.require_user());
begin
  update public.alert_channels as c
  set secret_version = c.secret_version + 1
  where c.id = channel.id
  returning c.* into channel;
  perform private.audit('alert_secret_rotated', 'alert_channel:' || channel.id, '{}');
  return channel;
end
$$;
comment on function public.rotate_alert_secret() is 'Gives the caller''s webhook a new key; signatures of the old one end at once.';
revoke execute on function public.rotate_alert_secret() from public;
grant execute on function public.rotate_alert_secret() to authenticated;

-- Definer: as above.
create function public.begin_telegram_link()
returns jsonb
language plpgsql
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
  channel public.alert_channels := private.own_alert_channel('telegram', caller);
  code text := translate(encode(extensions.gen_random_bytes(15), 'base64'), '+/', '-_');
  ends_at timestamptz := now() + interval '10 minutes';
begin
  insert into private.telegram_links as l (channel_id, code_hash, expires_at)
  values (channel.id, encode(sha256(convert_to(code, 'UTF8')), 'hex'), ends_at)
  on conflict on constraint telegram_links_pkey do update
  set code_hash = excluded.code_hash,
      expires_at = excluded.expires_at;
  return jsonb_build_object('code', code, 'expires_at', ends_at);
end
$$;
comment on function public.begin_telegram_link() is 'Makes a code that links a chat to the caller''s Telegram channel when sent to the bot within ten minutes. An older code ends.';
revoke execute on function public.begin_telegram_link() from public;
grant execute on function public.begin_telegram_link() to authenticated;

-- From here on: the dispatcher's, as service_role. Definer, all: the outbox is nobody's to read or write.
create function public.claim_alerts(message_id uuid default null, batch integer default 20)
returns jsonb
language plpgsql
security definer
set search_path = ''
set timezone = 'UTC'
as $$
declare
  lease constant interval := interval '60 seconds';
  due record;
  claimed uuid[] := '{}';
  wait double precision;
begin
  if claim_alerts.message_id is null then
    perform private.enqueue_digests();
    -- What waited a day behind a closed channel is no news any more.
    update public.alert_messages as m
    set status = 'dead',
        error_code = 'expired'
    where m.status = 'pending' and m.next_attempt_at < now() - interval '24 hours';
    if random() < 0.001 then
      delete from public.alert_messages as m
      where m.status in ('sent', 'dead') and m.updated_at < now() - interval '30 days';
    end if;
  end if;
  for due in
    select m.id, m.channel_id
    from public.alert_messages as m
    join public.alert_channels as c on c.id = m.channel_id
    where (
        (m.status = 'pending' and m.next_attempt_at <= now())
        or (m.status = 'sending' and m.locked_until <= now())
      )
      and c.is_enabled
      and c.status = 'active'
      and (claim_alerts.message_id is null or m.id = claim_alerts.message_id)
      -- A test is sent by the call that asks for it, whose user waits; the timer takes what that one left.
      and (claim_alerts.message_id is not null or m.topic <> 'test' or m.created_at < now() - interval '15 seconds')
    order by m.next_attempt_at
    limit least(greatest(claim_alerts.batch, 1), 100)
    for update of m skip locked
  loop
    -- A receiver is not flooded, whatever happens: a burst of ten, thirty an hour.
    wait := public.take_rate_limit(jsonb_build_array(
      jsonb_build_object('key', 'alert:' || due.channel_id, 'calls', 30, 'seconds', 3600),
      jsonb_build_object('key', 'alert_burst:' || due.channel_id, 'calls', 10, 'seconds', 60)
    ));
    if wait > 0 then
      update public.alert_messages as m
      set status = 'pending',
          next_attempt_at = now() + make_interval(secs => wait)
      where m.id = due.id;
    else
      update public.alert_messages as m
      set status = 'sending',
          attempts = m.attempts + 1,
          locked_until = now() + lease
      where m.id = due.id;
      claimed := claimed || due.id;
    end if;
  end loop;
  return coalesce((
    select jsonb_agg(jsonb_build_object(
      'id', m.id, 'attempt', m.attempts, 'topic', m.topic, 'payload', m.payload, 'created_at', m.created_at,
      'channel', jsonb_build_object(
        'id', c.id, 'kind', c.kind, 'target', c.target, 'secret_version', c.secret_version, 'chat_id', t.chat_id
      ),
      'email', case when u.email_confirmed_at is not null then u.email end,
      'locale', p.locale
    ) order by m.created_at)
    from public.alert_messages as m
    join public.alert_channels as c on c.id = m.channel_id
    join public.profiles as p on p.user_id = m.user_id
    join auth.users as u on u.id = m.user_id
    left join private.telegram_chats as t on t.channel_id = c.id
    where m.id = any (claimed)
  ), '[]');
end
$$;
comment on function public.claim_alerts(uuid, integer) is 'Dispatcher: takes due messages for a minute, or the one named; makes digests and forgets what is older than 30 days on the way. Uses alert_messages_due_idx.';
revoke execute on function public.claim_alerts(uuid, integer) from public;
grant execute on function public.claim_alerts(uuid, integer) to service_role;

create function public.finish_alert(
  message_id uuid,
  attempt integer,
  outcome text,
  error_code text default null,
  retry_seconds integer default null
)
returns text
language plpgsql
security definer
set search_path = ''
as $$
declare
  attempts_max constant integer := 8;
  message public.alert_messages;
  pause double precision := 30 * power(2, least(finish_alert.attempt, 8) - 1) * (1 + random() / 4);
begin
  if finish_alert.outcome is null or finish_alert.outcome not in ('sent', 'retry', 'dead', 'broken') then
    perform private.refuse('validation_failed', 'There is no such outcome');
  end if;
  update public.alert_messages as m
  set status = case
        when finish_alert.outcome = 'sent' then 'sent'
        when finish_alert.outcome = 'retry' and m.attempts < attempts_max then 'pending'
        else 'dead'
      end,
      sent_at = case when finish_alert.outcome = 'sent' then now() end,
      error_code = case when finish_alert.outcome <> 'sent' then finish_alert.error_code end,
      locked_until = null,
      next_attempt_at = now() + make_interval(secs => greatest(pause, least(coalesce(finish_alert.retry_seconds, 0), 86400)))
  -- A dispatcher that came back late has lost its claim.
  where m.id = finish_alert.message_id and m.status = 'sending' and m.attempts = finish_alert.attempt
  returning m.* into message;
  if not found then
    return 'lost';
  end if;
  if finish_alert.outcome = 'broken' then
    update public.alert_channels as c
    set status = 'broken',
        status_code = finish_alert.error_code
    where c.id = message.channel_id;
  end if;
  return message.status;
end
$$;
comment on function public.finish_alert(uuid, integer, text, text, integer) is 'Dispatcher: what became of an attempt. Tries again with doubling pauses, at most eight times; broken closes the channel as well. Returns the message''s status, or lost.';
revoke execute on function public.finish_alert(uuid, integer, text, text, integer) from public;
grant execute on function public.finish_alert(uuid, integer, text, text, integer) to service_role;

create function public.read_telegram_cursor()
returns bigint
language sql
security definer
set search_path = ''
as $$
  select c.next_update_id
  from private.telegram_cursor as c
  where exists (select from private.telegram_links as l where l.expires_at > now())
$$;
comment on function public.read_telegram_cursor() is 'Dispatcher: the first update to read while somebody waits to be linked; null while nobody does.';
revoke execute on function public.read_telegram_cursor() from public;
grant execute on function public.read_telegram_cursor() to service_role;

create function public.take_telegram_update(update_id bigint, code text, chat_id text, chat_name text)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  linked uuid;
begin
  update private.telegram_cursor as c
  set next_update_id = greatest(c.next_update_id, take_telegram_update.update_id + 1);
  delete from private.telegram_links as l
  where l.code_hash = encode(sha256(convert_to(coalesce(take_telegram_update.code, ''), 'UTF8')), 'hex')
    and l.expires_at > now()
  returning l.channel_id into linked;
  if linked is null then
    return false;
  end if;
  insert into private.telegram_chats as t (channel_id, chat_id)
  values (linked, take_telegram_update.chat_id)
  on conflict on constraint telegram_chats_pkey do update
  set chat_id = excluded.chat_id;
  update public.alert_channels as c
  set status = 'active',
      status_code = null,
      target = nullif(left(btrim(take_telegram_update.chat_name), 80), ''),
      fills_told_until = now()
  where c.id = linked;
  return true;
end
$$;
comment on function public.take_telegram_update(bigint, text, text, text) is 'Dispatcher: an update of the bot was read; with a code that waits, its chat is linked. Tells whether it was.';
revoke execute on function public.take_telegram_update(bigint, text, text, text) from public;
grant execute on function public.take_telegram_update(bigint, text, text, text) to service_role;
