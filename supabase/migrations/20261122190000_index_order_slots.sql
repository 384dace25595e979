-- Why: recovery asks for the newest order of each slot; without this it sorts all orders a bot ever had (1.2 s at 200,000,
-- 2 ms with it), and a take-over does so for every bot at once. Locks: public.orders against writes while it builds.
create index orders_slots_idx on public.orders (bot_id, position_side, purpose, level, cycle desc, revision desc);
