-- Why: what is worth telling is written into the outbox by the same transaction that made it happen, so nothing is told that
-- did not, and nothing that did is lost. Never at the price of the thing itself: a failure here is a warning. Fills come as
-- digests made on a timer from what is recorded, so that the path of a fill carries no trigger more. Locks: triggers, briefly.

create function private.topic_of_event(level text, code text)
returns text
language sql
immutable
set search_path = ''
as $$
  select case
    -- A suspension itself is told once, of the account; each bot's line about it would repeat it.
    when code = 'grace_ended' then 'grace'
    when level <> 'info' and (code like 'margin\_%' or code = 'insufficient_margin' or code like '%liquidation%') then 'margin'
    when code = 'bot_stopped' or code like '%stop\_loss%' or code like '%take\_profit\_reached' or code like '%hard\_stop%'
      or code like '%max\_loss' or code like '%\_stop' then 'stop'
    when level = 'error' then 'fault'
  end
$$;
comment on function private.topic_of_event(text, text) is 'Which topic a line of a bot''s log belongs to; null: nothing to tell outside.';
revoke execute on function private.topic_of_event(text, text) from public;

create function private.enqueue_alert(user_id uuid, topic text, dedupe_key text, payload jsonb)
returns void
language sql
set search_path = ''
as $$
  insert into public.alert_messages (channel_id, user_id, topic, dedupe_key, payload)
  select c.id, c.user_id, enqueue_alert.topic, enqueue_alert.dedupe_key, enqueue_alert.payload
  from public.alert_channels as c
  where c.user_id = enqueue_alert.user_id
    and c.is_enabled
    and c.status <> 'pending'
    and enqueue_alert.topic = any (c.topics)
  on conflict on constraint alert_messages_dedupe_key_unique do nothing
$$;
comment on function private.enqueue_alert(uuid, text, text, jsonb) is 'Puts a message into the outbox of each channel that wants this topic. Uses alert_channels_user_id_kind_unique.';
revoke execute on function private.enqueue_alert(uuid, text, text, jsonb) from public;

create function private.ten_minutes()
returns text
language sql
stable
set search_path = ''
as $$
  select to_char(date_bin('10 minutes', now(), 'epoch'), 'YYYYMMDDHH24MI')
$$;
comment on function private.ten_minutes() is 'Names the ten minutes we are in: the same trouble is told once in each.';
revoke execute on function private.ten_minutes() from public;

-- Definer: fired by engines, who may not write the outbox.
create function private.enqueue_event_alerts()
returns trigger
language plpgsql
security definer
set search_path = ''
set timezone = 'UTC'
as $$
begin
  perform private.enqueue_alert(
    n.user_id,
    n.topic,
    case n.topic
      when 'grace' then format('%s:%s', n.code, private.ten_minutes())
      when 'stop' then 'event:' || n.id
      else format('%s:%s:%s', n.bot_id, n.code, private.ten_minutes())
    end,
    jsonb_build_object(
      'code', n.code, 'level', n.level, 'message', n.message, 'at', n.created_at,
      'bot', jsonb_build_object('id', b.id, 'name', b.name, 'symbol', b.symbol)
    )
  )
  from (select e.*, private.topic_of_event(e.level, e.code) as topic from new_rows as e) as n
  join public.bots as b on b.id = n.bot_id
  where n.topic is not null
    and exists (select from public.alert_channels as c where c.user_id = n.user_id);
  return null;
exception
  when others then
    raise warning 'Alerts were not enqueued: %', sqlerrm;
    return null;
end
$$;
comment on function private.enqueue_event_alerts() is 'Statement trigger: lines of bots'' logs that are worth telling, into the outbox. Never fails its statement.';
revoke execute on function private.enqueue_event_alerts() from public;
create trigger bot_events_alert after insert on public.bot_events
  referencing new table as new_rows
  for each statement execute function private.enqueue_event_alerts();

-- Definer: as above.
create function private.enqueue_status_alert()
returns trigger
language plpgsql
security definer
set search_path = ''
set timezone = 'UTC'
as $$
begin
  perform private.enqueue_alert(
    new.user_id,
    'grace',
    format('status:%s:%s', new.status, now()),
    jsonb_build_object(
      'code', 'account_' || new.status, 'level', case when new.status in ('suspended', 'rejected') then 'warning' else 'info' end,
      'message', coalesce(new.status_reason, ''), 'at', now(), 'grace_ends_at', new.grace_ends_at
    )
  );
  return null;
exception
  when others then
    raise warning 'Alerts were not enqueued: %', sqlerrm;
    return null;
end
$$;
comment on function private.enqueue_status_alert() is 'Row trigger: a suspension, its grace, a rejection and a reinstatement, into the outbox. Never fails its statement.';
revoke execute on function private.enqueue_status_alert() from public;
create trigger profiles_alert_status after update on public.profiles
  for each row when (
    (old.status, old.grace_ends_at) is distinct from (new.status, new.grace_ends_at)
    and ('suspended' in (old.status, new.status) or new.status = 'rejected')
  )
  execute function private.enqueue_status_alert();

create function private.enqueue_digests()
returns integer
language plpgsql
set search_path = ''
set timezone = 'UTC'
as $$
declare
  -- A fill is stamped when its transaction begins: later ones may still be on their way.
  until_at constant timestamptz := now() - interval '15 seconds';
  channel public.alert_channels;
  told integer := 0;
  figures jsonb;
begin
  for channel in
    select c.*
    from public.alert_channels as c
    where c.is_enabled
      and c.status = 'active'
      and 'fills' = any (c.topics)
      and c.fills_told_until <= until_at - make_interval(mins => c.digest_minutes)
    for update skip locked
  loop
    select jsonb_build_object(
      'count', sum(f.fills), 'from', channel.fills_told_until, 'until', until_at,
      'symbols', jsonb_agg(jsonb_build_object(
        'symbol', f.symbol, 'fills', f.fills, 'realized_pnl', f.realized_pnl::text, 'fees', f.fees::text,
        'unknown', f.unknown
      ) order by f.fills desc, f.symbol)
    )
    into figures
    from (
      select f.symbol, count(*) as fills, sum(f.realized_pnl) as realized_pnl,
        sum(f.fee) filter (where f.fee_currency = split_part(split_part(f.symbol, ':', 1), '/', 2)) as fees,
        count(*) filter (where f.realized_pnl is null or f.fee is null) as unknown
      from public.fills as f
      where f.user_id = channel.user_id
        and f.filled_at > channel.fills_told_until - interval '7 days'
        and f.recorded_at > channel.fills_told_until
        and f.recorded_at <= until_at
      group by f.symbol
      order by count(*) desc
      limit 20
    ) as f;
    update public.alert_channels as c set fills_told_until = until_at where c.id = channel.id;
    if (figures ->> 'count')::integer > 0 then
      insert into public.alert_messages (channel_id, user_id, topic, dedupe_key, payload)
      values (channel.id, channel.user_id, 'fills', 'fills:' || until_at, figures || '{"code": "fills", "level": "info"}')
      on conflict on constraint alert_messages_dedupe_key_unique do nothing;
      told := told + 1;
    end if;
  end loop;
  return told;
end
$$;
comment on function private.enqueue_digests() is 'Makes the digests that are due, of fills recorded since the last one. Uses fills_user_id_filled_at_idx. Sums of known figures; how many are unknown stands beside them.';
revoke execute on function private.enqueue_digests() from public;
