/** Two transactions of which one waits for the other. @module */
import assert from "node:assert/strict";
import postgres, { type Sql, type TransactionSql } from "postgres";
import { until } from "../local/testing/until.ts";
import type { TestSql } from "./test_sql.ts";

/** Until a lock is waited for: milliseconds, or never. */
const WAIT_MS_MAX = 20_000;

/**
 * Holds `first` before its commit until `second`, on a connection of its own,
 * waits for a lock; returns how the second ended.
 */
export async function meet<T>(
  test: TestSql,
  first: (sql: TransactionSql) => PromiseLike<unknown>,
  second: (sql: Sql) => Promise<T>,
): Promise<PromiseSettledResult<T>> {
  const other = postgres(test.database.urls.postgres, {
    max: 1,
    onnotice: () => {},
  });
  try {
    const [session] = await other`select pg_backend_pid() as pid`;
    let outcome: Promise<PromiseSettledResult<T>[]> | undefined;
    await test.sql.begin(async (tx) => {
      await first(tx);
      outcome = Promise.allSettled([second(other)]);
      await until("the second to wait for the first", async () => {
        const [row] = await test.sql`
          select wait_event_type = 'Lock' as waits from pg_stat_activity
          where pid = ${session?.pid}`;
        return row?.waits === true;
      }, WAIT_MS_MAX);
    });
    const [settled] = await outcome ?? [];
    return settled ?? assert.fail("The second has not run");
  } finally {
    await other.end({ timeout: 5 });
  }
}
