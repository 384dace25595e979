/** What a client asks for when it joins a channel. @module */
import { z } from "zod";

/** A join request, read with the platform's patience for odd values. */
export interface JoinRequest {
  readonly isPrivate: boolean;
  readonly token: string | null;
  readonly hearsItself: boolean;
  readonly wantsAcknowledgement: boolean;
  readonly wantsPresence: boolean;
  /** Asks to be told that messages from the database flow. */
  readonly wantsReplicationReady: boolean;
  readonly postgresChanges: number;
  /** Older messages wanted first. */
  readonly replay: { readonly since: Date; readonly limit: number } | null;
}

const REPLAY_MAX = 25;

const flag = z.boolean().catch(false);
const optionalToken = z.string().nullish().catch(null);
const replay = z.object({
  since: z.number(),
  limit: z.number().int().catch(REPLAY_MAX),
}).nullish().catch(null);
const config = z.object({
  private: flag,
  broadcast: z.object({
    ack: flag,
    self: flag,
    replay,
    "replication_ready": flag,
  }).partial().catch({}).default({}),
  presence: z.object({ enabled: flag }).partial().catch({}).default({}),
  "postgres_changes": z.array(z.unknown()).catch([]).default([]),
}).partial().catch({}).default({});
const shape = z.object({
  config,
  "access_token": optionalToken,
  "user_token": optionalToken,
}).catch({ config: {}, "access_token": null, "user_token": null });

/** Reads a join's payload; what cannot be read counts as not asked for. */
export function readJoin(payload: unknown): JoinRequest {
  const join = shape.parse(payload);
  const { broadcast = {}, presence = {} } = join.config;
  return {
    isPrivate: join.config.private ?? false,
    token: join.access_token ?? join.user_token ?? null,
    hearsItself: broadcast.self ?? false,
    wantsAcknowledgement: broadcast.ack ?? false,
    wantsPresence: presence.enabled ?? false,
    wantsReplicationReady: broadcast.replication_ready ?? false,
    postgresChanges: join.config.postgres_changes?.length ?? 0,
    replay: broadcast.replay
      ? {
        since: new Date(broadcast.replay.since),
        limit: Math.max(1, Math.min(broadcast.replay.limit, REPLAY_MAX)),
      }
      : null,
  };
}
