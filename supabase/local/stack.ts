/**
 * Supabase on one origin, over a prepared database (database.ts): Auth and the
 * Data API, Realtime, the edge functions and the inbox.
 *
 * | path | who answers |
 * |---|---|
 * | `/auth/v1/*`, `/rest/v1/*` | lite.ts |
 * | `/realtime/v1/*` | realtime/ |
 * | `/functions/v1/*` | functions/ |
 * | `/inbox`, `/inbox.json` | inbox/ |
 *
 * @module
 */
import type { Log } from "@core/model/log.ts";
import { databaseUrl } from "./database_url.ts";
import { FunctionsHost } from "./functions/host.ts";
import { Inbox } from "./inbox/inbox.ts";
import { createLite, type Lite } from "./lite.ts";
import { serveLocal } from "./local_server.ts";
import { RealtimeServer } from "./realtime/server.ts";

/** What the stack stands on and how it is reached. */
export interface StackOptions {
  /** Connection string of supabase_admin, to the prepared database. */
  readonly adminUrl: string;
  /** The password of the role `lite_api`. */
  readonly litePassword: string;
  /** 0: any free one. */
  readonly port: number;
  readonly jwtSecret: string;
  /** Life of an access token in seconds. */
  readonly jwtExpiry: number;
  readonly publishableKey: string;
  readonly secretKey: string;
  /** Origins of pages that may be linked to from mails and call functions. */
  readonly webOrigins: readonly string[];
  /** The folder of the edge functions. */
  readonly functions: string;
  /** Told to the functions beside the names the platform gives them. */
  readonly functionsEnvironment: Readonly<Record<string, string>>;
  readonly onFunctionLog?: (line: string) => void;
  readonly log: Log;
}

/** A running stack. Disposing stops it, the database goes on. */
export interface Stack extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`, supabase-js's first argument. */
  readonly url: string;
  readonly inbox: Inbox;
  readonly functions: FunctionsHost;
  readonly realtime: RealtimeServer;
}

/** @throws {Deno.errors.AddrInUse} When somebody listens on the port. */
export async function startStack(options: StackOptions): Promise<Stack> {
  await using cleanup = new AsyncDisposableStack();
  const ready = Promise.withResolvers<Routes>();
  const server = cleanup.use(
    serveLocal(
      options.port,
      async (request, peerAddress) =>
        route(await ready.promise, request, peerAddress),
    ),
  );
  const { url } = server;
  const inbox = new Inbox(options.secretKey);
  const lite = cleanup.use(createLite({
    databaseUrl: databaseUrl(options.adminUrl, {
      user: "lite_api",
      password: options.litePassword,
    }),
    siteUrl: url,
    redirectUrls: options.webOrigins.flatMap((origin) => [
      origin,
      `${origin}/**`,
    ]),
    jwtSecret: options.jwtSecret,
    jwtExpiry: options.jwtExpiry,
    publishableKey: options.publishableKey,
    secretKey: options.secretKey,
    onMail: (mail) => inbox.receive(mail),
  }));
  const functions = cleanup.use(
    new FunctionsHost({
      directory: options.functions,
      environment: functionsEnvironment(url, options),
      log: options.log,
      ...(options.onFunctionLog && { onLog: options.onFunctionLog }),
    }),
  );
  const realtime = cleanup.use(await RealtimeServer.start(options));
  ready.resolve({ lite, functions, realtime, inbox, log: options.log });
  cleanup.defer(() => server.close()); // first of all
  const stack = cleanup.move();
  return {
    url,
    inbox,
    functions,
    realtime,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

interface Routes {
  readonly lite: Lite;
  readonly functions: FunctionsHost;
  readonly realtime: RealtimeServer;
  readonly inbox: Inbox;
  readonly log: Log;
}

async function route(
  routes: Routes,
  request: Request,
  peerAddress: string,
): Promise<Response> {
  const { pathname } = new URL(request.url);
  try {
    if (pathname.startsWith("/realtime/v1/")) {
      return await routes.realtime.handle(request);
    }
    if (pathname.startsWith("/functions/v1/")) {
      return await routes.functions.handle(request, peerAddress);
    }
    if (pathname === "/inbox" || pathname === "/inbox.json") {
      return await routes.inbox.handle(request);
    }
    if (/^\/(?:auth|rest)\/v1(?:\/|$)/.test(pathname)) {
      return await routes.lite.fetch(request, peerAddress);
    }
    // lite has more to offer (its own introspection, for one), to anyone.
    return Response.json({ message: "Not found" }, { status: 404 });
  } catch (error) {
    routes.log.error("request_failed", { path: pathname, error });
    return Response.json({ message: "Internal error" }, { status: 500 });
  }
}

function functionsEnvironment(
  url: string,
  options: StackOptions,
): Record<string, string> {
  return {
    "SUPABASE_URL": url,
    "SUPABASE_PUBLISHABLE_KEYS": JSON.stringify({
      default: options.publishableKey,
    }),
    "SUPABASE_SECRET_KEYS": JSON.stringify({ default: options.secretKey }),
    "TRELLIS_ALLOWED_ORIGIN": options.webOrigins.join(","),
    "TRELLIS_MAIL_API_URL": `${url}/inbox`,
    "TRELLIS_MAIL_API_KEY": options.secretKey,
    "TRELLIS_MAIL_FROM": "Trellis <alerts@trellis.local>",
    // Webhooks to this machine: receivers run here, too.
    "TRELLIS_ALERTS_LOCAL_TARGETS": "1",
    ...options.functionsEnvironment,
  };
}
