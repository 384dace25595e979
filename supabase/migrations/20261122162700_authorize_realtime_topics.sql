-- Why: one private topic a user, read by him alone. No insert policy: only the database sends.
-- Nothing but a policy touches realtime.messages, which is the platform's own table. Locks: realtime.messages briefly.
create policy "users read their own topic" on realtime.messages for select to authenticated
  using (extension = 'broadcast' and (select realtime.topic()) = 'user:' || (select auth.uid())::text);
