-- Why: what a hand in Studio or SQL could still do unseen or could not undo. Emptying a table left no trace, an account
-- could be given another UID, a key revoked by hand kept its secret, deleting a key or a bot took its orders and fills with
-- it, and the engines' facts (a bot's status, orders, fills) could be edited without a word in the audit.
-- By hand is: no JWT, and not the engine. The conditions stand in WHEN, so the engine's and the API's writes call nothing.
-- Locks: all tables named here briefly (triggers). Old engines: not concerned.

create trigger profiles_not_emptied before truncate on public.profiles
  for each statement execute function private.refuse_change('A table is not emptied at once: that leaves no trace. Delete rows');
create trigger uid_allowlist_not_emptied before truncate on public.uid_allowlist
  for each statement execute function private.refuse_change('A table is not emptied at once: that leaves no trace. Delete rows');
create trigger exchange_keys_not_emptied before truncate on public.exchange_keys
  for each statement execute function private.refuse_change('A table is not emptied at once: that leaves no trace. Delete rows');
create trigger engines_not_emptied before truncate on public.engines
  for each statement execute function private.refuse_change('A table is not emptied at once: that leaves no trace. Delete rows');
create trigger bots_not_emptied before truncate on public.bots
  for each statement execute function private.refuse_change('A table is not emptied at once: that leaves no trace. Delete rows');
create trigger bot_states_not_emptied before truncate on public.bot_states
  for each statement execute function private.refuse_change('A table is not emptied at once: that leaves no trace. Delete rows');
create trigger bot_metrics_not_emptied before truncate on public.bot_metrics
  for each statement execute function private.refuse_change('A table is not emptied at once: that leaves no trace. Delete rows');
create trigger bot_audits_not_emptied before truncate on public.bot_audits
  for each statement execute function private.refuse_change('A table is not emptied at once: that leaves no trace. Delete rows');
create trigger orders_not_emptied before truncate on public.orders
  for each statement execute function private.refuse_change('A table is not emptied at once: that leaves no trace. Delete rows');
create trigger fills_not_emptied before truncate on public.fills
  for each statement execute function private.refuse_change('A table is not emptied at once: that leaves no trace. Delete rows');
create trigger funding_payments_not_emptied before truncate on public.funding_payments
  for each statement execute function private.refuse_change('A table is not emptied at once: that leaves no trace. Delete rows');
create trigger equity_snapshots_not_emptied before truncate on public.equity_snapshots
  for each statement execute function private.refuse_change('A table is not emptied at once: that leaves no trace. Delete rows');
create trigger bot_events_not_emptied before truncate on public.bot_events
  for each statement execute function private.refuse_change('A table is not emptied at once: that leaves no trace. Delete rows');
create trigger alert_channels_not_emptied before truncate on public.alert_channels
  for each statement execute function private.refuse_change('A table is not emptied at once: that leaves no trace. Delete rows');
create trigger alert_messages_not_emptied before truncate on public.alert_messages
  for each statement execute function private.refuse_change('A table is not emptied at once: that leaves no trace. Delete rows');
create trigger admins_not_emptied before truncate on private.admins
  for each statement execute function private.refuse_change('A table is not emptied at once: that leaves no trace. Delete rows');
create trigger exchange_key_secrets_not_emptied before truncate on private.exchange_key_secrets
  for each statement execute function private.refuse_change('A table is not emptied at once: that leaves no trace. Delete rows');

-- Definer: fired by whoever changed the row, who may not read everybody's orders.
create function private.keep_traded_account()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if exists (select from public.orders as o where o.exchange_key_id = old.id)
    or exists (select from public.fills as f where f.exchange_key_id = old.id) then
    raise exception using errcode = 'restrict_violation',
      message = 'An account that has traded keeps its owner, venue and UID: orders and fills hang on it. Another account is connected anew';
  end if;
  return new;
end
$$;
comment on function private.keep_traded_account() is 'Row trigger: refuses to make an account that has traded another one.';
revoke execute on function private.keep_traded_account() from public;
create trigger exchange_keys_keep_account before update of user_id, venue, exchange_uid on public.exchange_keys
  for each row when ((old.user_id, old.venue, old.exchange_uid) is distinct from (new.user_id, new.venue, new.exchange_uid))
  execute function private.keep_traded_account();

-- Definer: fired by whoever changed the row, who may neither read secrets nor write the audit himself.
create function private.follow_key_by_hand()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- A bot that is to run faults on a revoked key; until it is stopped, the engine may need the secret for its orders.
  if new.status = 'revoked' and not exists (
    select from public.bots as b
    where b.exchange_key_id = new.id
      and (b.desired_state = 'running' or b.status in ('starting', 'running', 'stopping'))
  ) then
    delete from private.exchange_key_secrets as s
    where s.exchange_key_id = new.id;
  end if;
  perform private.audit('exchange_key_edited', 'exchange_key:' || new.id, jsonb_build_object(
    'by', private.acting_role(), 'from', old.status, 'to', new.status, 'is_secret_kept', private.has_sealed_key(new.id)
  ));
  return null;
end
$$;
comment on function private.follow_key_by_hand() is 'Row trigger: a key revoked by hand loses its secret as one revoked by its owner does, unless a bot is to run on it; every edit by hand stands in the audit.';
revoke execute on function private.follow_key_by_hand() from public;
create trigger exchange_keys_follow_hand after update on public.exchange_keys
  for each row when (
    coalesce(current_setting('request.jwt.claims', true), '') = ''
    and session_user <> 'engine' and pg_trigger_depth() = 0
  )
  execute function private.follow_key_by_hand();

-- Definer: asks auth.users, which not every deleting role may read.
create function private.keep_what_history_hangs_on()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  -- A deletion that follows from the user's own finds him gone already.
  if exists (select from auth.users as u where u.id = old.user_id) then
    raise exception using errcode = 'restrict_violation', message = tg_argv[0];
  end if;
  return old;
end
$$;
comment on function private.keep_what_history_hangs_on() is 'Row trigger: refuses to delete a row that orders and fills hang on, with the sentence given, unless its user goes.';
revoke execute on function private.keep_what_history_hangs_on() from public;
create trigger exchange_keys_keep before delete on public.exchange_keys
  for each row execute function private.keep_what_history_hangs_on('A key is revoked, not deleted: bots, orders and fills hang on it. Set its status');
create trigger bots_keep before delete on public.bots
  for each row when (old.desired_version > 0)
  execute function private.keep_what_history_hangs_on('A bot that has run is stopped, not deleted: orders and fills hang on it. Set its desired_state');

-- Definer: as above.
create function private.audit_facts_by_hand()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  perform private.audit(
    'rows_' || case tg_op when 'DELETE' then 'deleted' else 'edited' end, 'table:' || tg_table_name,
    jsonb_build_object('by', private.acting_role(), 'statement', left(current_query(), 500))
  );
  return null;
end
$$;
comment on function private.audit_facts_by_hand() is 'Statement trigger: an edit by hand of what engines have written stands in the audit, with its SQL.';
revoke execute on function private.audit_facts_by_hand() from public;
create trigger bot_states_audit_hand after update or delete on public.bot_states
  for each statement when (
    coalesce(current_setting('request.jwt.claims', true), '') = ''
    and session_user <> 'engine' and pg_trigger_depth() = 0
  )
  execute function private.audit_facts_by_hand();
create trigger bot_metrics_audit_hand after update or delete on public.bot_metrics
  for each statement when (
    coalesce(current_setting('request.jwt.claims', true), '') = ''
    and session_user <> 'engine' and pg_trigger_depth() = 0
  )
  execute function private.audit_facts_by_hand();
create trigger bot_audits_audit_hand after update or delete on public.bot_audits
  for each statement when (
    coalesce(current_setting('request.jwt.claims', true), '') = ''
    and session_user <> 'engine' and pg_trigger_depth() = 0
  )
  execute function private.audit_facts_by_hand();
create trigger orders_audit_hand after update or delete on public.orders
  for each statement when (
    coalesce(current_setting('request.jwt.claims', true), '') = ''
    and session_user <> 'engine' and pg_trigger_depth() = 0
  )
  execute function private.audit_facts_by_hand();
create trigger fills_audit_hand after update or delete on public.fills
  for each statement when (
    coalesce(current_setting('request.jwt.claims', true), '') = ''
    and session_user <> 'engine' and pg_trigger_depth() = 0
  )
  execute function private.audit_facts_by_hand();
create trigger funding_payments_audit_hand after update or delete on public.funding_payments
  for each statement when (
    coalesce(current_setting('request.jwt.claims', true), '') = ''
    and session_user <> 'engine' and pg_trigger_depth() = 0
  )
  execute function private.audit_facts_by_hand();
create trigger equity_snapshots_audit_hand after update or delete on public.equity_snapshots
  for each statement when (
    coalesce(current_setting('request.jwt.claims', true), '') = ''
    and session_user <> 'engine' and pg_trigger_depth() = 0
  )
  execute function private.audit_facts_by_hand();
create trigger bot_events_audit_hand after update or delete on public.bot_events
  for each statement when (
    coalesce(current_setting('request.jwt.claims', true), '') = ''
    and session_user <> 'engine' and pg_trigger_depth() = 0
  )
  execute function private.audit_facts_by_hand();
create trigger engines_audit_hand after update or delete on public.engines
  for each statement when (
    coalesce(current_setting('request.jwt.claims', true), '') = ''
    and session_user <> 'engine' and pg_trigger_depth() = 0
  )
  execute function private.audit_facts_by_hand();
create trigger bots_audit_hand after delete or update of
    status, status_code, status_reason, claim_epoch, engine_id, acknowledged_version, running_config_version,
    exchange_key_id, started_at, stopped_at
  on public.bots
  for each statement when (
    coalesce(current_setting('request.jwt.claims', true), '') = ''
    and session_user <> 'engine' and pg_trigger_depth() = 0
  )
  execute function private.audit_facts_by_hand();
