-- Why: an order's row is its intent, committed before the request leaves; afterwards it follows the exchange.
-- Locks: none.
create table public.orders (
  id bigint generated always as identity primary key,
  bot_id uuid not null,
  user_id uuid not null,
  exchange_key_id uuid not null,
  symbol text not null,
  client_order_id text not null,
  venue_order_id text,
  position_side text not null,
  order_side text not null,
  purpose text not null,
  level integer not null,
  cycle integer not null,
  revision integer not null,
  post_only boolean not null default false,
  price numeric,
  size numeric not null,
  filled_size numeric not null default 0,
  average_price numeric,
  status text not null default 'pending',
  reject_code text,
  reject_message text,
  reason jsonb not null,
  claim_epoch bigint not null,
  submitted_at timestamptz,
  finished_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  constraint orders_client_order_id_unique unique (client_order_id),
  constraint orders_client_order_id_valid check (client_order_id ~ '^[0-9A-Za-z_-]{1,64}$'),
  constraint orders_position_side_valid check (position_side in ('long', 'short')),
  constraint orders_order_side_valid check (order_side in ('buy', 'sell')),
  constraint orders_purpose_valid check (purpose in ('open', 'entry', 'take_profit', 'reduce', 'close')),
  constraint orders_order_side_follows_purpose
    check ((order_side = 'buy') = ((position_side = 'long') = (purpose in ('open', 'entry')))),
  constraint orders_status_valid check (
    status in ('pending', 'submitted', 'open', 'partially_filled', 'filled', 'canceled', 'rejected', 'unresolved')
  ),
  -- NaN is above infinity for Postgres: below infinity keeps both out.
  constraint orders_price_positive check (price > 0 and price < 'Infinity'),
  constraint orders_size_positive check (size > 0 and size < 'Infinity'),
  constraint orders_filled_size_not_negative check (filled_size >= 0 and filled_size < 'Infinity'),
  constraint orders_average_price_positive check (average_price > 0 and average_price < 'Infinity'),
  constraint orders_slot_not_negative check (level >= 0 and cycle >= 0 and revision >= 0),
  constraint orders_post_only_has_price check (not post_only or price is not null),
  constraint orders_claim_epoch_not_negative check (claim_epoch >= 0),
  constraint orders_bot_is_owners foreign key (bot_id, user_id)
    references public.bots (id, user_id) on delete cascade,
  constraint orders_exchange_key_is_owners foreign key (exchange_key_id, user_id)
    references public.exchange_keys (id, user_id) on delete cascade
);
comment on table public.orders is 'Orders of bots, from the intent on. Written by engines under a claim epoch.';
comment on column public.orders.client_order_id is 'A function of bot, slot, cycle and revision (engine/core/model/ids.ts): the same intent twice is one order.';
comment on column public.orders.price is 'Limit price, quote per base; null is a market order.';
comment on column public.orders.filled_size is 'Cumulative, base; never falls.';
comment on column public.orders.status is 'pending: written, not sent; unresolved: sent, answer unknown. filled, canceled and rejected are final.';
comment on column public.orders.reason is 'Why it was wanted: {"rule": …, "inputs": …}.';
create index orders_bot_id_created_at_idx on public.orders (bot_id, created_at desc);
create index orders_user_id_idx on public.orders (user_id);
create index orders_exchange_key_id_user_id_idx on public.orders (exchange_key_id, user_id);
create index orders_unfinished_idx on public.orders (bot_id)
  where status not in ('filled', 'canceled', 'rejected');
create trigger orders_set_updated_at before update on public.orders
  for each row execute function private.set_updated_at();

alter table public.orders enable row level security;
create policy "owners and admins read orders" on public.orders for select to authenticated
  using (user_id = (select auth.uid()) or (select private.is_admin()));
create policy "engines read orders" on public.orders for select to engine using (true);
create policy "engines record intents" on public.orders for insert to engine with check (true);
create policy "engines follow orders" on public.orders for update to engine
  using (true)
  with check (true);
revoke all on public.orders from anon, authenticated, service_role;
grant select on public.orders to authenticated;
grant select, insert on public.orders to engine;
grant update (
  venue_order_id, filled_size, average_price, status, reject_code, reject_message,
  claim_epoch, submitted_at, finished_at
) on public.orders to engine;
