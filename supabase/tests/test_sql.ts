import postgres, { type Sql } from "postgres";
import {
  createTestDatabase,
  type TestDatabase,
} from "../local/test_database.ts";

/** A cloned database with connections as its owner and as an engine. */
export interface TestSql extends AsyncDisposable {
  readonly database: TestDatabase;
  /** The role `postgres`: bypasses policies, may take any API role. */
  readonly sql: Sql;
  readonly engine: Sql;
}

/** Opens a fresh database; disposing closes and drops it. */
export async function openTestSql(): Promise<TestSql> {
  await using cleanup = new AsyncDisposableStack();
  const database = cleanup.use(await createTestDatabase());
  const open = (url: string): Sql => {
    const sql = postgres(url, { max: 2, onnotice: () => {} });
    cleanup.defer(() => sql.end({ timeout: 5 }));
    return sql;
  };
  const sql = open(database.urls.postgres);
  const engine = open(database.urls.engine);
  const owned = cleanup.move();
  return {
    database,
    sql,
    engine,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}
