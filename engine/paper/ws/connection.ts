import type { Subscription } from "./channels.ts";

/** Messages a client may send in any second before it is cut off. */
const MESSAGES_PER_SECOND_MAX = 10;
/** A socket that does not ping for so long is cut off. */
export const SILENCE_MAX_MS = 120_000;
/** Unsent bytes at which a reader is too slow to keep. */
const BUFFERED_BYTES_MAX = 16 * 1024 * 1024;

/** One client socket. */
export class Connection {
  readonly socket: WebSocket;
  readonly remoteAddress: string;
  /** By topic. */
  readonly subscriptions: Map<string, Subscription> = new Map();
  /** The account logged in, or null. */
  uid: string | null = null;
  lastMessageMs: number;
  #receivedMs: number[] = [];

  constructor(
    socket: WebSocket,
    options: { readonly remoteAddress: string; readonly atMs: number },
  ) {
    this.socket = socket;
    this.remoteAddress = options.remoteAddress;
    this.lastMessageMs = options.atMs;
  }

  /** Counts a message. @returns Whether the client keeps to its limit. */
  admit(atMs: number): boolean {
    this.lastMessageMs = atMs;
    this.#receivedMs = this.#receivedMs.filter((ms) => ms > atMs - 1_000);
    this.#receivedMs.push(atMs);
    return this.#receivedMs.length <= MESSAGES_PER_SECOND_MAX;
  }

  /** Sends a frame, unless the socket is closing. A reader far behind is cut off. */
  send(text: string): void {
    if (this.socket.readyState !== WebSocket.OPEN) return;
    if (this.socket.bufferedAmount > BUFFERED_BYTES_MAX) {
      this.close(1008, "too slow");
      return;
    }
    this.socket.send(text);
  }

  /** Sends an event: `{event, ...}`. */
  sendEvent(event: Readonly<Record<string, unknown>>): void {
    this.send(JSON.stringify(event));
  }

  /** Sends an error event. */
  sendError(code: number, message: string, argJson?: string): void {
    const arg: unknown = argJson === undefined
      ? undefined
      : JSON.parse(argJson);
    this.sendEvent({ event: "error", arg, code, msg: message, op: "" });
  }

  close(code = 1000, reason = "bye"): void {
    try {
      this.socket.close(code, reason);
    } catch {
      // Closed already: nothing left to do.
    }
  }
}
