-- Why: whoever does not look at the page is told outside: by e-mail, Telegram or a webhook of his own, of what he chose.
-- No secret is kept here: the key of a webhook's signatures is derived in the function from the deployment's own key, the
-- Telegram token is the function's environment, the address is the verified one of Auth. Locks: none.
create table public.alert_channels (
  id uuid primary key default gen_random_uuid(),
  user_id uuid not null references auth.users (id) on delete cascade,
  kind text not null,
  is_enabled boolean not null default true,
  topics text[] not null default '{fills,fault,stop,margin,grace}',
  digest_minutes integer not null default 60,
  target text,
  status text not null default 'active',
  status_code text,
  secret_version integer not null default 1,
  fills_told_until timestamptz not null default now(),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint alert_channels_kind_valid check (kind in ('email', 'telegram', 'webhook')),
  constraint alert_channels_topics_valid check (topics <@ array['fills', 'fault', 'stop', 'margin', 'grace']),
  constraint alert_channels_digest_minutes_valid check (digest_minutes between 5 and 1440),
  constraint alert_channels_status_valid check (status in ('pending', 'active', 'broken')),
  constraint alert_channels_target_valid check (char_length(target) between 1 and 500),
  constraint alert_channels_webhook_has_url check (kind <> 'webhook' or target ~ '^https?://[^[:space:]]+$'),
  constraint alert_channels_secret_version_positive check (secret_version > 0),
  constraint alert_channels_user_id_kind_unique unique (user_id, kind),
  constraint alert_channels_id_user_id_unique unique (id, user_id)
);
comment on table public.alert_channels is 'Where a user is told what happened: at most one e-mail, Telegram and webhook each. Written by the functions of the API.';
comment on column public.alert_channels.topics is 'fills: a digest; fault, stop, margin, grace: at once.';
comment on column public.alert_channels.target is 'Webhook: its URL. Telegram: the chat''s name, for the eye. E-mail: null, the account''s own address is used.';
comment on column public.alert_channels.status is 'pending: Telegram is not linked yet; broken: the receiver refused for good, see status_code.';
comment on column public.alert_channels.secret_version is 'Part of what a webhook''s key is derived from: raising it makes a new key.';
comment on column public.alert_channels.fills_told_until is 'Fills recorded up to here stand in a digest.';
create trigger alert_channels_set_updated_at before update on public.alert_channels
  for each row execute function private.set_updated_at();
alter table public.alert_channels enable row level security;
create policy "owners read alert channels" on public.alert_channels for select to authenticated
  using (user_id = (select auth.uid()));
revoke all on public.alert_channels from anon, authenticated, service_role;
grant select on public.alert_channels to authenticated;

create table public.alert_messages (
  id uuid primary key default gen_random_uuid(),
  channel_id uuid not null,
  user_id uuid not null,
  topic text not null,
  dedupe_key text not null,
  payload jsonb not null,
  status text not null default 'pending',
  attempts integer not null default 0,
  next_attempt_at timestamptz not null default now(),
  locked_until timestamptz,
  error_code text,
  sent_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint alert_messages_topic_valid check (topic in ('fills', 'fault', 'stop', 'margin', 'grace', 'test')),
  constraint alert_messages_status_valid check (status in ('pending', 'sending', 'sent', 'dead')),
  constraint alert_messages_attempts_not_negative check (attempts >= 0),
  constraint alert_messages_payload_is_object check (jsonb_typeof(payload) = 'object'),
  constraint alert_messages_payload_size check (octet_length(payload::text) <= 16384),
  constraint alert_messages_error_code_valid check (error_code ~ '^[a-z][a-z0-9_]{0,79}$'),
  constraint alert_messages_dedupe_key_unique unique (channel_id, dedupe_key),
  constraint alert_messages_channel_is_owners foreign key (channel_id, user_id)
    references public.alert_channels (id, user_id) on delete cascade
);
comment on table public.alert_messages is 'The outbox of alerts, written in the transaction of what they tell. Sent at least once; the id is the key that receivers know a repetition by.';
comment on column public.alert_messages.dedupe_key is 'The same thing again is not told again: one message a channel and key.';
comment on column public.alert_messages.status is 'dead: given up after the last try, or refused for good; its owner can have it tried again.';
comment on column public.alert_messages.error_code is 'Of the last try; a code, never what the receiver answered.';
create index alert_messages_channel_id_user_id_idx on public.alert_messages (channel_id, user_id);
create index alert_messages_user_id_created_at_idx on public.alert_messages (user_id, created_at desc);
create index alert_messages_due_idx on public.alert_messages (next_attempt_at) where status in ('pending', 'sending');
create trigger alert_messages_set_updated_at before update on public.alert_messages
  for each row execute function private.set_updated_at();
alter table public.alert_messages enable row level security;
create policy "owners read alert messages" on public.alert_messages for select to authenticated
  using (user_id = (select auth.uid()));
revoke all on public.alert_messages from anon, authenticated, service_role;
grant select on public.alert_messages to authenticated;

create table private.telegram_chats (
  channel_id uuid primary key references public.alert_channels (id) on delete cascade,
  chat_id text not null,
  created_at timestamptz not null default now(),
  constraint telegram_chats_chat_id_valid check (chat_id ~ '^-?[0-9]{1,20}$')
);
comment on table private.telegram_chats is 'Which chat a linked channel writes to.';
alter table private.telegram_chats enable row level security;
revoke all on private.telegram_chats from anon, authenticated, service_role;

create table private.telegram_links (
  channel_id uuid primary key references public.alert_channels (id) on delete cascade,
  code_hash text not null,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  constraint telegram_links_code_hash_unique unique (code_hash)
);
comment on table private.telegram_links is 'Codes a user sends to the bot to link his chat; ten minutes, hashed, once.';
alter table private.telegram_links enable row level security;
revoke all on private.telegram_links from anon, authenticated, service_role;

create table private.telegram_cursor (
  is_only_row boolean primary key default true,
  next_update_id bigint not null,
  constraint telegram_cursor_has_one_row check (is_only_row)
);
comment on table private.telegram_cursor is 'One row: the first update of the bot that was not read yet.';
alter table private.telegram_cursor enable row level security;
revoke all on private.telegram_cursor from anon, authenticated, service_role;
insert into private.telegram_cursor (next_update_id) values (0);
