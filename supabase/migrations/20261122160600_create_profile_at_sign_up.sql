-- Why: every account goes one path: whoever appears in auth.users has a profile, however he was made.
-- What a visitor sends with the sign-up is his own text: it is cut to fit, so that it can never make a sign-up fail.
-- Locks: auth.users briefly (trigger).

-- Definer: Auth's role inserts the user and has no right on public.profiles.
create function private.create_profile()
returns trigger
language plpgsql
security definer
set search_path = ''
as $$
declare
  wanted_name text := nullif(btrim(left(new.raw_user_meta_data ->> 'display_name', 80)), '');
  wanted_locale text := new.raw_user_meta_data ->> 'locale';
begin
  insert into public.profiles (user_id, display_name, locale)
  values (
    new.id,
    wanted_name,
    case when wanted_locale ~ '^[a-z]{2}(-[A-Z]{2})?$' then wanted_locale else 'en' end
  );
  return null;
end
$$;
comment on function private.create_profile() is 'Row trigger on auth.users: makes the profile that belongs to a new user.';
revoke execute on function private.create_profile() from public;
create trigger users_create_profile after insert on auth.users
  for each row execute function private.create_profile();
