-- Why: Studio shows a comment beside each table, view and column, and an admin who reads what a cell means does not guess.
-- And a time of grace is a time: '-infinity' could not be told to anybody. Locks: each table for a moment (comments);
-- public.profiles briefly (constraint). Old engines: not concerned.
alter table public.profiles
  add constraint profiles_grace_ends_at_finite check (isfinite(grace_ends_at));

comment on column private.admins.user_id is 'Who is an admin: auth.users. Added and removed here.';
comment on column private.admins.created_at is 'Since when.';

comment on column private.broadcasts.transaction_id is 'The transaction the rows wait for.';
comment on column private.broadcasts.user_id is 'Whose private topic they go to.';
comment on column private.broadcasts.event is 'bot, order, fill, event, metrics or profile.';
comment on column private.broadcasts.rows is 'The rows so far, as the Data API shows them.';

comment on column private.exchange_key_secrets.exchange_key_id is 'Which account it opens: public.exchange_keys.';
comment on column private.exchange_key_secrets.sealed is 'The key, secret and passphrase as a JWE; only engines can open it. Not for editing: bots on it would stop.';
comment on column private.exchange_key_secrets.created_at is 'When the row was made.';
comment on column private.exchange_key_secrets.updated_at is 'When it was sealed last: stored anew, or re-sealed for another vault key.';

comment on column private.forgotten_history.is_only_row is 'True: there is one row.';

comment on column private.rate_limits.key is 'Who or what is counted: user:<id>:<action>, function:<id>, address:<address>, alert:<id>.';
comment on column private.rate_limits.full_at is 'When all calls will be allowed again, if nobody calls. A row may be deleted: that gives all calls back.';

comment on column private.schema_info.is_only_row is 'True: there is one row.';

comment on column private.telegram_chats.channel_id is 'Which channel of public.alert_channels.';
comment on column private.telegram_chats.chat_id is 'Telegram''s number of the chat.';
comment on column private.telegram_chats.created_at is 'When it was linked.';

comment on column private.telegram_cursor.is_only_row is 'True: there is one row.';
comment on column private.telegram_cursor.next_update_id is 'Telegram''s number of the first update not read yet.';

comment on column private.telegram_links.channel_id is 'Which channel waits for a chat.';
comment on column private.telegram_links.code_hash is 'SHA-256 of the code, which is told to its user alone.';
comment on column private.telegram_links.expires_at is 'Until when the code works.';
comment on column private.telegram_links.created_at is 'When the row was made.';

comment on column private.user_presence.user_id is 'Whose page: auth.users.';
comment on column private.user_presence.seen_at is 'When it last said that it is open.';
comment on column private.user_presence.metrics_sent_at is 'When figures were last sent to it.';

comment on column public.alert_channels.id is 'Names the channel; a webhook''s key is derived from it.';
comment on column public.alert_channels.user_id is 'Whose it is: auth.users.';
comment on column public.alert_channels.kind is 'email, telegram or webhook; one of each.';
comment on column public.alert_channels.is_enabled is 'Off: nothing is written into its outbox.';
comment on column public.alert_channels.digest_minutes is 'How often fills are told, 5 to 1440.';
comment on column public.alert_channels.status_code is 'Why it is broken: the code of the last refusal.';
comment on column public.alert_channels.created_at is 'When the row was made.';
comment on column public.alert_channels.updated_at is 'When the row was last written; stamped.';

comment on column public.alert_messages.id is 'Names the message; receivers know a repetition by it.';
comment on column public.alert_messages.channel_id is 'Where it goes.';
comment on column public.alert_messages.user_id is 'Whose it is: auth.users.';
comment on column public.alert_messages.topic is 'fills, fault, stop, margin, grace or test.';
comment on column public.alert_messages.payload is 'What is told, as a webhook gets it. Not for editing: what cannot be read is given up.';
comment on column public.alert_messages.attempts is 'How often it was tried.';
comment on column public.alert_messages.next_attempt_at is 'Not before this.';
comment on column public.alert_messages.locked_until is 'While it is being sent: until when it is that dispatcher''s.';
comment on column public.alert_messages.sent_at is 'When the receiver took it.';
comment on column public.alert_messages.created_at is 'When the row was made.';
comment on column public.alert_messages.updated_at is 'When the row was last written; stamped.';

comment on column public.audit_events.id is 'Counts up; the order things happened in.';
comment on column public.audit_events.action is 'What was done, a stable code.';
comment on column public.audit_events.detail is 'What was decided and by whose login (by), without secrets.';
comment on column public.audit_events.at is 'When it was done.';

comment on column public.bot_audits.bot_id is 'Which bot.';
comment on column public.bot_audits.claim_epoch is 'Under which claim it was looked.';
comment on column public.bot_audits.synced_at is 'When it was looked, by the engine''s clock.';
comment on column public.bot_audits.our_short_size is 'As our_long_size, of the short leg.';
comment on column public.bot_audits.exchange_long_size is 'Base; what the exchange says the long leg is.';
comment on column public.bot_audits.exchange_short_size is 'Base; of the short leg.';
comment on column public.bot_audits.found_orders is 'Orders of the bot''s that the exchange showed.';
comment on column public.bot_audits.created_at is 'When the row was made.';
comment on column public.bot_audits.updated_at is 'When the row was last written; stamped.';

comment on column public.bot_events.id is 'Counts up.';
comment on column public.bot_events.bot_id is 'Which bot.';
comment on column public.bot_events.user_id is 'Whose it is: auth.users.';
comment on column public.bot_events.level is 'info, warning or error.';
comment on column public.bot_events.message is 'A sentence for the trader, with the next step.';
comment on column public.bot_events.data is 'Figures beside the sentence.';
comment on column public.bot_events.created_at is 'When it was written.';

comment on column public.bot_metrics.bot_id is 'Which bot.';
comment on column public.bot_metrics.mark_price is 'The exchange''s mark price, quote.';
comment on column public.bot_metrics.long_size is 'Base; the long leg.';
comment on column public.bot_metrics.long_entry_price is 'Quote; mean entry of the long leg, null while flat.';
comment on column public.bot_metrics.short_size is 'Base, positive; the short leg.';
comment on column public.bot_metrics.short_entry_price is 'Quote; mean entry of the short leg, null while flat.';
comment on column public.bot_metrics.unrealized_pnl is 'Quote, signed; of both legs at the mark price.';
comment on column public.bot_metrics.realized_pnl is 'Quote, signed; sum of the exchange''s, before fees.';
comment on column public.bot_metrics.funding is 'Quote; received > 0, paid < 0.';
comment on column public.bot_metrics.equity is 'Quote; of the whole account, all its bots together.';
comment on column public.bot_metrics.open_orders is 'How many orders of the bot rest.';
comment on column public.bot_metrics.fills_count is 'How many fills it has had.';
comment on column public.bot_metrics.last_sync_at is 'When the bot last looked at the whole account.';
comment on column public.bot_metrics.created_at is 'When the row was made.';
comment on column public.bot_metrics.updated_at is 'When the row was last written; stamped.';
comment on column public.bot_metrics.short_liquidation_price is 'As long_liquidation_price, of the short leg.';
comment on column public.bot_metrics.short_break_even_price is 'As long_break_even_price, of the short leg.';

comment on column public.bot_states.bot_id is 'Which bot.';
comment on column public.bot_states.claim_epoch is 'Under which claim it was written.';
comment on column public.bot_states.state is 'What the strategy must not forget. Not for editing: a running bot writes it anew, a resting one goes on from it.';
comment on column public.bot_states.created_at is 'When the row was made.';
comment on column public.bot_states.updated_at is 'When the row was last written; stamped.';

comment on column public.bots.id is 'Names the bot; part of its orders'' ids.';
comment on column public.bots.user_id is 'Whose it is: auth.users.';
comment on column public.bots.exchange_key_id is 'The account it trades on; kept once it has run.';
comment on column public.bots.name is 'Its owner''s word for it.';
comment on column public.bots.symbol is 'The market, base/quote:settle; kept for ever.';
comment on column public.bots.strategy is 'as_grid or range_grid; kept for ever.';
comment on column public.bots.config is 'Intent: what the strategy works by. The engine checks it anew and faults the bot on what makes no sense.';
comment on column public.bots.status_reason is 'The sentence for the trader to status_code.';
comment on column public.bots.status_at is 'When status last changed.';
comment on column public.bots.running_config_version is 'The config_version the engine trades by.';
comment on column public.bots.engine_id is 'Fact: the engine that holds the bot, null while none does.';
comment on column public.bots.started_at is 'When it last began to run.';
comment on column public.bots.stopped_at is 'When it last stopped.';
comment on column public.bots.created_at is 'When the row was made.';
comment on column public.bots.updated_at is 'When the row was last written; stamped.';

comment on column public.engines.id is 'Names the process start.';
comment on column public.engines.name is 'Its name, from the environment.';
comment on column public.engines.host is 'The machine.';
comment on column public.engines.version is 'The program''s version.';
comment on column public.engines.status is 'running, draining (hands its bots over) or stopped (its lease is over).';
comment on column public.engines.capacity is 'How many bots it takes at most.';
comment on column public.engines.bots_count is 'How many it holds.';
comment on column public.engines.started_at is 'When the process started.';
comment on column public.engines.created_at is 'When the row was made.';
comment on column public.engines.updated_at is 'When the row was last written; stamped.';

comment on column public.equity_snapshots.bot_id is 'Which bot.';
comment on column public.equity_snapshots.at is 'The minute; after a week the last of each hour.';
comment on column public.equity_snapshots.equity is 'Quote; of the whole account.';
comment on column public.equity_snapshots.realized_pnl is 'Quote, signed; before fees, since the bot began.';
comment on column public.equity_snapshots.unrealized_pnl is 'Quote, signed; at the mark price.';
comment on column public.equity_snapshots.fees is 'Quote; paid > 0, since the bot began.';
comment on column public.equity_snapshots.funding is 'Quote; received > 0, since the bot began.';

comment on column public.exchange_keys.id is 'Names the account; the secret is sealed for it.';
comment on column public.exchange_keys.user_id is 'Whose it is: auth.users.';
comment on column public.exchange_keys.label is 'Its owner''s word for it.';
comment on column public.exchange_keys.venue is 'bitget, bitget_demo or paper.';
comment on column public.exchange_keys.ip_restricted is 'Whether the key works from listed addresses only.';
comment on column public.exchange_keys.status is 'active, invalid (the exchange refuses it) or revoked (its secret is destroyed, for good). Stop its bots before revoking here.';
comment on column public.exchange_keys.verified_at is 'When the exchange last accepted it.';
comment on column public.exchange_keys.created_at is 'When the row was made.';
comment on column public.exchange_keys.updated_at is 'When the row was last written; stamped.';

comment on column public.fills.id is 'Counts up.';
comment on column public.fills.exchange_key_id is 'The account it happened on.';
comment on column public.fills.user_id is 'Whose it is: auth.users.';
comment on column public.fills.client_order_id is 'Our name of the order; null for a foreign one.';
comment on column public.fills.venue_order_id is 'The exchange''s name of the order.';
comment on column public.fills.venue_trade_id is 'The exchange''s name of the fill, once an account.';
comment on column public.fills.symbol is 'The market.';
comment on column public.fills.position_side is 'long or short: the leg.';
comment on column public.fills.order_side is 'buy or sell.';
comment on column public.fills.purpose is 'What the order was for; null for a foreign one.';
comment on column public.fills.price is 'Quote per base.';
comment on column public.fills.size is 'Base.';
comment on column public.fills.fee_currency is 'What the fee was paid in.';
comment on column public.fills.liquidity is 'maker or taker.';
comment on column public.fills.recorded_at is 'When we wrote it, by our clock.';

comment on column public.funding_payments.id is 'Counts up.';
comment on column public.funding_payments.exchange_key_id is 'The account it was booked on.';
comment on column public.funding_payments.bot_id is 'Which bot; null where none traded the market.';
comment on column public.funding_payments.user_id is 'Whose it is: auth.users.';
comment on column public.funding_payments.symbol is 'The market.';
comment on column public.funding_payments.venue_bill_id is 'The exchange''s name of the bill, once an account.';
comment on column public.funding_payments.currency is 'What it was paid in.';
comment on column public.funding_payments.created_at is 'When the row was made.';

comment on column public.orders.id is 'Counts up.';
comment on column public.orders.bot_id is 'Which bot.';
comment on column public.orders.user_id is 'Whose it is: auth.users.';
comment on column public.orders.exchange_key_id is 'The account it was sent to.';
comment on column public.orders.symbol is 'The market.';
comment on column public.orders.venue_order_id is 'The exchange''s name of the order, once it has one.';
comment on column public.orders.position_side is 'long or short: the leg.';
comment on column public.orders.order_side is 'buy or sell.';
comment on column public.orders.purpose is 'open, entry, take_profit, reduce or close.';
comment on column public.orders.level is 'Which step of the grid; with cycle and revision the slot its id is made of.';
comment on column public.orders.cycle is 'Counts the slot''s turns.';
comment on column public.orders.revision is 'Counts the orders of one turn.';
comment on column public.orders.post_only is 'True: refused by the exchange rather than taking.';
comment on column public.orders.size is 'Base.';
comment on column public.orders.average_price is 'Quote; mean of its fills.';
comment on column public.orders.reject_code is 'The exchange''s code of a refusal.';
comment on column public.orders.reject_message is 'The exchange''s own words for it.';
comment on column public.orders.claim_epoch is 'Under which claim it was written.';
comment on column public.orders.submitted_at is 'When it left for the exchange.';
comment on column public.orders.finished_at is 'When it was filled, canceled or rejected.';
comment on column public.orders.created_at is 'When it was wanted: before it left.';
comment on column public.orders.updated_at is 'When the row was last written; stamped.';

comment on column public.profiles.user_id is 'Who: auth.users.';
comment on column public.profiles.display_name is 'His own word for himself.';
comment on column public.profiles.locale is 'His language: en or zh-TW.';
comment on column public.profiles.created_at is 'When he signed up.';
comment on column public.profiles.updated_at is 'When the row was last written; stamped.';

comment on column public.uid_allowlist.id is 'Names the row; nothing refers to it.';
comment on column public.uid_allowlist.uid is 'The exchange''s UID, digits.';
comment on column public.uid_allowlist.note is 'For admins'' eyes.';
comment on column public.uid_allowlist.added_by is 'Which admin; null when added by hand.';
comment on column public.uid_allowlist.created_at is 'When the row was made.';
comment on column public.uid_allowlist.updated_at is 'When the row was last written; stamped.';

comment on column public.bot_grids.bot_id is 'Which bot.';
comment on column public.bot_grids.phase is 'waiting, opening, running, exiting or ended.';
comment on column public.bot_grids.awaits is 'rise or fall: how the price must come to the trigger; null: it has.';
comment on column public.bot_grids.ended_by is 'Why it exits or has ended: stop_loss, take_profit or trailing_take_profit.';
comment on column public.bot_grids.entries_off is 'True: the margin guard keeps entries off.';
comment on column public.bot_grids.range_offset is 'The first interval of the range as it stands now.';
comment on column public.bot_grids.split_at is 'Intervals from here on are short, below it long.';
comment on column public.bot_grids.center is 'The interval around which orders rest, where not all may.';
comment on column public.bot_grids.grid is 'The range and its levels.';
comment on column public.bot_grids.intervals is 'What each interval holds and waits for.';

comment on column public.bot_trust.bot_id is 'Which bot.';
comment on column public.bot_trust.last_sync_at is 'When the bot last looked at the whole account.';
comment on column public.bot_trust.our_long_size is 'Base; the long leg the bot acts on.';
comment on column public.bot_trust.our_short_size is 'Base; of the short leg.';
comment on column public.bot_trust.exchange_long_size is 'Base; what the exchange says the long leg is.';
comment on column public.bot_trust.exchange_short_size is 'Base; of the short leg.';
comment on column public.bot_trust.expected_orders is 'Orders the bot believed to rest.';
comment on column public.bot_trust.found_orders is 'Orders of the bot''s that the exchange showed.';
comment on column public.bot_trust.claim_epoch is 'How often the bot was claimed.';
comment on column public.bot_trust.engine_name is 'The engine that holds it; null while none does.';
comment on column public.bot_trust.engine_version is 'The engine''s version.';
comment on column public.bot_trust.engine_status is 'running, draining or stopped.';
comment on column public.bot_trust.engine_heartbeat_at is 'When the engine last renewed its lease.';
comment on column public.bot_trust.read_at is 'Now, by the database''s clock.';

comment on column studio.audit.at is 'When.';
comment on column studio.audit.who is 'The user''s e-mail, or the login that acted by hand.';
comment on column studio.audit.action is 'What was done.';
comment on column studio.audit.target is 'What was acted on.';
comment on column studio.audit.detail is 'What was decided.';
comment on column studio.audit.id is 'Counts up.';

comment on column studio.bots.email is 'Whose it is.';
comment on column studio.bots.name is 'Its owner''s word for it.';
comment on column studio.bots.symbol is 'The market.';
comment on column studio.bots.strategy is 'as_grid or range_grid.';
comment on column studio.bots.venue is 'bitget, bitget_demo or paper.';
comment on column studio.bots.desired_state is 'What its owner wants; edit it in public.bots.';
comment on column studio.bots.status is 'What the engine reports.';
comment on column studio.bots.status_code is 'Why, for programs.';
comment on column studio.bots.status_reason is 'Why, in words.';
comment on column studio.bots.is_waiting_for_engine is 'True: no engine has carried the intent out yet.';
comment on column studio.bots.engine is 'Who holds it.';
comment on column studio.bots.equity is 'Quote; of the whole account.';
comment on column studio.bots.unrealized_pnl is 'Quote, signed.';
comment on column studio.bots.open_orders is 'How many orders rest.';
comment on column studio.bots.last_sync_at is 'When it last looked at the whole account.';
comment on column studio.bots.bot_id is 'public.bots.id.';
comment on column studio.bots.user_id is 'auth.users.id.';

comment on column studio.engines.name is 'Its name.';
comment on column studio.engines.host is 'The machine.';
comment on column studio.engines.version is 'The program''s version.';
comment on column studio.engines.status is 'running, draining or stopped.';
comment on column studio.engines.bots_count is 'How many bots it holds.';
comment on column studio.engines.capacity is 'How many it takes.';
comment on column studio.engines.heartbeat_at is 'When it last renewed its lease.';
comment on column studio.engines.is_silent is 'True: 10 s without a word; others take its bots.';
comment on column studio.engines.started_at is 'When the process started.';
comment on column studio.engines.engine_id is 'public.engines.id.';

comment on column studio.people.email is 'His address.';
comment on column studio.people.status is 'How far his verification is; edit it in public.profiles.';
comment on column studio.people.status_reason is 'Shown to him.';
comment on column studio.people.status_at is 'Since when.';
comment on column studio.people.grace_ends_at is 'Suspended: until when bots keep take-profits.';
comment on column studio.people.exchange_uid is 'The UID that is to be, or was, approved.';
comment on column studio.people.is_allowlisted is 'Whether that UID is on the allowlist.';
comment on column studio.people.active_keys is 'How many accounts are connected.';
comment on column studio.people.running_bots is 'How many bots are to run.';
comment on column studio.people.created_at is 'When he signed up.';
comment on column studio.people.user_id is 'auth.users.id.';

comment on column studio.waiting.email is 'His address.';
comment on column studio.waiting.status is 'How far his verification is; edit it in public.profiles.';
comment on column studio.waiting.status_reason is 'Shown to him.';
comment on column studio.waiting.status_at is 'Since when.';
comment on column studio.waiting.grace_ends_at is 'Suspended: until when bots keep take-profits.';
comment on column studio.waiting.exchange_uid is 'The UID that is to be, or was, approved.';
comment on column studio.waiting.is_allowlisted is 'Whether that UID is on the allowlist.';
comment on column studio.waiting.active_keys is 'How many accounts are connected.';
comment on column studio.waiting.running_bots is 'How many bots are to run.';
comment on column studio.waiting.created_at is 'When he signed up.';
comment on column studio.waiting.user_id is 'auth.users.id.';
