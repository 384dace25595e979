/**
 * A database of its own for a test: a clone of the migrated template that the
 * test command (`.ci/test.ts`) makes once a run.
 *
 * @module
 */
import postgres from "postgres";
import { databaseUrl } from "./database_url.ts";

/** Names the superuser's connection string, set by the test command. */
export const TEST_DATABASE_VARIABLE = "TRELLIS_TEST_DATABASE";
/** The migrated database that tests clone. Nobody may connect to it. */
export const TEMPLATE = "trellis_template";
/** Every role's password in test clusters: nothing there is worth one. */
export const TEST_PASSWORD = "test";

/** A cloned database and how each role reaches it. */
export interface TestDatabase {
  readonly name: string;
  readonly urls: {
    /** Owner of the tables; no superuser. */
    readonly postgres: string;
    /** The trading engine's role. */
    readonly engine: string;
    /** Superuser. */
    readonly admin: string;
    /** Auth and the Data API. */
    readonly liteApi: string;
  };
}

/**
 * Clones the template; disposing drops the clone and ends its sessions.
 *
 * @example
 * ```ts ignore
 * await using database = await createTestDatabase();
 * const sql = postgres(database.urls.engine);
 * ```
 * @param base The superuser's connection string to another test cluster than
 * the run's.
 * @throws {Error} When not run by the test command.
 */
export async function createTestDatabase(
  base: string | undefined = Deno.env.get(TEST_DATABASE_VARIABLE),
): Promise<TestDatabase & AsyncDisposable> {
  if (base === undefined) {
    throw new Error(
      `Cannot make a test database: ${TEST_DATABASE_VARIABLE} is not set, run the file by \`deno task test PATH\``,
    );
  }
  const name = `test_${crypto.randomUUID().replaceAll("-", "")}`;
  await execute(
    base,
    `create database ${name} owner postgres template ${TEMPLATE}`,
  );
  const as = (user: string): string =>
    databaseUrl(base, { user, password: TEST_PASSWORD, database: name });
  return {
    name,
    urls: {
      postgres: as("postgres"),
      engine: as("engine"),
      admin: as("supabase_admin"),
      liteApi: as("lite_api"),
    },
    [Symbol.asyncDispose]: () =>
      execute(base, `drop database if exists ${name} with (force)`),
  };
}

async function execute(url: string, statement: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => {} });
  try {
    await sql.unsafe(statement);
  } finally {
    await sql.end({ timeout: 5 });
  }
}
