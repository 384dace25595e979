import type { Registry } from "prom-client";
import { shutDown } from "./shut_down.ts";

/** How long a client may take to be answered when the engine leaves, ms. */
const LEAVE_MS = 500;

/** The engine's own small server. */
export interface EngineServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
}

/** What it answers with. */
export interface EngineServerOptions {
  /** 0: any free one. */
  readonly port: number;
  readonly registry: Registry;
  /** Ready: claims bots and may place. The rest is shown as JSON. */
  readonly state: () => { readonly ready: boolean };
}

/**
 * Serves `/metrics` (Prometheus), `/healthz` (the loop turns) and `/readyz`
 * (503 while the engine claims nothing), on 127.0.0.1 only: there is no login.
 */
export function startEngineServer(options: EngineServerOptions): EngineServer {
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: options.port,
    onListen: () => {},
  }, (request) => answer(options, new URL(request.url).pathname));
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => shutDown(server, LEAVE_MS),
  };
}

async function answer(
  options: EngineServerOptions,
  path: string,
): Promise<Response> {
  switch (path) {
    case "/metrics":
      return new Response(await options.registry.metrics(), {
        headers: { "content-type": options.registry.contentType },
      });
    case "/healthz":
      return new Response("ok\n");
    case "/readyz": {
      const state = options.state();
      return Response.json(state, { status: state.ready ? 200 : 503 });
    }
    default:
      return new Response("Not found\n", { status: 404 });
  }
}
