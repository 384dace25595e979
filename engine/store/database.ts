/**
 * The engine's connections to Postgres, five in all: two for intents (the hot
 * path: a replacement order waits for them), one for facts (the batch writer,
 * metrics, reads), one that listens (`listen_bots.ts`), and the pinned lock
 * session of `engine_session.ts`. Batches never queue ahead of an intent.
 *
 * @module
 */
import postgres from "postgres";
import { Pool, type Sql } from "./pool.ts";

export type { Sql } from "./pool.ts";

/** A row before it is parsed. */
export type Row = postgres.Row;

/** Connections for intents: one would queue bots behind each other's commit. */
export const INTENT_CONNECTIONS = 2;
const CONNECT_TIMEOUT_SECONDS = 10;
const KEEP_ALIVE_SECONDS = 10;

/** Where and as whom the engine connects. */
export interface ConnectOptions {
  /** `TRELLIS_DATABASE_URL`: role `engine`, direct or session mode. */
  readonly url: string;
  /** See {@linkcode applicationName}: how others find this engine's sessions. */
  readonly engineId: string;
}

/** The pools of one engine; the lock session is apart. */
export interface Database extends AsyncDisposable {
  readonly intents: Sql;
  readonly facts: Sql;
  /** Opens a client for LISTEN alone; who opens it ends it. */
  openListener(): Sql;
  /**
   * Gives up the connections of `intents` and `facts`: what is under way on
   * them fails at once, passing; what comes next goes by new ones. For when
   * the lock session has fallen silent; one of these alone is noticed by
   * `pool.ts`.
   */
  renew(): void;
  close(): Promise<void>;
}

/**
 * Returns the application name of an engine's sessions. An engine that finds
 * a dead heartbeat ends the sessions of this name and role, so it must be
 * unique to one engine: at most 63 bytes, or Postgres cuts it.
 */
export function applicationName(engineId: string): string {
  return `trellis-engine:${engineId}`;
}

/**
 * Opens the pools; nothing connects before the first statement.
 *
 * @param options.onSilent Told when a connection fell silent and was replaced.
 */
export function openDatabase(
  options: ConnectOptions & { readonly onSilent?: (pool: string) => void },
): Database {
  const pool = (name: "intents" | "facts", max: number) =>
    new Pool({
      open: () => connect(options, { max }),
      isOneConnection: max === 1,
      onSilent: () => options.onSilent?.(name),
      nowMs: () => performance.now(),
    });
  const intents = pool("intents", INTENT_CONNECTIONS);
  const facts = pool("facts", 1);
  let closing: Promise<void> | undefined;
  const close = () =>
    closing ??= Promise.all([intents.end(), facts.end()])
      .then(() => undefined);
  return {
    intents: intents.sql,
    facts: facts.sql,
    openListener: () => connect(options, { max: 1 }),
    renew() {
      if (closing !== undefined) return;
      intents.renew();
      facts.renew();
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}

/**
 * Opens one client. Connections live as long as the process: a rotation would
 * cost a reconnect and new prepared statements in the middle of trading, and
 * would silently drop the lock session's locks.
 */
export function connect(
  options: ConnectOptions,
  more: { readonly max: number; readonly onClose?: () => void },
): Sql {
  return postgres(options.url, {
    max: more.max,
    "idle_timeout": undefined,
    "max_lifetime": null,
    "connect_timeout": CONNECT_TIMEOUT_SECONDS,
    "keep_alive": KEEP_ALIVE_SECONDS,
    // Only arrays need it, and it costs a round trip per connection.
    "fetch_types": false,
    connection: { "application_name": applicationName(options.engineId) },
    onnotice: () => {},
    onclose: () => more.onClose?.(),
  });
}
