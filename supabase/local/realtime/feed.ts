/**
 * Broadcasts from the database. A trigger on `realtime.messages` notifies
 * (sql/bootstrap.sql), so messages come on commit and in commit order; a row
 * over NOTIFY's 8000 bytes comes as its id and is read. Messages sent while the
 * connection is away are lost, as on the platform: broadcasts are hints.
 *
 * @module
 */
import type { Sql } from "postgres";
import { z } from "zod";
import type { Log } from "@core/model/log.ts";
import { jsonBroadcast } from "./frames.ts";
import type { Rooms } from "./rooms.ts";

const CHANNEL = "embedded_realtime";

const row = z.object({
  id: z.string(),
  topic: z.string(),
  event: z.string(),
  private: z.boolean(),
  payload: z.unknown(),
});
const notice = z.union([row, z.object({ id: z.string() })]);

/** Delivers what the database sends, until disposed. */
export async function startFeed(
  options: { readonly sql: Sql; readonly rooms: Rooms; readonly log: Log },
): Promise<AsyncDisposable> {
  const { sql, rooms, log } = options;
  let queue: Promise<void> = Promise.resolve();
  let isOpen = true;
  const deliver = async (text: string): Promise<void> => {
    const told = notice.parse(JSON.parse(text));
    const message = "topic" in told ? told : await readMessage(sql, told.id);
    if (message === null) return;
    rooms.deliver(
      { topic: message.topic, isPrivate: message.private },
      jsonBroadcast(message.event, message.payload, { id: message.id }),
    );
  };
  await sql.listen(CHANNEL, (text) => {
    queue = queue.then(() => deliver(text)).catch((error) => {
      if (isOpen) log.error("broadcast_failed", { error });
    });
  });
  return {
    async [Symbol.asyncDispose]() {
      // The listening connection ends with the others: asking it first to
      // stop listening would wait for ever when it is just being made anew.
      isOpen = false;
      await queue;
    },
  };
}

async function readMessage(
  sql: Sql,
  id: string,
): Promise<z.infer<typeof row> | null> {
  const [found] = await sql`
    select id, topic, event, private, payload
    from realtime.messages
    where id = ${id}`;
  return found === undefined ? null : row.parse(found);
}
