-- Why: a message of Realtime carries 256 kB on the smallest plan, and a hundred bot rows with large configurations are
-- 1.7 MB: it was dropped without a word. Rows are now counted in bytes as well; what does not fit the page loads. And the
-- figures of more than a hundred bots came as a message that says it is cut, every five seconds, which made the page load
-- everything as often: they are sent in as many messages as they take. Locks: none. Old engines: not concerned.
create or replace function private.send_broadcast(event text, user_id uuid, rows jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  rows_max constant integer := 100;
  -- Of 256 kB; the rest is for the envelope.
  bytes_max constant integer := 200000;
  payload jsonb := jsonb_build_object('rows', rows);
begin
  -- Broadcasts are hints: the page loads what it was not sent.
  if jsonb_array_length(rows) > rows_max or octet_length(rows::text) > bytes_max then
    payload := jsonb_build_object(
      'truncated', true,
      'rows', (
        select coalesce(jsonb_agg(k.value order by k.ordinality), '[]')
        from (
          select r.value, r.ordinality,
            sum(octet_length(r.value::text) + 2) over (order by r.ordinality desc) as bytes
          from jsonb_array_elements(rows) with ordinality as r
          where r.ordinality > jsonb_array_length(rows) - rows_max
        ) as k
        where k.bytes <= bytes_max
      )
    );
  end if;
  perform realtime.send(payload, event, 'user:' || user_id::text, true);
end
$$;
comment on function private.send_broadcast(text, uuid, jsonb) is 'Sends {"rows": […]} to the user''s private topic: of the last 100 rows as many as 200 kB hold, with "truncated": true where that is not all.';

-- Definer: engines may send nothing themselves.
create or replace function private.broadcast_metrics()
returns integer
language plpgsql
security definer
set search_path = ''
set timezone = 'UTC'
as $$
declare
  -- Five seconds, less what a five-second timer of an engine may be early.
  pause constant interval := interval '4.5 seconds';
  rows_max constant integer := 100;
  due record;
  part jsonb;
  sent integer := 0;
begin
  for due in
    with
      due_users as (
        select p.user_id, p.metrics_sent_at
        from private.user_presence as p
        where p.seen_at > clock_timestamp() - interval '2 minutes'
          and (p.metrics_sent_at is null or p.metrics_sent_at <= clock_timestamp() - pause)
        for update skip locked
      ),
      news as (
        select d.user_id, jsonb_agg(to_jsonb(m) order by m.updated_at, m.bot_id) as rows
        from due_users as d
        join public.bots as b on b.user_id = d.user_id
        join public.bot_metrics as m on m.bot_id = b.id
        -- Overlapping by a pause: a row may be committed a little after it was stamped.
        where m.updated_at > coalesce(d.metrics_sent_at, '-infinity') - pause
        group by d.user_id
      )
    update private.user_presence as p
    set metrics_sent_at = clock_timestamp()
    from news as n
    where p.user_id = n.user_id
    returning n.user_id, n.rows
  loop
    for part in
      select jsonb_agg(r.value order by r.ordinality)
      from jsonb_array_elements(due.rows) with ordinality as r
      group by (r.ordinality - 1) / rows_max
      order by (r.ordinality - 1) / rows_max
    loop
      perform private.send_broadcast('metrics', due.user_id, part);
      sent := sent + 1;
    end loop;
  end loop;
  return sent;
end
$$;
comment on function private.broadcast_metrics() is 'Engines, every five seconds each: sends every user seen in the last two minutes the metrics of his bots that changed, at most one message a pause and hundred bots whatever the number of engines. Returns how many messages. Uses user_presence_seen_at_idx, bots_user_id_idx.';
