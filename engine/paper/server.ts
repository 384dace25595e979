/**
 * The wire: Hono routes over the endpoint tables, the socket upgrade, and the
 * control API, on one port.
 *
 * @module
 */
import { type Context, Hono } from "hono";
import type { Log } from "@core/mod.ts";
import { ApiError } from "./api_error.ts";
import { authenticate, requirePermission } from "./auth.ts";
import type { Control } from "./control.ts";
import { mountControl } from "./control_routes.ts";
import type { Fault } from "./faults.ts";
import type { RateLimits } from "./limits.ts";
import { ACCOUNT_ENDPOINTS } from "./rest/account.ts";
import type { Endpoint } from "./rest/endpoint.ts";
import { HISTORY_ENDPOINTS } from "./rest/history.ts";
import { MARKET_ENDPOINTS } from "./rest/market.ts";
import { ORDER_ENDPOINTS } from "./rest/order.ts";
import { Params, parseBody } from "./rest/params.ts";
import type { Venue } from "./venue.ts";
import type { Hub } from "./ws/hub.ts";

/** All of REST. */
export const ENDPOINTS: readonly Endpoint[] = [
  ...MARKET_ENDPOINTS,
  ...ACCOUNT_ENDPOINTS,
  ...ORDER_ENDPOINTS,
  ...HISTORY_ENDPOINTS,
];

/** What the server stands on. */
export interface ServerParts {
  readonly venue: Venue;
  readonly hub: Hub;
  readonly limits: RateLimits;
  readonly control: Control;
  readonly log: Log;
  /** Aborted when the server closes: requests held back by a fault end. */
  readonly closing: AbortSignal;
}

/** Bindings of a request. */
export interface ServerEnv {
  readonly Bindings: {
    readonly remoteAddress: string;
    /** Settles when the answer is delivered or the client has gone. */
    readonly completed: Promise<void>;
  };
}

/** A held-back request is let go after this long. */
const HOLD_MS = 120_000;
const BODY_BYTES_MAX = 1024 * 1024;
const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-methods": "GET, OPTIONS",
  "access-control-allow-headers": "*",
  "access-control-max-age": "86400",
} as const;
const REQUEST_FAULTS = [
  "throttle",
  "server_error",
  "accept_then_timeout",
  "timeout",
  "slow",
  "refuse",
] as const;
type RequestFault = Extract<Fault, { kind: (typeof REQUEST_FAULTS)[number] }>;

/** Returns the whole HTTP application. */
export function createServer(parts: ServerParts): Hono<ServerEnv> {
  const app = new Hono<ServerEnv>();
  for (const path of ["/v2/ws/public", "/v2/ws/private"]) {
    app.get(path, (context) => upgrade(parts, context));
  }
  mountControl(app, parts);
  for (const endpoint of ENDPOINTS) {
    app.on(
      endpoint.method,
      endpoint.path,
      (context) => serve(parts, endpoint, context),
    );
    if (endpoint.access === "public") {
      app.options(
        endpoint.path,
        () => new Response(null, { status: 204, headers: CORS }),
      );
    }
  }
  app.notFound(() => reply(parts, 404, "40404", "Request URL NOT FOUND", null));
  app.onError((error) => {
    parts.log.error("paper_request_failed", { error: String(error.stack) });
    return reply(parts, 500, "40725", "Service returned an error", null);
  });
  return app;
}

function reply(
  parts: ServerParts,
  status: number,
  code: string,
  msg: string,
  data: unknown,
  headers: Readonly<Record<string, string>> = {},
): Response {
  const requestTime = parts.venue.wireNowMs();
  return new Response(JSON.stringify({ code, msg, requestTime, data }), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
}

async function serve(
  parts: ServerParts,
  endpoint: Endpoint,
  context: Context<ServerEnv>,
): Promise<Response> {
  const cors = endpoint.access === "public" ? CORS : {};
  try {
    const call = await prepare(parts, endpoint, context);
    const fault = parts.venue.faults.strike(REQUEST_FAULTS, {
      path: endpoint.path,
      uid: call.uid,
    });
    if (fault !== null) {
      return await misbehave(
        parts,
        context.env.completed,
        fault,
        () => reply(parts, 200, "00000", "success", call.run(), cors),
      );
    }
    return reply(parts, 200, "00000", "success", call.run(), cors);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const { status, code, message } = error;
    return reply(parts, status, code, message, null, cors);
  }
}

interface Call {
  readonly uid: string | null;
  readonly run: () => unknown;
}

/** Checks who asks, and how often; what remains is to do it. */
async function prepare(
  parts: ServerParts,
  endpoint: Endpoint,
  context: Context<ServerEnv>,
): Promise<Call> {
  const { venue } = parts;
  const request = context.req.raw;
  const { remoteAddress } = context.env;
  const query = request.url.split("?")[1] ?? "";
  const body = endpoint.method === "POST" ? await readBody(request) : "";
  const params = endpoint.method === "POST"
    ? parseBody(body)
    : new Params(context.req.query());
  const atMs = venue.wireNowMs();
  if (endpoint.access === "public") {
    admit(parts, endpoint, remoteAddress);
    return { uid: null, run: () => endpoint.handle({ venue, params, atMs }) };
  }
  const key = authenticate(
    { method: endpoint.method, path: context.req.path, query, body },
    {
      headers: request.headers,
      remoteAddress,
      nowMs: atMs,
      findKey: (apiKey) => venue.key(apiKey),
    },
  );
  admit(parts, endpoint, key.uid);
  requirePermission(key, endpoint.permission);
  const account = venue.exchange.accounts.get(key.uid);
  if (account === undefined) {
    throw new ApiError("40037", "Apikey does not exist");
  }
  return {
    uid: key.uid,
    run: () => endpoint.handle({ venue, params, atMs, key, account }),
  };
}

async function readBody(request: Request): Promise<string> {
  const text = await request.text();
  if (text.length > BODY_BYTES_MAX) {
    throw new ApiError("40017", "Parameter verification failed", 413);
  }
  return text;
}

function admit(parts: ServerParts, endpoint: Endpoint, who: string): void {
  const { limits, venue } = parts;
  const key = `${endpoint.path}:${who}`;
  if (!limits.admit(key, endpoint.perSecond, venue.nowMs())) {
    throw new ApiError("429", "Too Many Requests", 429);
  }
}

/** Does what a fault switch says instead of, or besides, answering. */
async function misbehave(
  parts: ServerParts,
  completed: Promise<void>,
  fault: RequestFault,
  answer: () => Response,
): Promise<Response> {
  switch (fault.kind) {
    case "throttle":
      throw new ApiError("429", "Too Many Requests", 429);
    case "refuse":
      if (fault.accepts) answer();
      throw new ApiError(fault.code, fault.message);
    case "server_error":
      if (fault.accepts) answer();
      return new Response("<html><body>Bad gateway</body></html>", {
        status: fault.status,
        headers: { "content-type": "text/html" },
      });
    case "slow": {
      const response = answer();
      await hold(parts, completed, fault.delayMs);
      return response;
    }
    case "accept_then_timeout":
      answer();
      await hold(parts, completed, HOLD_MS);
      return new Response(null, { status: 504 });
    case "timeout":
      await hold(parts, completed, HOLD_MS);
      return new Response(null, { status: 504 });
  }
}

/** Waits; ends early when the client gives up or the server closes. */
function hold(
  parts: ServerParts,
  completed: Promise<void>,
  delayMs: number,
): Promise<void> {
  return new Promise((resolve) => {
    const { closing } = parts;
    const done = () => {
      clearTimeout(timer);
      closing.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, delayMs);
    closing.addEventListener("abort", done);
    completed.then(done, done);
    if (closing.aborted) done();
  });
}

function upgrade(
  parts: ServerParts,
  context: Context<ServerEnv>,
): Response {
  if (context.req.header("upgrade")?.toLowerCase() !== "websocket") {
    return reply(parts, 400, "40017", "A WebSocket is expected here", null);
  }
  if (parts.venue.faults.strike(["refuse_sockets"]) !== null) {
    return new Response("unavailable", { status: 503 });
  }
  const { socket, response } = Deno.upgradeWebSocket(context.req.raw, {
    idleTimeout: 0,
  });
  parts.hub.accept(socket, context.env.remoteAddress);
  return response;
}
