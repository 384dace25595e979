/**
 * A local HTTP and WebSocket server for tests: answers what the test says and
 * records what it was sent. It knows nothing of Bitget; engine/paper does.
 *
 * @module
 */

/** A request as it arrived. */
export interface RecordedRequest {
  readonly method: string;
  readonly path: string;
  /** Raw, as sent, without the question mark. */
  readonly query: string;
  readonly headers: Headers;
  readonly body: string;
}

/** Answers a request; an object is sent as JSON with status 200. */
export type StubHandler = (
  request: RecordedRequest,
) => Response | object | Promise<Response | object>;

/** The server; close it with `await using`. */
export interface StubServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly requests: readonly RecordedRequest[];
  /** Open sockets, oldest first. */
  readonly sockets: readonly WebSocket[];
}

/** Starts a server on any free port. */
export function startStub(
  options: {
    readonly onRequest: StubHandler;
    /** Text frames; what it returns is sent back. */
    readonly onFrame?: (frame: string) => readonly string[];
  },
): StubServer {
  const requests: RecordedRequest[] = [];
  const sockets: WebSocket[] = [];
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (request) => {
      if (request.headers.get("upgrade") === "websocket") {
        const { socket, response } = Deno.upgradeWebSocket(request);
        sockets.push(socket);
        socket.onmessage = (event) => {
          for (const frame of options.onFrame?.(`${event.data}`) ?? []) {
            socket.send(frame);
          }
        };
        return response;
      }
      const url = new URL(request.url);
      const recorded = {
        method: request.method,
        path: url.pathname,
        query: url.search.slice(1),
        headers: request.headers,
        body: await request.text(),
      };
      requests.push(recorded);
      const answer = await options.onRequest(recorded);
      return answer instanceof Response ? answer : Response.json(answer);
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    requests,
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) {
        if (socket.readyState === WebSocket.OPEN) socket.close();
      }
      await server.shutdown();
    },
  };
}

/** Wraps data as Bitget does. */
export function envelope(data: unknown): object {
  return { code: "00000", msg: "success", requestTime: 1, data };
}

/** Refuses as Bitget does. */
export function refusal(code: string, msg: string, status = 400): Response {
  return Response.json({ code, msg, requestTime: 1, data: null }, { status });
}
