/** One client's socket. @module */
import type { Channel } from "./channel.ts";
import type { Claims } from "./claims.ts";
import { encodeFrame, type Frame, type Protocol } from "./frames.ts";

/**
 * A browser that reads nothing (its tab frozen, its network gone) is cut off
 * when so much waits for it: it loads rows anew when it comes back, and nobody
 * else pays for it with the server's memory.
 */
const BUFFERED_BYTES_MAX = 4 * 1024 * 1024;

/** A message's place: the join it belongs to and the request it answers. */
export interface ReplyTo {
  readonly joinRef: string | null;
  readonly ref: string | null;
  readonly topic: string;
}

/** Sends frames to one client and knows which channels it has joined. */
export class Connection {
  readonly protocol: Protocol;
  /** What the API key in the address stands for. */
  readonly keyClaims: Claims;
  /** By topic, without `realtime:`. */
  readonly channels = new Map<string, Channel>();
  readonly #socket: WebSocket;

  constructor(socket: WebSocket, protocol: Protocol, keyClaims: Claims) {
    this.#socket = socket;
    this.protocol = protocol;
    this.keyClaims = keyClaims;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Sends a frame; a client that has gone misses it. */
  push(frame: Frame): void {
    this.send(encodeFrame(frame, this.protocol));
  }

  /** Sends what is already written for this client's protocol. */
  send(data: string | Uint8Array<ArrayBuffer>): void {
    if (!this.isOpen) return;
    if (this.#socket.bufferedAmount > BUFFERED_BYTES_MAX) {
      this.#socket.close(1008, "too slow");
    } else this.#socket.send(data);
  }

  /** Answers a client's request. */
  reply(to: ReplyTo, status: "ok" | "error", response: unknown = {}): void {
    this.push({ ...to, event: "phx_reply", payload: { status, response } });
  }

  /** Ends the socket; the client connects again by itself. */
  close(): void {
    this.#socket.close(1001, "server stopping");
  }
}
