/**
 * Applies supabase/migrations the way the Supabase CLI does, into the CLI's own
 * history table: `supabase migration list` agrees afterwards.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Sql } from "postgres";

/** One migration file. */
export interface Migration {
  /** 14-digit UTC stamp, the CLI's key. */
  readonly version: string;
  readonly name: string;
  readonly text: string;
}

/** Reads the migrations of a folder, oldest first; none without the folder. */
export async function readMigrations(directory: string): Promise<Migration[]> {
  const migrations: Migration[] = [];
  if (!existsSync(directory)) return migrations;
  for await (const entry of Deno.readDir(directory)) {
    const [, version, name] = /^(\d+)_(.+)\.sql$/.exec(entry.name) ?? [];
    if (version === undefined || name === undefined) continue;
    const text = await Deno.readTextFile(join(directory, entry.name));
    migrations.push({ version, name, text });
  }
  return migrations.sort((a, b) => a.version < b.version ? -1 : 1);
}

/**
 * Applies what the database does not have yet, one transaction each.
 *
 * @param sql A connection of the role `postgres`, which is no superuser here or
 * on the platform: what it may not do there fails here too.
 * @returns The versions applied.
 * @throws {Error} Naming the file, at the first that fails; those before stay.
 */
export async function applyMigrations(
  sql: Sql,
  migrations: readonly Migration[],
): Promise<string[]> {
  await sql.unsafe(`
    create schema if not exists supabase_migrations;
    create table if not exists supabase_migrations.schema_migrations (
      version text not null primary key, statements text[], name text
    );`).simple();
  const rows = await sql<{ version: string }[]>`
    select version from supabase_migrations.schema_migrations`;
  const done = new Set(rows.map((row) => row.version));
  const pending = migrations.filter(({ version }) => !done.has(version));
  for (const migration of pending) await applyOne(sql, migration);
  return pending.map(({ version }) => version);
}

async function applyOne(sql: Sql, migration: Migration): Promise<void> {
  const { version, name, text } = migration;
  try {
    await sql.begin(async (tx) => {
      await tx.unsafe(text).simple();
      await tx`
        insert into supabase_migrations.schema_migrations
          (version, name, statements)
        values (${version}, ${name}, ${[text]})`;
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`Cannot apply migration ${version}_${name}: ${reason}`, {
      cause,
    });
  }
}
