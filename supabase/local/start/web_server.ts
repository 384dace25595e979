/** The web app's origin. @module */
import { serveLocal } from "../local_server.ts";
import { createWebHandler, type RuntimeConfig } from "../../../web/serve.ts";

/** A listening web server; it answers once it is told what to serve. */
export interface WebServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Serves a built app from now on. */
  serve(distDir: string, config: RuntimeConfig): void;
}

/**
 * Listens at once, so that others can be told the address; requests wait for
 * `serve()`.
 */
export function startWebServer(port: number): WebServer {
  const first = Promise.withResolvers<Handler>();
  let current = first.promise;
  const server = serveLocal(port, async (request) => (await current)(request));
  return {
    url: server.url,
    serve(distDir, config) {
      const handler = createWebHandler({ distDir, config });
      first.resolve(handler);
      current = Promise.resolve(handler);
    },
    async [Symbol.asyncDispose]() {
      // A browser that waits for an app that will not come.
      first.resolve(() =>
        Promise.resolve(new Response("Stopped", { status: 503 }))
      );
      await server[Symbol.asyncDispose]();
    },
  };
}

type Handler = (request: Request) => Promise<Response>;
