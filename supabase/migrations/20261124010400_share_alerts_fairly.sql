-- Why: the dispatcher looked at the first twenty messages that were due, whosoever they were. A trader with a thousand of
-- them (he may have a thousand bots on paper) had them all put off, and again as soon as they were due: nobody else's margin
-- warning went out for hours. Now everybody's first message is looked at before anybody's second, of a channel what presses
-- before what does not, and a channel that is full is passed over. And the kill switch is told once, at once, as the end of
-- grace is: the bots' own word that they have stopped comes when an engine has done it.
-- Locks: public.alert_channels briefly (constraint). Old engines: not concerned.
alter table public.alert_channels
  add constraint alert_channels_topics_few check (cardinality(topics) <= 5);

create or replace function private.topic_of_event(level text, code text)
returns text
language sql
immutable
set search_path = ''
as $$
  select case
    -- A suspension itself is told once, of the account; each bot's line about it would repeat it.
    when code in ('grace_ended', 'stopped_by_platform') then 'grace'
    when level <> 'info' and (code like 'margin\_%' or code = 'insufficient_margin' or code like '%liquidation%') then 'margin'
    when code = 'bot_stopped' or code like '%stop\_loss%' or code like '%take\_profit\_reached' or code like '%hard\_stop%'
      or code like '%max\_loss' or code like '%\_stop' then 'stop'
    when level = 'error' then 'fault'
  end
$$;

-- Definer: the outbox is nobody's to read or write.
create or replace function public.claim_alerts(message_id uuid default null, batch integer default 20)
returns jsonb
language plpgsql
security definer
set search_path = ''
set timezone = 'UTC'
as $$
declare
  lease constant interval := interval '60 seconds';
  due record;
  burst constant integer := 10;
  claimed uuid[] := '{}';
  full_channels uuid[] := '{}';
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
    from (
      select w.id, w.next_attempt_at,
        w.topic in ('margin', 'fault', 'grace', 'test') as is_urgent,
        row_number() over (
          partition by w.channel_id
          order by w.topic in ('margin', 'fault', 'grace', 'test') desc, w.created_at
        ) as place
      from public.alert_messages as w
      join public.alert_channels as c on c.id = w.channel_id
      where (
          (w.status = 'pending' and w.next_attempt_at <= now())
          or (w.status = 'sending' and w.locked_until <= now())
        )
        and c.is_enabled
        and c.status = 'active'
        and (claim_alerts.message_id is null or w.id = claim_alerts.message_id)
        -- A test is sent by the call that asks for it, whose user waits; the timer takes what that one left.
        and (claim_alerts.message_id is not null or w.topic <> 'test' or w.created_at < now() - interval '15 seconds')
    ) as d
    join public.alert_messages as m on m.id = d.id
    -- Asked once more of the row that was locked: another dispatcher may just have had it.
    where d.place <= burst
      and (
        (m.status = 'pending' and m.next_attempt_at <= now())
        or (m.status = 'sending' and m.locked_until <= now())
      )
    -- Everybody's first before anybody's second: who has a thousand messages waiting makes nobody else wait.
    order by d.place, d.is_urgent desc, d.next_attempt_at
    for update of m skip locked
  loop
    exit when cardinality(claimed) >= least(greatest(claim_alerts.batch, 1), 100);
    continue when due.channel_id = any (full_channels);
    -- A receiver is not flooded, whatever happens: a burst of ten, thirty an hour.
    wait := public.take_rate_limit(jsonb_build_array(
      jsonb_build_object('key', 'alert:' || due.channel_id, 'calls', 30, 'seconds', 3600),
      jsonb_build_object('key', 'alert_burst:' || due.channel_id, 'calls', burst, 'seconds', 60)
    ));
    if wait > 0 then
      full_channels := full_channels || due.channel_id;
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
comment on function public.claim_alerts(uuid, integer) is 'Dispatcher: takes due messages for a minute, or the one named: everybody''s first before anybody''s second, what presses first, ten of a channel a minute and thirty an hour. Makes digests and forgets what is older than 30 days on the way. Uses alert_messages_due_idx.';
