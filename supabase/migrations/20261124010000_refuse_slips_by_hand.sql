-- Why: tried cell by cell (supabase/tests/by_hand_matrix_test.ts), a hand in Studio could still hurt running money. A version
-- typed too large overflowed at the next stop and with it the kill switch of everybody; an order, a fill or a bot's state
-- deleted lets a client order id return; a user deleted in the dashboard left his orders on the exchange with nobody to look
-- after them; a bot of a suspended user could be started; secrets and alert channels changed without a word in the audit.
-- What an engine may not write, nobody writes; what tells money is not deleted but with its user; everything else stands in
-- the audit. The conditions stand in WHEN or in column lists: the engine's usual writes call nothing.
-- Locks: all tables named here briefly (triggers). Old engines: not concerned.

-- Definer: fired by whoever wrote the rows, who may not write the audit himself.
create or replace function private.audit_facts_by_hand()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  -- Not where cells hold what is secret or private, nor when a secret was typed in the same breath.
  is_told constant boolean := coalesce(tg_argv[0], '') <> 'without_sql'
    and current_query() !~* '(passw|passph|secret|sealed|token)';
begin
  perform private.audit(
    case tg_op when 'DELETE' then 'rows_deleted' when 'INSERT' then 'rows_added' else 'rows_edited' end,
    'table:' || tg_table_name,
    jsonb_strip_nulls(jsonb_build_object(
      'by', private.acting_role(), 'statement', case when is_told then left(current_query(), 500) end
    ))
  );
  return null;
end
$$;
comment on function private.audit_facts_by_hand() is 'Statement trigger: what is done by hand to a table stands in the audit, with its SQL unless the argument is without_sql or a secret was typed.';

do $$
declare
  -- By hand is: no JWT, not the engine, and nothing that follows from another change (a trigger's, a cascade's).
  by_hand constant text := $sql$coalesce(current_setting('request.jwt.claims', true), '') = '' and session_user <> 'engine' and pg_trigger_depth() = 0$sql$;
  told text;
begin
  -- Those of 20261123020100, which said the condition eleven times.
  foreach told in array array[
    'bot_states', 'bot_metrics', 'bot_audits', 'orders', 'fills', 'funding_payments', 'equity_snapshots', 'bot_events',
    'engines', 'bots'
  ] loop
    execute format('drop trigger %I on public.%I', told || '_audit_hand', told);
  end loop;

  foreach told in array array[
    'public.bot_states', 'public.bot_metrics', 'public.bot_audits', 'public.orders', 'public.fills',
    'public.funding_payments', 'public.equity_snapshots', 'public.bot_events', 'public.engines', 'private.schema_info',
    'private.forgotten_history', 'private.telegram_cursor'
  ] loop
    execute format(
      'create trigger %I after insert or update or delete on %s for each statement when (%s) execute function private.audit_facts_by_hand()',
      split_part(told, '.', 2) || '_audit_hand', told, by_hand
    );
  end loop;
  foreach told in array array[
    'private.exchange_key_secrets', 'private.telegram_chats', 'public.alert_channels', 'public.alert_messages'
  ] loop
    execute format(
      'create trigger %I after insert or update or delete on %s for each statement when (%s) execute function private.audit_facts_by_hand(''without_sql'')',
      split_part(told, '.', 2) || '_audit_hand', told, by_hand
    );
  end loop;
  -- Of these two some updates have an audit of their own.
  execute format(
    'create trigger exchange_keys_audit_hand after insert or delete on public.exchange_keys for each statement when (%s) execute function private.audit_facts_by_hand()',
    by_hand
  );
  execute format(
    'create trigger bots_audit_hand after insert or delete or update of
       id, user_id, exchange_key_id, symbol, strategy, config_version, status, status_code, status_reason, status_at,
       acknowledged_version, running_config_version, claim_epoch, engine_id, lock_key, started_at, stopped_at, created_at
     on public.bots for each statement when (%s) execute function private.audit_facts_by_hand()',
    by_hand
  );

  foreach told in array array[
    'public.bot_states', 'public.bot_metrics', 'public.bot_audits', 'public.orders', 'public.fills',
    'public.funding_payments', 'public.equity_snapshots', 'public.bot_events'
  ] loop
    execute format(
      'create trigger %I before delete on %s for each statement when (%s) execute function private.refuse_change(%L)',
      split_part(told, '.', 2) || '_kept', told, by_hand,
      'What engines have written is not deleted by hand: bots go on from it, and money is counted by it. It goes with its user'
    );
  end loop;
  execute format(
    'create trigger exchange_key_secrets_kept before delete on private.exchange_key_secrets for each statement when (%s) execute function private.refuse_change(%L)',
    by_hand, 'A sealed secret goes with its key: set the key''s status to revoked'
  );
  foreach told in array array['private.schema_info', 'private.forgotten_history', 'private.telegram_cursor'] loop
    execute format(
      'create trigger %I before delete or truncate on %s for each statement execute function private.refuse_change(%L)',
      split_part(told, '.', 2) || '_kept', told, 'This table has one row, and it stays'
    );
  end loop;
  execute format(
    'create trigger telegram_chats_not_emptied before truncate on private.telegram_chats for each statement execute function private.refuse_change(%L)',
    'A table is not emptied at once: that leaves no trace. Delete rows'
  );
end
$$;

-- What no engine may write either: what an order was wanted as, what the exchange said of a fill and of a payment.
create trigger orders_keep_intent before update of
    bot_id, user_id, exchange_key_id, symbol, client_order_id, position_side, order_side, purpose, level, cycle, revision,
    post_only, price, size
  on public.orders
  for each row when (
    (
      old.bot_id, old.user_id, old.exchange_key_id, old.symbol, old.client_order_id, old.position_side, old.order_side,
      old.purpose, old.level, old.cycle, old.revision, old.post_only, old.price, old.size
    ) is distinct from (
      new.bot_id, new.user_id, new.exchange_key_id, new.symbol, new.client_order_id, new.position_side, new.order_side,
      new.purpose, new.level, new.cycle, new.revision, new.post_only, new.price, new.size
    )
  )
  execute function private.refuse_change('What an order was sent as is never changed: the exchange has it so');
create trigger fills_keep_facts before update of
    exchange_key_id, user_id, venue_order_id, venue_trade_id, symbol, position_side, order_side, price, size, liquidity
  on public.fills
  for each row when (
    (
      old.exchange_key_id, old.user_id, old.venue_order_id, old.venue_trade_id, old.symbol, old.position_side,
      old.order_side, old.price, old.size, old.liquidity
    ) is distinct from (
      new.exchange_key_id, new.user_id, new.venue_order_id, new.venue_trade_id, new.symbol, new.position_side,
      new.order_side, new.price, new.size, new.liquidity
    )
  )
  execute function private.refuse_change('What the exchange said of a fill is never changed');
create trigger funding_payments_keep_facts before update of
    exchange_key_id, user_id, symbol, venue_bill_id, amount, currency, paid_at
  on public.funding_payments
  for each row when (
    (old.exchange_key_id, old.user_id, old.symbol, old.venue_bill_id, old.amount, old.currency, old.paid_at)
    is distinct from
    (new.exchange_key_id, new.user_id, new.symbol, new.venue_bill_id, new.amount, new.currency, new.paid_at)
  )
  execute function private.refuse_change('What the exchange said of a payment is never changed');

-- One that falls drops an intent nobody has carried out; one that leaps ends at the largest number there is, and then no
-- stop goes through: the kill switch is one statement over all bots.
create trigger bots_versions_step before update of desired_version, config_version, claim_epoch on public.bots
  for each row when (
    new.desired_version not between old.desired_version and old.desired_version + 1000
    or new.config_version > old.config_version + 1000
    or new.claim_epoch > old.claim_epoch + 1000
  )
  execute function private.refuse_change('A bot''s versions never fall and rise by steps: leave them alone, they rise by themselves');
create trigger bots_versions_begin before insert on public.bots
  for each row when (new.desired_version > 1000 or new.config_version > 1000 or new.claim_epoch > 1000)
  execute function private.refuse_change('A bot''s versions begin at the beginning');
create trigger bots_keep_lock before update of lock_key on public.bots
  for each row when (new.lock_key <> old.lock_key)
  execute function private.refuse_change('A lock key never changes: an engine may hold it');
create trigger exchange_keys_keep_lock before update of lock_key on public.exchange_keys
  for each row when (new.lock_key <> old.lock_key)
  execute function private.refuse_change('A lock key never changes: an engine may hold it');
create trigger bots_keep_account before update of exchange_key_id on public.bots
  for each row when (new.exchange_key_id <> old.exchange_key_id and old.desired_version > 0)
  execute function private.refuse_change('A bot that has run keeps its account: its orders rest there. Make another bot');
-- A lease from the future would keep a hung engine's bots from everybody else.
create trigger engines_heartbeat_is_past before insert or update of heartbeat_at on public.engines
  for each row when (new.heartbeat_at > clock_timestamp() + interval '1 minute')
  execute function private.refuse_change('A heartbeat is not of the future');

-- Definer: fired by whoever changed the row, who may not lock profiles and keys himself.
create function private.check_start_by_hand()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  sentence text;
begin
  perform private.require_tradable_key(new.exchange_key_id, private.require_open_profile(new.user_id));
  return new;
exception
  when raise_exception then
    get stacked diagnostics sentence = pg_exception_detail;
    raise exception using errcode = 'restrict_violation', message = 'This bot may not start: ' || sentence;
end
$$;
comment on function private.check_start_by_hand() is 'Row trigger: a start by hand is asked what a start by the trader is: is the account open, the key good, its UID verified?';
revoke execute on function private.check_start_by_hand() from public;
create trigger bots_check_start_by_hand before update of desired_state on public.bots
  for each row when (
    new.desired_state = 'running' and old.desired_state <> 'running'
    and coalesce(current_setting('request.jwt.claims', true), '') = ''
    and session_user <> 'engine' and pg_trigger_depth() = 0
  )
  execute function private.check_start_by_hand();

create function private.is_trading(bot public.bots)
returns boolean
language sql
stable
set search_path = ''
as $$
  select bot.desired_state = 'running'
    or bot.status in ('starting', 'running', 'stopping')
    or bot.acknowledged_version < bot.desired_version
    or exists (
      select from public.orders as o
      join public.exchange_keys as k on k.id = o.exchange_key_id
      where o.bot_id = bot.id
        and o.status not in ('filled', 'canceled', 'rejected')
        and k.status <> 'revoked'
    )
$$;
comment on function private.is_trading(public.bots) is 'Tells whether a bot runs, is asked to do something, or has orders on an account that is still connected. Uses orders_unfinished_idx.';
revoke execute on function private.is_trading(public.bots) from public;

-- Definer: fired by whoever deletes the user, who may not read everybody's orders. On both tables, for a user's keys and
-- bots go in no order that could be relied on; the first of them still finds everything.
create function private.keep_what_trades()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  if exists (
    select from public.bots as b
    where case tg_table_name when 'bots' then b.id = old.id else b.exchange_key_id = old.id end
      and private.is_trading(b)
  ) then
    raise exception using errcode = 'restrict_violation',
      message = 'Something of this user still trades: stop his bots with cancel_orders or close_positions first. Deleted, nobody would look after their orders';
  end if;
  return old;
end
$$;
comment on function private.keep_what_trades() is 'Row trigger: refuses to delete a key or a bot, and with it its user, while a bot runs or orders rest.';
revoke execute on function private.keep_what_trades() from public;
create trigger exchange_keys_keep_trading before delete on public.exchange_keys
  for each row execute function private.keep_what_trades();
create trigger bots_keep_trading before delete on public.bots
  for each row when (old.desired_version > 0)
  execute function private.keep_what_trades();

-- A key revoked by hand while a bot ran kept its secret for the bot's orders; nothing took it away afterwards.
create function private.forget_revoked_secrets()
returns void
language sql
set search_path = ''
as $$
  delete from private.exchange_key_secrets as s
  using public.exchange_keys as k
  where k.id = s.exchange_key_id
    and k.status = 'revoked'
    and not exists (
      select from public.bots as b
      where b.exchange_key_id = k.id
        and (
          b.desired_state = 'running' or b.status in ('starting', 'running', 'stopping')
          or b.acknowledged_version < b.desired_version
        )
    )
$$;
comment on function private.forget_revoked_secrets() is 'Destroys the sealed secrets of revoked keys that no bot needs any more.';
revoke execute on function private.forget_revoked_secrets() from public;

-- Definer: engines may delete nothing by themselves.
create or replace function private.forget_history(rows_max integer)
returns boolean
language plpgsql
security definer
set search_path = ''
as $$
declare
  has_more boolean;
  forgotten integer;
begin
  -- Space 3: accounts and bots have 1 and 2. Whoever comes second has nothing to do.
  if not pg_try_advisory_xact_lock(3, 1) then
    return false;
  end if;
  perform private.forget_revoked_secrets();
  has_more := private.thin_equity();
  delete from public.orders as o
  where o.id in (
    select old.id
    from public.orders as old
    where old.finished_at < now() - interval '30 days'
      and old.status in ('canceled', 'rejected')
      and old.filled_size = 0
      and exists (
        select from public.orders as newer
        where newer.bot_id = old.bot_id and newer.position_side = old.position_side
          and newer.purpose = old.purpose and newer.level = old.level
          and (newer.cycle, newer.revision) > (old.cycle, old.revision)
      )
    order by old.finished_at
    limit forget_history.rows_max
  );
  get diagnostics forgotten = row_count;
  has_more := has_more or forgotten = forget_history.rows_max;
  delete from public.bot_events as e
  where e.ctid = any (array(
    select old.ctid
    from public.bot_events as old
    where old.created_at < now() - interval '30 days'
      and (old.level = 'info' or old.created_at < now() - interval '90 days')
    limit forget_history.rows_max
  ));
  get diagnostics forgotten = row_count;
  return has_more or forgotten = forget_history.rows_max;
end
$$;
comment on function private.forget_history(integer) is 'Engines, about once an hour, again at once while it says true: deletes what need not be kept, so many rows of a table at most, and the secrets of revoked keys.';
