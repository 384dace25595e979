/**
 * Turns an empty Postgres 17 database into what the platform gives a project,
 * and applies the project's migrations:
 *
 *  1. sql/bootstrap.sql: roles, schemas, `realtime.messages`, default rights.
 *  2. Auth's tables, by @supabase/lite.
 *  3. sql/after_lite.sql: what it does differently from the platform.
 *  4. supabase/migrations, as the unprivileged role `postgres`.
 *
 * Each step is skipped when it was done before and leaves nothing half done, so
 * a start that was killed continues at the next one.
 *
 * @module
 */
import postgres, { type Sql } from "postgres";
import { databaseUrl } from "./database_url.ts";
import { createLite } from "./lite.ts";
import { applyMigrations, readMigrations } from "./migrations.ts";

/** Roles that log in, beside supabase_admin, and their passwords. */
export interface RolePasswords {
  readonly postgres: string;
  readonly "lite_api": string;
  readonly engine: string;
}

/** Where the database is and what goes into it. */
export interface DatabaseOptions {
  /** Connection string of the superuser, supabase_admin. */
  readonly adminUrl: string;
  readonly passwords: RolePasswords;
  /** The folder with the project's migrations. */
  readonly migrations: string;
}

/** Prepares the database. @returns The versions of the migrations applied. */
export async function prepareDatabase(
  options: DatabaseOptions,
): Promise<string[]> {
  await using admin = connect(options.adminUrl);
  if (await isMissing(admin.sql, "to_regrole('lite_api')")) {
    await admin.sql.unsafe(await readSql("bootstrap.sql")).simple();
  }
  await setPasswords(admin.sql, options.passwords);
  const normalise = "to_regprocedure('auth.embedded_normalise_user()')";
  if (await isMissing(admin.sql, normalise)) {
    await makeAuthTables(options);
    await admin.sql.unsafe(await readSql("after_lite.sql")).simple();
  }
  await using owner = connect(databaseUrl(options.adminUrl, {
    user: "postgres",
    password: options.passwords.postgres,
  }));
  const applied = await applyMigrations(
    owner.sql,
    await readMigrations(options.migrations),
  );
  await setPasswords(admin.sql, options.passwords); // the engine role is new
  return applied;
}

/** One connection that closes with its block. */
function connect(url: string): AsyncDisposable & { readonly sql: Sql } {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  return { sql, [Symbol.asyncDispose]: () => sql.end({ timeout: 5 }) };
}

async function isMissing(sql: Sql, expression: string): Promise<boolean> {
  const [row] = await sql.unsafe(`select ${expression} is null as missing`);
  return row?.missing === true;
}

async function setPasswords(sql: Sql, passwords: RolePasswords): Promise<void> {
  for (const [role, password] of Object.entries(passwords)) {
    if (await isMissing(sql, `to_regrole('${role}')`)) continue;
    // `alter role` takes no parameters.
    const [row] = await sql<{ statement: string }[]>`
      select format('alter role %I with login password %L',
        ${role}::text, ${password}::text) as statement`;
    if (row !== undefined) await sql.unsafe(row.statement);
  }
}

async function makeAuthTables(options: DatabaseOptions): Promise<void> {
  await using lite = createLite({
    databaseUrl: databaseUrl(options.adminUrl, {
      user: "lite_api",
      password: options.passwords.lite_api,
    }),
    siteUrl: "http://127.0.0.1",
    redirectUrls: [],
    jwtSecret: "not used: this one only makes the tables, serves nothing",
    jwtExpiry: 60,
    publishableKey: "",
    secretKey: "",
    onMail: () => {},
  });
  await lite.ensureSchema();
}

function readSql(name: string): Promise<string> {
  return Deno.readTextFile(new URL(`./sql/${name}`, import.meta.url));
}
