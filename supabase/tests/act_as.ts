import type { Sql, TransactionSql } from "postgres";

/** Who runs a statement: a role of the API, and whose JWT it carries. */
export interface Actor {
  readonly role: "anon" | "authenticated" | "service_role";
  /** `sub` of the JWT; none without. */
  readonly userId?: string;
}

/**
 * Runs statements as the Data API would for this actor: the role and the JWT's
 * claims set for one transaction. Commits.
 *
 * @param sql A connection of the role `postgres`.
 */
export async function actAs<T>(
  sql: Sql,
  actor: Actor,
  run: (tx: TransactionSql) => Promise<T>,
): Promise<T> {
  const result = await sql.begin(async (tx) => {
    await setActor(tx, actor);
    return { value: await run(tx) };
  });
  return result.value;
}

/** As {@linkcode actAs}, and takes everything back. */
export async function tryAs<T>(
  sql: Sql,
  actor: Actor | null,
  run: (tx: TransactionSql) => Promise<T>,
): Promise<T> {
  const done = new Rollback<T>();
  try {
    await sql.begin(async (tx) => {
      if (actor !== null) await setActor(tx, actor);
      done.value = await run(tx);
      throw done;
    });
  } catch (error) {
    if (error !== done) throw error;
  }
  return done.value as T;
}

class Rollback<T> extends Error {
  value: T | undefined;
}

async function setActor(tx: TransactionSql, actor: Actor): Promise<void> {
  const claims = JSON.stringify({
    role: actor.role,
    ...(actor.userId !== undefined && { sub: actor.userId }),
  });
  await tx`select set_config('request.jwt.claims', ${claims}, true)`;
  await tx.unsafe(`set local role ${actor.role}`);
}
