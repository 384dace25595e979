-- Why: every execution on a connected account, recorded once (I4), in the exchange's own digits.
-- Locks: none.
create table public.fills (
  id bigint generated always as identity primary key,
  bot_id uuid,
  exchange_key_id uuid not null,
  user_id uuid not null,
  client_order_id text,
  venue_order_id text not null,
  venue_trade_id text not null,
  symbol text not null,
  position_side text not null,
  order_side text not null,
  purpose text,
  price numeric not null,
  size numeric not null,
  fee numeric,
  fee_currency text,
  realized_pnl numeric,
  liquidity text not null,
  filled_at timestamptz not null,
  recorded_at timestamptz not null default now(),
  constraint fills_venue_trade_id_unique unique (exchange_key_id, venue_trade_id),
  constraint fills_position_side_valid check (position_side in ('long', 'short')),
  constraint fills_order_side_valid check (order_side in ('buy', 'sell')),
  constraint fills_purpose_valid check (purpose in ('open', 'entry', 'take_profit', 'reduce', 'close')),
  constraint fills_liquidity_valid check (liquidity in ('maker', 'taker')),
  -- NaN is above infinity for Postgres: below infinity keeps both out.
  constraint fills_price_positive check (price > 0 and price < 'Infinity'),
  constraint fills_size_positive check (size > 0 and size < 'Infinity'),
  constraint fills_money_finite check (abs(fee) < 'Infinity' and abs(realized_pnl) < 'Infinity'),
  constraint fills_fee_has_currency check (fee is null or fee_currency is not null),
  constraint fills_bot_is_owners foreign key (bot_id, user_id)
    references public.bots (id, user_id) on delete set null (bot_id),
  constraint fills_exchange_key_is_owners foreign key (exchange_key_id, user_id)
    references public.exchange_keys (id, user_id) on delete cascade
);
comment on table public.fills is 'Executions, each exactly once. Written by engines.';
comment on column public.fills.bot_id is 'Null for a foreign fill: a manual order on the same account.';
comment on column public.fills.fee is 'Paid > 0, rebate < 0, in fee_currency; null is unknown, never zero (I9).';
comment on column public.fills.realized_pnl is 'Quote, signed; zero for opening fills; null is unknown.';
comment on column public.fills.filled_at is 'The exchange''s clock; recorded_at is ours.';
create index fills_bot_id_filled_at_idx on public.fills (bot_id, filled_at desc);
create index fills_user_id_filled_at_idx on public.fills (user_id, filled_at desc);
create index fills_exchange_key_id_symbol_filled_at_idx on public.fills (exchange_key_id, symbol, filled_at desc);

alter table public.fills enable row level security;
create policy "owners and admins read fills" on public.fills for select to authenticated
  using (user_id = (select auth.uid()) or (select private.is_admin()));
create policy "engines read fills" on public.fills for select to engine using (true);
create policy "engines record fills" on public.fills for insert to engine with check (true);
create policy "engines complete fills" on public.fills for update to engine
  using (true)
  with check (true);
revoke all on public.fills from anon, authenticated, service_role;
grant select on public.fills to authenticated;
grant select, insert on public.fills to engine;
-- What a push may leave out and a later answer supplies. Price, size and time are facts.
grant update (bot_id, client_order_id, purpose, fee, fee_currency, realized_pnl) on public.fills to engine;
