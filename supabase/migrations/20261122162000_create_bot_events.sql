-- Why: the log a trader reads: what his bot did, met and refused, in sentences.
-- Locks: none.
create table public.bot_events (
  id bigint generated always as identity primary key,
  bot_id uuid not null,
  user_id uuid not null,
  level text not null,
  code text not null,
  message text not null,
  data jsonb not null default '{}',
  created_at timestamptz not null default now(),
  constraint bot_events_level_valid check (level in ('info', 'warning', 'error')),
  constraint bot_events_code_valid check (code ~ '^[a-z][a-z0-9_]{0,79}$'),
  constraint bot_events_message_length check (char_length(message) between 1 and 2000),
  constraint bot_events_bot_is_owners foreign key (bot_id, user_id)
    references public.bots (id, user_id) on delete cascade
);
comment on table public.bot_events is 'A bot''s log. Written by engines.';
comment on column public.bot_events.code is 'Stable snake_case code; message is the sentence for the trader, with the next step.';
create index bot_events_bot_id_created_at_idx on public.bot_events (bot_id, created_at desc);
create index bot_events_user_id_created_at_idx on public.bot_events (user_id, created_at desc);

alter table public.bot_events enable row level security;
create policy "owners and admins read bot events" on public.bot_events for select to authenticated
  using (user_id = (select auth.uid()) or (select private.is_admin()));
create policy "engines read bot events" on public.bot_events for select to engine using (true);
create policy "engines add bot events" on public.bot_events for insert to engine with check (true);
revoke all on public.bot_events from anon, authenticated, service_role;
grant select on public.bot_events to authenticated;
grant select, insert on public.bot_events to engine;
