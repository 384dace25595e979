-- Why: what a leg must not reach and what it must come back to, in the exchange's own words.
-- Locks: public.bot_metrics briefly (columns without default). Old engines leave them null.
alter table public.bot_metrics
  add column long_liquidation_price numeric,
  add column short_liquidation_price numeric,
  add column long_break_even_price numeric,
  add column short_break_even_price numeric,
  add constraint bot_metrics_leg_prices_positive check (
    long_liquidation_price > 0 and long_liquidation_price < 'Infinity'
    and short_liquidation_price > 0 and short_liquidation_price < 'Infinity'
    and long_break_even_price > 0 and long_break_even_price < 'Infinity'
    and short_break_even_price > 0 and short_break_even_price < 'Infinity'
  );
comment on column public.bot_metrics.long_liquidation_price is 'The exchange''s estimate; null: it gives none, or the leg is flat.';
comment on column public.bot_metrics.long_break_even_price is 'The exchange''s figure, fees and funding included; null: it gives none, or the leg is flat.';
