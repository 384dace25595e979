/**
 * One joined channel of one client.
 *
 * joining → joined → closed. A channel closes when the client leaves, joins the
 * same topic again, or its socket ends; and from our side when its token
 * expires, is refused, or no longer reads the topic. Then the client hears
 * `system` with the reason and `phx_close`, and does not join again by itself:
 * the application makes a new channel.
 *
 * @module
 */
import type { Claims } from "./claims.ts";
import type { Connection } from "./connection.ts";
import type { Room } from "./rooms.ts";

/** The platform looks at least this often whether a token has expired. */
const EXPIRY_CHECK_MS = 300_000;

/** What a client asked for when it joined, once it was let in. */
export interface ChannelOptions extends Room {
  readonly connection: Connection;
  readonly joinRef: string | null;
  readonly claims: Claims;
  readonly token: string;
  readonly hearsItself: boolean;
  readonly wantsAcknowledgement: boolean;
  readonly onExpired: (channel: Channel, reason: string) => void;
}

/** A member of a room. */
export class Channel implements Room {
  readonly connection: Connection;
  readonly topic: string;
  readonly isPrivate: boolean;
  readonly joinRef: string | null;
  readonly hearsItself: boolean;
  readonly wantsAcknowledgement: boolean;
  /** Asked of the database at the first broadcast, then kept with the token. */
  canWrite: boolean | undefined;
  #claims: Claims;
  #token: string;
  #expiry: ReturnType<typeof setTimeout> | undefined;
  readonly #onExpired: ChannelOptions["onExpired"];

  constructor(options: ChannelOptions) {
    this.connection = options.connection;
    this.topic = options.topic;
    this.isPrivate = options.isPrivate;
    this.joinRef = options.joinRef;
    this.hearsItself = options.hearsItself;
    this.wantsAcknowledgement = options.wantsAcknowledgement;
    this.#claims = options.claims;
    this.#token = options.token;
    this.#onExpired = options.onExpired;
    this.#watchExpiry();
  }

  get claims(): Claims {
    return this.#claims;
  }

  get token(): string {
    return this.#token;
  }

  /** Goes on with a newer token of the same client. */
  renew(token: string, claims: Claims): void {
    this.#token = token;
    this.#claims = claims;
    this.canWrite = undefined;
    this.#watchExpiry();
  }

  /** Sends a message about the channel itself. */
  system(status: "ok" | "error", message: string): void {
    this.#push("system", {
      extension: "system",
      status,
      message,
      channel: this.topic,
    });
  }

  /** Tells the client that the channel is over. */
  announceClose(): void {
    this.#push("phx_close", {}, this.joinRef);
  }

  /** Sends an event to this client alone. */
  push(event: string, payload: unknown): void {
    this.#push(event, payload);
  }

  /** Stops watching the token. Safe to call twice. */
  dispose(): void {
    clearTimeout(this.#expiry);
  }

  #push(event: string, payload: unknown, ref: string | null = null): void {
    const topic = `realtime:${this.topic}`;
    this.connection.push({ joinRef: this.joinRef, ref, topic, event, payload });
  }

  #watchExpiry(): void {
    clearTimeout(this.#expiry);
    const leftMs = this.#claims.exp * 1_000 - Date.now();
    if (leftMs <= 0) {
      const seconds = Math.floor(-leftMs / 1_000);
      this.#onExpired(this, `Token has expired ${seconds} seconds ago`);
      return;
    }
    this.#expiry = setTimeout(
      () => this.#watchExpiry(),
      Math.min(leftMs, EXPIRY_CHECK_MS),
    );
  }
}
