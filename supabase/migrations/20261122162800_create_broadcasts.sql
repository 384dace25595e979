-- Why: what happened to a user in one transaction reaches his browser as one message an event, however many statements
-- and rows it took: hosted Supabase bills and limits by message. Statement triggers collect here, a deferred trigger sends
-- at commit. Unlogged: outside a transaction the table is empty. Locks: none.
create unlogged table private.broadcasts (
  transaction_id xid8 not null default pg_current_xact_id(),
  user_id uuid not null,
  event text not null,
  rows jsonb not null,
  constraint broadcasts_pkey primary key (transaction_id, user_id, event),
  constraint broadcasts_event_valid check (event in ('bot', 'order', 'fill', 'event', 'metrics'))
);
comment on table private.broadcasts is 'Rows on their way to user:<user_id>, between their statement and the commit.';
alter table private.broadcasts enable row level security;
revoke all on private.broadcasts from anon, authenticated, service_role;

create function private.send_broadcast(event text, user_id uuid, rows jsonb)
returns void
language plpgsql
set search_path = ''
as $$
declare
  rows_max constant integer := 100;
  payload jsonb := jsonb_build_object('rows', rows);
begin
  -- A message may carry 256 kB on the smallest plan. Broadcasts are hints: the page loads what it was not sent.
  if jsonb_array_length(rows) > rows_max then
    payload := jsonb_build_object(
      'truncated', true,
      'rows', (
        select jsonb_agg(r.value order by r.ordinality)
        from jsonb_array_elements(rows) with ordinality as r
        where r.ordinality > jsonb_array_length(rows) - rows_max
      )
    );
  end if;
  perform realtime.send(payload, event, 'user:' || user_id::text, true);
end
$$;
comment on function private.send_broadcast(text, uuid, jsonb) is 'Sends {"rows": […]} to the user''s private topic, the last 100 rows at most.';
revoke execute on function private.send_broadcast(text, uuid, jsonb) from public;

-- Definer: fired by whoever wrote the row, and only the owner may touch the table and send.
create function private.flush_broadcast()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  collected jsonb;
begin
  delete from private.broadcasts as b
  where b.transaction_id = new.transaction_id and b.user_id = new.user_id and b.event = new.event
  returning b.rows into collected;
  perform private.send_broadcast(new.event, new.user_id, collected);
  return null;
end
$$;
comment on function private.flush_broadcast() is 'Deferred row trigger: at commit, sends what the transaction collected for one user and event.';
revoke execute on function private.flush_broadcast() from public;
create constraint trigger broadcasts_flush after insert on private.broadcasts
  deferrable initially deferred
  for each row execute function private.flush_broadcast();

create function private.collect_broadcast(event text, user_id uuid, rows jsonb)
returns void
language sql
set search_path = ''
as $$
  insert into private.broadcasts as b (user_id, event, rows)
  values (collect_broadcast.user_id, collect_broadcast.event, collect_broadcast.rows)
  on conflict on constraint broadcasts_pkey do update
  set rows = b.rows || excluded.rows
$$;
comment on function private.collect_broadcast(text, uuid, jsonb) is 'Adds rows to what this transaction tells a user at commit.';
revoke execute on function private.collect_broadcast(text, uuid, jsonb) from public;
