/**
 * Who may read and write a private topic: row level security on
 * `realtime.messages` decides, asked the way the platform asks.
 *
 * @module
 */
import type { Sql, TransactionSql } from "postgres";
import type { Claims } from "./claims.ts";

/** Postgres's "insufficient privilege": what a missing policy answers. */
const REFUSED = "42501";

class Rollback extends Error {}

/** Asks the database. Nothing it writes is kept or sent. */
export class TopicAccess {
  readonly #sql: Sql;

  /** @param sql Connections of a superuser: it plants the row to be read. */
  constructor(sql: Sql) {
    this.#sql = sql;
  }

  /** Whether the caller sees a message of this topic. */
  canRead(topic: string, claims: Claims): Promise<boolean> {
    return this.#probe(async (tx) => {
      const id = crypto.randomUUID();
      await tx`
        insert into realtime.messages (id, topic, extension)
        values (${id}, ${topic}, 'broadcast')`;
      await become(tx, claims, topic);
      const rows = await tx`select 1 from realtime.messages where id = ${id}`;
      return rows.length === 1;
    });
  }

  /** Whether the caller may add a message to this topic. */
  canWrite(topic: string, claims: Claims): Promise<boolean> {
    return this.#probe(async (tx) => {
      await become(tx, claims, topic);
      await tx`
        insert into realtime.messages (topic, extension)
        values (${topic}, 'broadcast')`;
      return true;
    });
  }

  async #probe(
    ask: (tx: TransactionSql) => Promise<boolean>,
  ): Promise<boolean> {
    let answer = false;
    try {
      await this.#sql.begin(async (tx) => {
        answer = await ask(tx);
        throw new Rollback();
      });
    } catch (error) {
      if (error instanceof Rollback) return answer;
      if (isRefusal(error)) return false;
      throw error;
    }
    return answer;
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === REFUSED;
}

async function become(
  tx: TransactionSql,
  claims: Claims,
  topic: string,
): Promise<void> {
  await tx`
    select set_config('role', ${claims.role}, true),
      set_config('realtime.topic', ${topic}, true),
      set_config('request.jwt.claims', ${JSON.stringify(claims)}, true),
      set_config('request.jwt.claim.sub', ${claims.sub ?? ""}, true),
      set_config('request.jwt.claim.role', ${claims.role}, true),
      set_config('request.headers', '{}', true)`;
}
