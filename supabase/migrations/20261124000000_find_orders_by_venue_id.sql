-- The exchange tells a fill by its own order id alone: whose order it was is
-- asked before the fill may move a position.
create index orders_bot_id_venue_order_id_idx on public.orders (bot_id, venue_order_id);
