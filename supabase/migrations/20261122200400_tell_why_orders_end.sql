-- Why: each order keeps why it was placed (reason); a trader also asks why it is gone.
-- Locks: public.orders briefly (a column without default). Old engines leave it null.
alter table public.orders
  add column end_reason text,
  add constraint orders_end_reason_valid check (
    end_reason in (
      'superseded', 'not_wanted', 'stop_policy', 'canceled_elsewhere', 'post_only_refused', 'refused', 'never_sent',
      'never_arrived'
    )
  );
comment on column public.orders.end_reason is 'Why it ended unfilled: superseded by another order, not_wanted any more, by the stop_policy, canceled_elsewhere (by the user or the exchange), post_only_refused, refused (see reject_code), never_sent, never_arrived. Null: it filled, or rests, or not known.';
grant update (end_reason) on public.orders to engine;

-- Engines from here on write the columns and the table of today's migrations: they refuse a database without them.
update private.schema_info set schema_epoch = greatest(schema_epoch, 2);
