-- Why: a place the Data API never serves: admins, sealed keys, and the functions behind policies and triggers.
-- Locks: none. Old engines: not concerned.
create schema private;
comment on schema private is 'Never exposed by the Data API: admins, sealed exchange keys, functions behind policies and triggers.';
revoke all on schema private from public;

create function private.set_updated_at()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  new.updated_at := now();
  return new;
end
$$;
comment on function private.set_updated_at() is 'Row trigger: stamps updated_at with the transaction''s time.';
revoke execute on function private.set_updated_at() from public;

create function private.refuse_change()
returns trigger
language plpgsql
set search_path = ''
as $$
begin
  raise exception using
    errcode = 'restrict_violation',
    message = tg_argv[0],
    detail = format('%s on %I.%I', lower(tg_op), tg_table_schema, tg_table_name);
end
$$;
comment on function private.refuse_change() is 'Trigger: refuses the statement with the sentence given as its argument. The condition stands in the trigger''s WHEN, so nothing is called on the usual path.';
revoke execute on function private.refuse_change() from public;

create function private.refuse(code text, sentence text)
returns void
language plpgsql
set search_path = ''
as $$
begin
  raise exception using errcode = 'P0001', message = refuse.code, detail = refuse.sentence;
end
$$;
comment on function private.refuse(text, text) is 'Ends a call with an API error code (functions/_shared/errors.ts) and a sentence for the trader.';
revoke execute on function private.refuse(text, text) from public;
