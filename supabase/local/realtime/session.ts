/**
 * What one client says on its socket, and what is done about it. Frames of one
 * socket are handled one after the other.
 *
 * @module
 */
import type { Sql } from "postgres";
import { z } from "zod";
import type { Log } from "@core/model/log.ts";
import type { TopicAccess } from "./access.ts";
import { Channel } from "./channel.ts";
import {
  type Claims,
  type ClaimsVerifier,
  isApiKey,
  Refusal,
} from "./claims.ts";
import type { Connection, ReplyTo } from "./connection.ts";
import {
  type Broadcast,
  type BroadcastFrame,
  decodeFrame,
  type Frame,
  jsonBroadcast,
} from "./frames.ts";
import { type JoinRequest, readJoin } from "./join.ts";
import type { Rooms } from "./rooms.ts";

/** What all sessions of a server share. */
export interface SessionDeps {
  readonly sql: Sql;
  readonly claims: ClaimsVerifier;
  readonly access: TopicAccess;
  readonly rooms: Rooms;
  readonly log: Log;
}

const PREFIX = /^realtime:/;
const NO_READ_RIGHT =
  "You do not have permissions to read from this Channel topic:";
const tokenPayload = z.object({ "access_token": z.string() });
const broadcastPayload = z.object({ event: z.string(), payload: z.unknown() });

/** One client's session. */
export class Session {
  readonly #connection: Connection;
  readonly #deps: SessionDeps;

  constructor(connection: Connection, deps: SessionDeps) {
    this.#connection = connection;
    this.#deps = deps;
  }

  /** Handles one frame. @throws {SyntaxError} When it is none. */
  async handle(data: string | ArrayBuffer): Promise<void> {
    const frame = decodeFrame(data);
    const topic = frame.topic.replace(PREFIX, "");
    if (frame.topic === "phoenix") {
      this.#connection.reply({ ...placeOf(frame), joinRef: null }, "ok");
    } else if ("event" in frame && frame.event === "phx_join") {
      await this.#join(frame, topic);
    } else {
      await this.#handleMember(frame, topic);
    }
  }

  /** Leaves all channels: the socket has ended. */
  close(): void {
    for (const channel of [...this.#connection.channels.values()]) {
      this.#leave(channel);
    }
  }

  async #handleMember(
    frame: Frame | BroadcastFrame,
    topic: string,
  ): Promise<void> {
    const channel = this.#connection.channels.get(topic);
    const isOther = frame.joinRef !== null &&
      frame.joinRef !== channel?.joinRef;
    if (channel === undefined || isOther) {
      const reason = { reason: "unmatched topic" };
      return this.#connection.reply(placeOf(frame), "error", reason);
    }
    if ("broadcast" in frame) {
      return await this.#broadcast(channel, frame.ref, frame.broadcast);
    }
    switch (frame.event) {
      case "phx_leave":
        this.#connection.reply(placeOf(frame), "ok");
        this.#leave(channel);
        return channel.announceClose();
      case "access_token":
        return await this.#renew(channel, frame.payload);
      case "broadcast": {
        const sent = broadcastPayload.safeParse(frame.payload);
        if (!sent.success) return;
        const { event, payload } = sent.data;
        const broadcast = jsonBroadcast(event, payload);
        return await this.#broadcast(channel, frame.ref, broadcast);
      }
      case "presence":
        return this.#connection.reply(placeOf(frame), "ok");
    }
  }

  async #join(frame: Frame, topic: string): Promise<void> {
    try {
      const join = readJoin(frame.payload);
      const claims = await this.#admit(topic, join);
      if (!this.#connection.isOpen) return;
      const old = this.#connection.channels.get(topic);
      if (old !== undefined) { // Phoenix closes the older of two joins
        this.#leave(old);
        old.announceClose();
      }
      const channel = new Channel({
        ...join,
        connection: this.#connection,
        topic,
        joinRef: frame.joinRef ?? frame.ref,
        claims,
        token: join.token ?? "",
        onExpired: (expired, reason) => this.#shutDown(expired, reason),
      });
      this.#connection.channels.set(topic, channel);
      this.#deps.rooms.add(channel);
      await this.#welcome(channel, join, placeOf(frame));
    } catch (error) {
      if (!(error instanceof Refusal)) {
        this.#deps.log.error("join_failed", { topic, error });
      }
      const reason = error instanceof Refusal
        ? error.message
        : "Unknown Error on Channel";
      this.#connection.reply(placeOf(frame), "error", { reason });
    }
  }

  /** Decides whether the client may join. @throws {Refusal} */
  async #admit(topic: string, join: JoinRequest): Promise<Claims> {
    if (topic === "") {
      throw new Refusal("TopicNameRequired: You must provide a topic name");
    }
    const claims = join.token !== null && !isApiKey(join.token)
      ? await this.#deps.claims.ofToken(join.token)
      : this.#connection.keyClaims;
    if (join.postgresChanges > 0) {
      throw new Refusal(
        "EmbeddedRealtime: postgres_changes is not supported here, use broadcast",
      );
    }
    if (join.replay !== null && !join.isPrivate) {
      throw new Refusal(
        "UnableToReplayMessages: Replay is not allowed for public channels",
      );
    }
    if (join.isPrivate && !(await this.#deps.access.canRead(topic, claims))) {
      throw new Refusal(`Unauthorized: ${NO_READ_RIGHT} ${topic}`);
    }
    return claims;
  }

  async #welcome(
    channel: Channel,
    join: JoinRequest,
    place: ReplyTo,
  ): Promise<void> {
    this.#connection.reply(place, "ok", { "postgres_changes": [] });
    if (join.wantsPresence) channel.push("presence_state", {});
    if (join.wantsReplicationReady) {
      channel.system("ok", "Replication connection established");
    }
    if (join.replay === null) return;
    const { since, limit } = join.replay;
    const rows = await this.#deps.sql`
      select id, event, payload
      from realtime.messages
      where topic = ${channel.topic} and private and extension = 'broadcast'
        and inserted_at >= ${since}
      order by inserted_at desc
      limit ${limit}`;
    for (const { id, event, payload } of rows.reverse()) {
      const meta = { replayed: true, id };
      channel.push("broadcast", { type: "broadcast", event, payload, meta });
    }
  }

  async #renew(channel: Channel, payload: unknown): Promise<void> {
    const token = tokenPayload.safeParse(payload).data?.access_token;
    if (token === undefined || isApiKey(token) || token === channel.token) {
      return;
    }
    const { claims: verifier, access } = this.#deps;
    try {
      const claims = await verifier.ofToken(token);
      if (channel.isPrivate && !(await access.canRead(channel.topic, claims))) {
        throw new Refusal(`Unauthorized: ${NO_READ_RIGHT} ${channel.topic}`);
      }
      channel.renew(token, claims);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#shutDown(channel, error.message.replace(/^\w+: /, ""));
    }
  }

  async #broadcast(
    channel: Channel,
    ref: string | null,
    broadcast: Broadcast,
  ): Promise<void> {
    const { access, rooms } = this.#deps;
    if (channel.isPrivate) {
      channel.canWrite ??= await access.canWrite(channel.topic, channel.claims);
      if (!channel.canWrite) return; // silence, as on the platform
    }
    rooms.deliver(channel, broadcast, channel);
    if (!channel.wantsAcknowledgement) return;
    const topic = `realtime:${channel.topic}`;
    this.#connection.reply({ joinRef: channel.joinRef, ref, topic }, "ok");
  }

  #shutDown(channel: Channel, reason: string): void {
    channel.system("error", reason);
    this.#leave(channel);
    channel.announceClose();
  }

  #leave(channel: Channel): void {
    channel.dispose();
    this.#deps.rooms.remove(channel);
    const { channels } = this.#connection;
    if (channels.get(channel.topic) === channel) channels.delete(channel.topic);
  }
}

function placeOf(frame: ReplyTo): ReplyTo {
  return { joinRef: frame.joinRef, ref: frame.ref, topic: frame.topic };
}
