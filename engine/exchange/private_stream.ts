import { createHmac } from "node:crypto";
import type { Log } from "@core/mod.ts";
import { readRow, type Row } from "./fields.ts";
import { parsePosition, parsePushedBalance } from "./parse.ts";
import { parseFill, parsePushedOrder } from "./parse_orders.ts";
import { toSymbol } from "./symbols.ts";
import type { AccountEvent, Credentials } from "./port.ts";
import type { Push } from "./frames.ts";
import { BitgetSocket } from "./socket.ts";
import type { Topic } from "./subscriptions.ts";
import type { BitgetVenue } from "./venue.ts";

const TOPICS: readonly Topic[] = [
  { channel: "orders", instId: "default" },
  { channel: "fill", instId: "default" },
  { channel: "positions", instId: "default" },
  { channel: "account", coin: "default" },
];
/** A push we cannot read asks for a resync, at most this often. */
const RESYNC_INTERVAL_MS = 5_000;

type Listener = (event: AccountEvent) => void;

/**
 * The private socket of one account: orders, fills, positions and balance of
 * all its symbols, as fresh objects. A push that cannot be read is logged and
 * answered with `connected`, which makes everyone look by REST.
 */
export class PrivateStream {
  readonly #venue: BitgetVenue;
  readonly #log: Log;
  readonly #socket: BitgetSocket;
  readonly #listeners = new Set<Listener>();
  #resyncedAtMs = -Infinity;

  constructor(
    options: {
      readonly venue: BitgetVenue;
      readonly credentials: Credentials;
      readonly log: Log;
    },
  ) {
    const { venue, credentials, log } = options;
    this.#venue = venue;
    this.#log = log;
    this.#socket = new BitgetSocket({
      url: venue.urls.wsPrivate,
      clock: venue.clock,
      random: venue.random,
      connects: venue.connects,
      log,
      topics: TOPICS,
      login: () => signLogin(credentials, venue.exchangeNowMs()),
      onPush: (push) => this.#onPush(push),
      onRefused: (error) => {
        if (error.reason !== "clock_skew") return;
        venue.syncTime().catch((cause) =>
          log.warn("clock_not_corrected", { error: `${cause}` })
        );
      },
      onUp: () => this.#emit({ kind: "connected" }),
      onDown: (reason) => this.#emit({ kind: "disconnected", reason }),
    });
  }

  /** Whether the socket is logged in, subscribed and answering pings. */
  get connected(): boolean {
    return this.#socket.up;
  }

  /**
   * Adds a listener and opens the socket for the first. One that comes when
   * the socket is up is told `connected` in a microtask of its own.
   */
  listen(listener: Listener): () => void {
    const own: Listener = (event) => listener(event);
    this.#listeners.add(own);
    this.#socket.start();
    if (this.#socket.up) {
      queueMicrotask(() => {
        if (this.#listeners.has(own) && this.#socket.up) {
          this.#tell(own, { kind: "connected" });
        }
      });
    }
    return () => void this.#listeners.delete(own);
  }

  /** Closes the socket. Safe twice. */
  close(): Promise<void> {
    return this.#socket.close();
  }

  #onPush(push: Push): void {
    if (push.channel === "positions") return this.#onPositions(push.rows);
    for (const value of push.rows) {
      this.#read(push.channel, () => {
        const event = parseEvent(push.channel, readRow(value, push.channel));
        if (event !== null) this.#emit(event);
      });
    }
  }

  /** A full set or nothing: half of it would read as flat legs. */
  #onPositions(values: readonly unknown[]): void {
    this.#read("positions", () => {
      const rows = values.map((value) => readRow(value, "positions"))
        .filter((row) => isOurs(row, "instId"));
      this.#emit({ kind: "positions", positions: rows.map(parsePosition) });
    });
  }

  #read(channel: string, action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#log.error("push_unreadable", { channel, error: `${error}` });
      const nowMs = this.#venue.clock.nowMs();
      if (nowMs - this.#resyncedAtMs < RESYNC_INTERVAL_MS) return;
      this.#resyncedAtMs = nowMs;
      this.#emit({ kind: "connected" });
    }
  }

  #emit(event: AccountEvent): void {
    for (const listener of this.#listeners) this.#tell(listener, event);
  }

  #tell(listener: Listener, event: AccountEvent): void {
    try {
      listener(event);
    } catch (error) {
      this.#log.error("listener_failed", {
        event: event.kind,
        error: `${error}`,
      });
    }
  }
}

function parseEvent(channel: string, row: Row): AccountEvent | null {
  switch (channel) {
    case "orders":
      if (!isOurs(row, "instId")) return null;
      return { kind: "order", order: parsePushedOrder(row) };
    case "fill":
      if (!isOurs(row, "symbol")) return null;
      return { kind: "fill", fill: parseFill(row) };
    case "account": {
      const balance = parsePushedBalance(row);
      return balance === null ? null : { kind: "balance", balance };
    }
    default:
      return null;
  }
}

/** A symbol that is named and no USDT perpetual belongs to another product. */
function isOurs(row: Row, key: string): boolean {
  const venueSymbol = row[key];
  return typeof venueSymbol !== "string" || toSymbol(venueSymbol) !== null;
}

/** Bitget wants `timestamp + GET + /user/verify`, the time in seconds. */
function signLogin(
  credentials: Credentials,
  nowMs: number,
): Readonly<Record<string, string>> {
  const timestamp = `${Math.floor(nowMs / 1_000)}`;
  return {
    apiKey: credentials.apiKey,
    passphrase: credentials.passphrase,
    timestamp,
    sign: createHmac("sha256", credentials.apiSecret)
      .update(`${timestamp}GET/user/verify`).digest("base64"),
  };
}
