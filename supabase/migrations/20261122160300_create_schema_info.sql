-- Why: an engine must refuse a database older than the statements it was written for. A breaking migration raises the
-- epoch. Locks: none. Old engines: not concerned.
create table private.schema_info (
  is_only_row boolean primary key default true,
  schema_epoch integer not null,
  constraint schema_info_has_one_row check (is_only_row),
  constraint schema_info_epoch_positive check (schema_epoch > 0)
);
comment on table private.schema_info is 'One row. Engines refuse to start below the epoch they need.';
comment on column private.schema_info.schema_epoch is 'Raised by every migration that older engines cannot live with, never lowered.';
alter table private.schema_info enable row level security;
create policy "engines read the schema epoch" on private.schema_info for select to engine using (true);
grant select on private.schema_info to engine;
insert into private.schema_info (schema_epoch) values (1);
