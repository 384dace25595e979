-- Why: the functions of the API can be called past the edge, whose rate limit does not see it: starting and stopping in turns
-- would fill the audit and wake every engine. Counted where each of them begins; a refused call takes its count back, and
-- has written nothing else either. Not stable any more, for it writes. Locks: none. Old engines: not concerned.
create or replace function private.require_user()
returns uuid
language plpgsql
volatile
set search_path = ''
as $$
declare
  calls_a_minute constant integer := 240;
  caller uuid := (select auth.uid());
  wait double precision;
begin
  if caller is null then
    perform private.refuse('unauthorized', 'Sign in first');
  end if;
  wait := public.take_rate_limit(
    jsonb_build_array(jsonb_build_object('key', 'function:' || caller, 'calls', calls_a_minute, 'seconds', 60))
  );
  if wait > 0 then
    perform private.refuse('rate_limited', format('Too many requests. Try again in %s seconds', ceil(wait)));
  end if;
  return caller;
end
$$;
comment on function private.require_user() is 'Returns who calls, or ends the call with unauthorized, or with rate_limited past 240 calls a minute.';
alter function private.require_admin() volatile;
