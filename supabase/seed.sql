-- Local development with `supabase start` only: an admin and a trader to look around with. The embedded start seeds through
-- the API instead (supabase/local/start). Passwords are made here and told once, in notices: a seed that finds its way to a
-- hosted project leaves no door open. Missed them? Reset the password; local mails arrive at http://127.0.0.1:54324.
do $$
declare
  person record;
  person_id uuid;
  password text;
begin
  if exists (select from auth.users where email not like '%@trellis.local') then
    raise exception 'This database has users of its own: seed.sql is for local development';
  end if;
  for person in
    select *
    from (values ('admin@trellis.local', 'Admin', true), ('demo@trellis.local', 'Demo', false)) as p (email, name, is_admin)
  loop
    continue when exists (select from auth.users as u where u.email = person.email);
    person_id := gen_random_uuid();
    password := encode(extensions.gen_random_bytes(12), 'hex');
    insert into auth.users (
      instance_id, id, aud, role, email, encrypted_password, email_confirmed_at,
      raw_app_meta_data, raw_user_meta_data, created_at, updated_at,
      -- Auth reads these as text and cannot read null.
      confirmation_token, recovery_token, email_change, email_change_token_new
    )
    values (
      '00000000-0000-0000-0000-000000000000', person_id, 'authenticated', 'authenticated', person.email,
      extensions.crypt(password, extensions.gen_salt('bf')), now(),
      '{"provider": "email", "providers": ["email"]}', jsonb_build_object('display_name', person.name), now(), now(),
      '', '', '', ''
    );
    insert into auth.identities (id, user_id, provider, provider_id, identity_data, last_sign_in_at, created_at, updated_at)
    values (
      gen_random_uuid(), person_id, 'email', person_id::text,
      jsonb_build_object('sub', person_id, 'email', person.email, 'email_verified', true), now(), now(), now()
    );
    if person.is_admin then
      insert into private.admins (user_id) values (person_id);
    end if;
    raise notice 'Seeded %, password %', person.email, password;
  end loop;
end
$$;
