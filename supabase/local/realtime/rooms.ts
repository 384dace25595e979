/** Who hears what: the channels joined to each topic. @module */
import type { Channel } from "./channel.ts";
import { type Broadcast, encodeBroadcast, type Protocol } from "./frames.ts";

/** Public and private channels of one name are separate rooms. */
export interface Room {
  /** Without `realtime:`. */
  readonly topic: string;
  readonly isPrivate: boolean;
}

/** The rooms of a server. */
export class Rooms {
  readonly #members = new Map<string, Set<Channel>>();

  /** Channels joined, over all rooms. */
  get size(): number {
    return [...this.#members.values()].reduce((n, room) => n + room.size, 0);
  }

  add(channel: Channel): void {
    const key = keyOf(channel);
    const members = this.#members.get(key) ?? new Set();
    this.#members.set(key, members.add(channel));
  }

  remove(channel: Channel): void {
    const key = keyOf(channel);
    const members = this.#members.get(key);
    members?.delete(channel);
    if (members?.size === 0) this.#members.delete(key);
  }

  /**
   * Sends a broadcast to everyone in a room, written once a protocol.
   *
   * @param sender Left out, unless it asked to hear itself.
   */
  deliver(room: Room, broadcast: Broadcast, sender?: Channel): void {
    const members = this.#members.get(keyOf(room));
    if (members === undefined) return;
    const written = new Map<Protocol, ReturnType<typeof encodeBroadcast>>();
    for (const member of members) {
      if (member === sender && !member.hearsItself) continue;
      const { protocol } = member.connection;
      let data = written.get(protocol);
      if (data === undefined) {
        data = encodeBroadcast(`realtime:${room.topic}`, broadcast, protocol);
        written.set(protocol, data);
      }
      if (data !== null) member.connection.send(data);
    }
  }
}

function keyOf({ topic, isPrivate }: Room): string {
  return `${isPrivate ? "private" : "public"}:${topic}`;
}
