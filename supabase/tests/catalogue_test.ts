/** What must hold for every table, function and grant, whoever adds one. @module */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { readMigrations } from "../local/migrations.ts";
import { type Actor, tryAs } from "./act_as.ts";
import { addTrader } from "./people.ts";
import { openTestSql } from "./test_sql.ts";

const MIGRATIONS = fileURLToPath(new URL("../migrations", import.meta.url));
const GRANTS = new URL("./testdata/grants.txt", import.meta.url);

Deno.test("every table has row level security, a comment and a primary key", async () => {
  await using test = await openTestSql();
  const bad = await test.sql`
    select c.relname, c.relrowsecurity as rls,
      obj_description(c.oid, 'pg_class') is not null as commented,
      exists (
        select from pg_constraint as p where p.conrelid = c.oid and p.contype = 'p'
      ) as keyed
    from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname in ('public', 'private') and c.relkind in ('r', 'p')
      and not (
        c.relrowsecurity and obj_description(c.oid, 'pg_class') is not null
        and exists (
          select from pg_constraint as p
          where p.conrelid = c.oid and p.contype = 'p'
        )
      )`;
  assert.deepEqual([...bad], []);
});

Deno.test("every table, view and column says in Studio what it is", async () => {
  await using test = await openTestSql();
  const silent = await test.sql`
    select format('%I.%I', c.relnamespace::regnamespace, c.relname) as place,
      a.attname as column
    from pg_class as c
    left join pg_attribute as a on a.attrelid = c.oid and not a.attisdropped
      and a.attnum > 0 and col_description(c.oid, a.attnum) is null
    where c.relnamespace in (
        'public'::regnamespace, 'private'::regnamespace, 'studio'::regnamespace
      )
      and c.relkind in ('r', 'p', 'v', 'm', 'f')
      and (a.attnum is not null or obj_description(c.oid, 'pg_class') is null)`;
  assert.deepEqual([...silent], []);
});

Deno.test("a view asks with the rights of who reads it, and says what it is for", async () => {
  await using test = await openTestSql();
  const bad = await test.sql`
    select c.relname from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname in ('public', 'private') and c.relkind in ('v', 'm', 'f')
      and not (
        c.relkind = 'v' and 'security_invoker=true' = any (c.reloptions)
        and obj_description(c.oid, 'pg_class') is not null
      )`;
  assert.deepEqual([...bad], []);
});

Deno.test("every function has an empty search path, a comment and no right for everybody", async () => {
  await using test = await openTestSql();
  const bad = await test.sql`
    select p.oid::regprocedure::text as function
    from pg_proc as p
    join pg_namespace as n on n.oid = p.pronamespace
    where n.nspname in ('public', 'private')
      and not exists (
        select from pg_depend as d
        where d.objid = p.oid and d.deptype = 'e'
      )
      and not (
        coalesce('search_path=""' = any (p.proconfig), false)
        and obj_description(p.oid, 'pg_proc') is not null
        and not has_function_privilege('public', p.oid, 'execute')
      )`;
  assert.deepEqual([...bad], []);
});

Deno.test("a visitor who is not signed in may do nothing at all", async () => {
  await using test = await openTestSql();
  const tables = await test.sql`
    select c.relname from pg_class as c
    join pg_namespace as n on n.oid = c.relnamespace
    where n.nspname in ('public', 'private') and c.relkind in ('r', 'p', 'S')
      and has_table_privilege('anon', c.oid,
        'select, insert, update, delete, truncate, references, trigger')`;
  const functions = await test.sql`
    select p.oid::regprocedure::text as function from pg_proc as p
    join pg_namespace as n on n.oid = p.pronamespace
    where n.nspname in ('public', 'private')
      and has_function_privilege('anon', p.oid, 'execute')`;
  assert.deepEqual([...tables, ...functions], []);
});

Deno.test("grants are exactly those of testdata/grants.txt", async () => {
  await using test = await openTestSql();
  const rows = await test.sql<{ line: string }[]>`
    with acl as (
      select format('table %I.%I', n.nspname, c.relname) as object, null as name,
        (aclexplode(c.relacl)).*
      from pg_class as c
      join pg_namespace as n on n.oid = c.relnamespace
      where n.nspname in ('public', 'private')
      union all
      select format('table %I.%I', n.nspname, c.relname), a.attname,
        (aclexplode(a.attacl)).*
      from pg_attribute as a
      join pg_class as c on c.oid = a.attrelid
      join pg_namespace as n on n.oid = c.relnamespace
      where n.nspname in ('public', 'private')
      union all
      select 'function ' || p.oid::regprocedure, null,
        (aclexplode(coalesce(p.proacl, acldefault('f', p.proowner)))).*
      from pg_proc as p
      join pg_namespace as n on n.oid = p.pronamespace
      where n.nspname in ('public', 'private')
      union all
      select 'schema ' || n.nspname, null, (aclexplode(n.nspacl)).*
      from pg_namespace as n
      where n.nspname = 'private'
    ), named as (
      select object, name, privilege_type as privilege, is_grantable,
        case grantee when 0 then 'PUBLIC' else grantee::regrole::text end as grantee
      from acl
    ), gathered as (
      select object, grantee, lower(privilege) || coalesce(
          ' (' || string_agg(name, ', ' order by name) || ')', ''
        ) || case when bool_or(is_grantable) then ' WITH GRANT OPTION' else '' end
        as privilege
      from named
      where grantee <> 'postgres' and grantee <> 'pg_database_owner'
      group by object, grantee, privilege
    )
    select object || ': ' || grantee || ' may '
      || string_agg(privilege, ', ' order by privilege) as line
    from gathered
    group by object, grantee
    order by object collate "C", grantee collate "C"`;
  const actual = rows.map((row) => row.line).join("\n") + "\n";
  const expected = await Deno.readTextFile(GRANTS).catch(() => "");
  if (Deno.env.get("UPDATE_TESTDATA") === "1") {
    await Deno.writeTextFile(GRANTS, actual);
    return;
  }
  assert.equal(
    actual,
    expected,
    "grants changed: if they are meant so, run this test with UPDATE_TESTDATA=1",
  );
});

Deno.test("every foreign key has an index that begins with its first column", async () => {
  await using test = await openTestSql();
  const bare = await test.sql`
    select f.conname
    from pg_constraint as f
    join pg_namespace as n on n.oid = f.connamespace
    where n.nspname in ('public', 'private') and f.contype = 'f'
      and not exists (
        select from pg_index as i
        where i.indrelid = f.conrelid and i.indpred is null
          and i.indkey[0] = f.conkey[1]
      )`;
  assert.deepEqual([...bare], []);
});

Deno.test("the lists the web loads are read in the order of an index", async () => {
  await using test = await openTestSql();
  const trader = await addTrader(test.sql);
  const actor: Actor = { role: "authenticated", userId: trader.userId };
  const lists = {
    "orders_unfinished_idx": `orders where bot_id = '${trader.botId}'
      and status in ('pending', 'submitted', 'open', 'partially_filled', 'unresolved')`,
    "fills_bot_id_filled_at_idx":
      `fills where bot_id = '${trader.botId}' order by filled_at desc limit 200`,
    "bot_events_bot_id_created_at_idx":
      `bot_events where bot_id = '${trader.botId}' order by created_at desc limit 100`,
  };
  for (const [index, list] of Object.entries(lists)) {
    const plan = await tryAs(test.sql, actor, async (tx) => {
      await tx`set local enable_seqscan = off`;
      await tx`set local enable_bitmapscan = off`;
      return await tx.unsafe(`explain select * from public.${list}`);
    });
    assert.match(JSON.stringify(plan), new RegExp(index));
    assert.doesNotMatch(JSON.stringify(plan), /Sort/, index);
  }
});

Deno.test("every constraint and index is named after its table", async () => {
  await using test = await openTestSql();
  const strays = await test.sql`
    select c.conname as name from pg_constraint as c
    join pg_class as t on t.oid = c.conrelid
    join pg_namespace as n on n.oid = t.relnamespace
    where n.nspname in ('public', 'private') and c.contype <> 't'
      and c.conname not like t.relname || '\_%'
    union all
    select i.relname from pg_index as x
    join pg_class as i on i.oid = x.indexrelid
    join pg_class as t on t.oid = x.indrelid
    join pg_namespace as n on n.oid = t.relnamespace
    where n.nspname in ('public', 'private') and i.relname not like t.relname || '\_%'`;
  assert.deepEqual([...strays], []);
});

Deno.test("money is numeric and time has a zone", async () => {
  await using test = await openTestSql();
  const bad = await test.sql`
    select table_name, column_name, data_type
    from information_schema.columns
    where table_schema in ('public', 'private')
      and data_type in ('real', 'double precision', 'money',
        'timestamp without time zone', 'character varying', 'json')`;
  assert.deepEqual([...bad], []);
});

Deno.test("every table with updated_at stamps it", async () => {
  await using test = await openTestSql();
  const bad = await test.sql`
    select c.table_name from information_schema.columns as c
    where c.table_schema in ('public', 'private') and c.column_name = 'updated_at'
      and not exists (
        select from pg_trigger as t
        where t.tgrelid = format('%I.%I', c.table_schema, c.table_name)::regclass
          and t.tgfoid = 'private.set_updated_at()'::regprocedure
      )`;
  assert.deepEqual([...bad], []);
});

Deno.test("policies name their roles, and users' policies ask for the caller once a statement", async () => {
  await using test = await openTestSql();
  const bad = await test.sql`
    select tablename, policyname from pg_policies
    where (schemaname in ('public', 'private') or schemaname = 'realtime')
      and (
        'public' = any (roles) or cmd = 'ALL'
        or coalesce(qual, '') || coalesce(with_check, '')
          ~ '(?<!SELECT )(auth\.uid\(\)|private\.is_admin\(\)|realtime\.topic\(\))'
      )`;
  assert.deepEqual([...bad], []);
});

const DELETES_ITS_CALLER = "delete from auth.users as u where u.id = caller;";

Deno.test("migrations do nothing to the platform's own tables but add policies and the sign-up trigger", async () => {
  const migrations = await readMigrations(MIGRATIONS);
  assert.ok(migrations.length > 0);
  for (const { name, text } of migrations) {
    const statements = text.replaceAll(/--.*$/gm, "")
      // A user's own deletion is the one exception: Auth has no call for it that every stack knows.
      .replace(DELETES_ITS_CALLER, "");
    assert.doesNotMatch(
      statements,
      /\b(alter|drop|truncate|insert into|update|delete from)\s+(table\s+)?(if exists\s+)?(only\s+)?(auth|realtime|storage)\./i,
      name,
    );
    assert.match(text, /^-- /, `${name} does not say why it is there`);
    assert.doesNotMatch(statements, /superuser|bypassrls|password/i, name);
  }
  const stamps = migrations.map(({ version }) => version);
  assert.ok(stamps.every((stamp) => /^\d{14}$/.test(stamp)));
  assert.equal(new Set(stamps).size, stamps.length);
});
