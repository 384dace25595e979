-- Why: who leaves leaves nothing but the audit, and the counts of his calls carried his id until somebody's call swept them
-- away by chance. Locks: public.profiles briefly (trigger). Old engines: not concerned.

-- Definer: fired by whoever deletes the user, who may not touch counts.
create function private.forget_counts()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
begin
  delete from private.rate_limits as r where strpos(r.key, old.user_id::text) > 0;
  return null;
end
$$;
comment on function private.forget_counts() is 'Row trigger: the counts of a user''s calls go with his profile.';
revoke execute on function private.forget_counts() from public;
create trigger profiles_forget_counts after delete on public.profiles
  for each row execute function private.forget_counts();
