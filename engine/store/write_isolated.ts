import type { BotQueue } from "./bot_queue.ts";
import type { Claim } from "./claim.ts";
import type { Sql } from "./database.ts";
import { codeOf, isTransient, messageOf, StoreError } from "./errors.ts";
import { FencedError } from "./port.ts";

/** A statement over rows of many bots; returns the bots that are still ours. */
export type BatchStatement<Row> = (
  sql: Sql,
  claims: readonly Claim[],
  rows: readonly Row[],
) => Promise<Set<string>>;

/** What {@linkcode writeIsolated} writes, and how it fails. */
export interface IsolatedWrite<Row> {
  readonly sql: Sql;
  readonly statement: BatchStatement<Row>;
  readonly rows: readonly Row[];
  /** The queue of each bot in `rows`. */
  readonly queues: ReadonlyMap<string, BotQueue>;
  /** Runs one statement, again if it is worth it. */
  readonly attempt: (run: () => Promise<Set<string>>) => Promise<Set<string>>;
}

/**
 * Writes many bots' rows in one statement, so that no bot can harm another: a
 * fenced bot's rows are left out by the statement and its queue is refused;
 * when the database refuses the statement itself, each bot's rows are tried
 * alone, and the bot that fails alone is refused alone.
 *
 * @throws Only transient errors that `attempt` gave up on.
 */
export async function writeIsolated<Row extends { readonly botId: string }>(
  write: IsolatedWrite<Row>,
): Promise<void> {
  const claims = claimsOf(write);
  if (claims.length === 0) return;
  try {
    const held = await write.attempt(() =>
      write.statement(write.sql, claims, write.rows)
    );
    for (const { botId, epoch } of claims) {
      if (held.has(botId)) continue;
      write.queues.get(botId)?.refuse(new FencedError(botId, epoch));
    }
  } catch (error) {
    if (isTransient(error)) throw error;
    if (claims.length > 1) return await writeOneByOne(write, claims);
    for (const { botId } of claims) {
      write.queues.get(botId)?.refuse(
        new StoreError(
          `Cannot write rows of bot ${botId}: ${messageOf(error)}`,
          { code: codeOf(error), cause: error },
        ),
      );
    }
  }
}

async function writeOneByOne<Row extends { readonly botId: string }>(
  write: IsolatedWrite<Row>,
  claims: readonly Claim[],
): Promise<void> {
  for (const { botId } of claims) {
    const rows = write.rows.filter((row) => row.botId === botId);
    await writeIsolated({ ...write, rows });
  }
}

function claimsOf<Row extends { readonly botId: string }>(
  write: IsolatedWrite<Row>,
): Claim[] {
  const ids = new Set(write.rows.map((row) => row.botId));
  return [...ids].flatMap((id) => write.queues.get(id)?.claim ?? []);
}
