/**
 * Supabase Realtime for development and tests, as far as this project uses it:
 * private and public broadcast channels that an unmodified supabase-js joins,
 * authorised by row level security on `realtime.messages`, fed by
 * `realtime.send()`.
 *
 * Not here: postgres_changes (the join says so), presence (accepted, empty),
 * rate limits, more than one server process on one database.
 *
 * @module
 */
import postgres from "postgres";
import type { Log } from "@core/model/log.ts";
import { TopicAccess } from "./access.ts";
import { type ClaimsOptions, ClaimsVerifier } from "./claims.ts";
import { Connection } from "./connection.ts";
import { startFeed } from "./feed.ts";
import { restBroadcast } from "./rest_broadcast.ts";
import { Rooms } from "./rooms.ts";
import { Session, type SessionDeps } from "./session.ts";

/** What the server needs. */
export interface RealtimeOptions extends ClaimsOptions {
  /** Connection string of a superuser: joins are probed with planted rows. */
  readonly adminUrl: string;
  readonly log: Log;
}

/** Connections for probes and reads; one more listens. */
const CONNECTIONS_MAX = 4;
/** As long as the platform keeps messages; here they go at the next start. */
const KEPT = "3 days";
/** A client beats its heart every 25 s. */
const IDLE_TIMEOUT_SECONDS = 90;

/** A running server; its owner routes `/realtime/v1/*` to `handle`. */
export class RealtimeServer implements AsyncDisposable {
  readonly #deps: SessionDeps;
  readonly #connections = new Set<Connection>();
  #feed: AsyncDisposable | undefined;
  #isStopped = false;

  private constructor(deps: SessionDeps) {
    this.#deps = deps;
  }

  /** Connects to the database and listens for its broadcasts. */
  static async start(options: RealtimeOptions): Promise<RealtimeServer> {
    const sql = postgres(options.adminUrl, {
      max: CONNECTIONS_MAX,
      onnotice: () => {},
      connection: { "application_name": "trellis-realtime" },
    });
    const server = new RealtimeServer({
      sql,
      claims: new ClaimsVerifier(options),
      access: new TopicAccess(sql),
      rooms: new Rooms(),
      log: options.log,
    });
    await sql`
      delete from realtime.messages where inserted_at < now() - ${KEPT}::interval`;
    server.#feed = await startFeed(server.#deps);
    return server;
  }

  /** Clients connected and channels joined just now. */
  get stats(): { readonly connections: number; readonly channels: number } {
    return {
      connections: this.#connections.size,
      channels: this.#deps.rooms.size,
    };
  }

  /** Answers a request below `/realtime/v1/`. */
  handle(request: Request): Response | Promise<Response> {
    if (this.#isStopped) { // clients connect again by themselves, and later
      return Response.json({ error: "Stopping" }, { status: 503 });
    }
    const url = new URL(request.url);
    if (
      request.method === "POST" && url.pathname.includes("/api/broadcast")
    ) return restBroadcast(request, this.#deps);
    const isUpgrade =
      request.headers.get("upgrade")?.toLowerCase() === "websocket";
    if (!url.pathname.endsWith("/websocket") || !isUpgrade) {
      return Response.json({ error: "Not found" }, { status: 404 });
    }
    return this.#connect(request, url);
  }

  /** Ends all sockets, then the database connections. Safe to call twice. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isStopped = true;
    for (const connection of this.#connections) connection.close();
    const feed = this.#feed;
    this.#feed = undefined;
    await feed?.[Symbol.asyncDispose]();
    await this.#deps.sql.end({ timeout: 2 });
  }

  #connect(request: Request, url: URL): Response {
    const keyClaims = this.#deps.claims.ofKey(url.searchParams.get("apikey"));
    if (keyClaims === null) {
      const error = "The token provided is not a valid JWT";
      return Response.json({ error }, { status: 401 });
    }
    const protocol = url.searchParams.get("vsn") === "1.0.0"
      ? "1.0.0"
      : "2.0.0";
    const { socket, response } = Deno.upgradeWebSocket(request, {
      idleTimeout: IDLE_TIMEOUT_SECONDS,
    });
    socket.binaryType = "arraybuffer";
    this.#serve(socket, new Connection(socket, protocol, keyClaims));
    return response;
  }

  #serve(socket: WebSocket, connection: Connection): void {
    const { log } = this.#deps;
    const session = new Session(connection, this.#deps);
    let queue: Promise<void> = Promise.resolve();
    socket.onopen = () => this.#connections.add(connection);
    socket.onmessage = ({ data }) => {
      queue = queue.then(() => session.handle(data)).catch((error) =>
        log.warn("frame_refused", { error })
      );
    };
    socket.onclose = () => {
      this.#connections.delete(connection);
      session.close();
    };
    socket.onerror = () => log.debug("socket_failed");
  }
}
