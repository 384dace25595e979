-- Why: edge functions have no memory between calls and run in many places at once; how often somebody may call is
-- counted here. Generic cell rate algorithm: one timestamp a bucket, one upsert a call, no row lock held beyond it.
-- Unlogged: after a crash everybody starts with a full bucket, which is the right answer to a crash.
-- Locks: none. Old engines: not concerned.
create unlogged table private.rate_limits (
  key text primary key,
  full_at timestamptz not null,
  constraint rate_limits_key_length check (char_length(key) between 1 and 128)
);
comment on table private.rate_limits is 'One row a bucket (user and action, or address): when it will be full again if nobody calls.';
create index rate_limits_full_at_idx on private.rate_limits (full_at);
alter table private.rate_limits enable row level security;
revoke all on private.rate_limits from anon, authenticated, service_role;

-- Definer: the functions' service key may count and nothing else. Not for callers themselves: whoever may name a bucket
-- may empty somebody else's. `buckets` = [{"key": text, "calls": int, "seconds": int}].
create function public.take_rate_limit(buckets jsonb)
returns double precision
language plpgsql
security definer
set search_path = ''
as $$
declare
  bucket record;
  wait double precision := 0;
begin
  for bucket in
    select b.key, make_interval(secs => b.seconds) as span, make_interval(secs => b.seconds::double precision / b.calls) as step
    from jsonb_to_recordset(take_rate_limit.buckets) as b (key text, calls integer, seconds integer)
    order by b.key
  loop
    insert into private.rate_limits as r (key, full_at)
    values (bucket.key, clock_timestamp() + bucket.step)
    on conflict (key) do update
      set full_at = greatest(r.full_at, clock_timestamp()) + bucket.step
      where greatest(r.full_at, clock_timestamp()) + bucket.step <= clock_timestamp() + bucket.span;
    if not found then
      select greatest(wait, extract(epoch from r.full_at + bucket.step - bucket.span - clock_timestamp()), 0.001)
      into wait
      from private.rate_limits as r
      where r.key = bucket.key;
    end if;
  end loop;
  if random() < 0.001 then
    delete from private.rate_limits as r where r.full_at < now();
  end if;
  return wait;
end
$$;
comment on function public.take_rate_limit(jsonb) is 'Takes one call from each bucket; 0, or the seconds until all of them have one again. Uses rate_limits_pkey.';
revoke execute on function public.take_rate_limit(jsonb) from public, anon, authenticated;
grant execute on function public.take_rate_limit(jsonb) to service_role;
