-- Why: figures change every second, and messages cost money: each user gets one merged message every five seconds, and
-- only while his page is open. Locks: none.
create unlogged table private.user_presence (
  user_id uuid primary key references auth.users (id) on delete cascade,
  seen_at timestamptz not null default now(),
  metrics_sent_at timestamptz
) with (fillfactor = 50);
comment on table private.user_presence is 'Whose page was open when. Unlogged: after a crash the pages tell again within a minute.';
create index user_presence_seen_at_idx on private.user_presence (seen_at);
alter table private.user_presence enable row level security;
revoke all on private.user_presence from anon, authenticated, service_role;

-- Definer: the table is nobody's to read or write.
create function public.touch_seen()
returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  caller uuid := private.require_user();
begin
  insert into private.user_presence as p (user_id)
  values (caller)
  on conflict on constraint user_presence_pkey do update
  set seen_at = excluded.seen_at;
end
$$;
comment on function public.touch_seen() is 'The caller''s page is open: for the next two minutes his metrics are broadcast. Call it once a minute.';
revoke execute on function public.touch_seen() from public;
grant execute on function public.touch_seen() to authenticated;

-- Definer: engines may send nothing themselves.
create function private.broadcast_metrics()
returns integer
language plpgsql
security definer
set search_path = ''
set timezone = 'UTC'
as $$
declare
  -- Five seconds, less what a five-second timer of an engine may be early.
  pause constant interval := interval '4.5 seconds';
  due record;
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
    perform private.send_broadcast('metrics', due.user_id, due.rows);
    sent := sent + 1;
  end loop;
  return sent;
end
$$;
comment on function private.broadcast_metrics() is 'Engines, every five seconds each: sends every user seen in the last two minutes the metrics of his bots that changed, at most one message a pause whatever the number of engines. Returns how many messages. Uses user_presence_seen_at_idx, bots_user_id_idx.';
revoke execute on function private.broadcast_metrics() from public;
grant execute on function private.broadcast_metrics() to engine;
