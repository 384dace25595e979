-- Why: funding moves the wallet without a fill; I3 needs it to the last digit.
-- Locks: none.
create table public.funding_payments (
  id bigint generated always as identity primary key,
  exchange_key_id uuid not null,
  bot_id uuid,
  user_id uuid not null,
  symbol text not null,
  venue_bill_id text not null,
  amount numeric not null,
  currency text not null,
  paid_at timestamptz not null,
  created_at timestamptz not null default now(),
  constraint funding_payments_venue_bill_id_unique unique (exchange_key_id, venue_bill_id),
  constraint funding_payments_amount_finite check (abs(amount) < 'Infinity'),
  constraint funding_payments_bot_is_owners foreign key (bot_id, user_id)
    references public.bots (id, user_id) on delete set null (bot_id),
  constraint funding_payments_exchange_key_is_owners foreign key (exchange_key_id, user_id)
    references public.exchange_keys (id, user_id) on delete cascade
);
comment on table public.funding_payments is 'Funding bills of connected accounts, each once. Written by engines.';
comment on column public.funding_payments.amount is 'In currency, from the trader''s view: received > 0, paid < 0.';
comment on column public.funding_payments.paid_at is 'The exchange''s clock.';
create index funding_payments_bot_id_paid_at_idx on public.funding_payments (bot_id, paid_at desc);
create index funding_payments_user_id_paid_at_idx on public.funding_payments (user_id, paid_at desc);
create index funding_payments_exchange_key_id_user_id_idx on public.funding_payments (exchange_key_id, user_id);

alter table public.funding_payments enable row level security;
create policy "owners and admins read funding payments" on public.funding_payments for select to authenticated
  using (user_id = (select auth.uid()) or (select private.is_admin()));
create policy "engines read funding payments" on public.funding_payments for select to engine using (true);
create policy "engines record funding payments" on public.funding_payments for insert to engine with check (true);
revoke all on public.funding_payments from anon, authenticated, service_role;
grant select on public.funding_payments to authenticated;
grant select, insert on public.funding_payments to engine;
