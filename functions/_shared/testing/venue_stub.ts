/**
 * A stand-in for an exchange's REST interface that says exactly what a test
 * tells it to: refusals the paper exchange cannot be brought to.
 *
 * @module
 */

/** One request as it arrived. */
export interface SeenRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Headers;
}

/** A running stand-in. */
export interface VenueStub extends AsyncDisposable {
  readonly url: string;
  readonly seen: SeenRequest[];
}

/** Starts a stand-in that answers each request by `answer`. */
export function startVenueStub(
  answer: (request: SeenRequest) => Response | Promise<Response>,
): VenueStub {
  const seen: SeenRequest[] = [];
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    async (request) => {
      await request.body?.cancel();
      const { pathname, search } = new URL(request.url);
      const { method, headers } = request;
      const one = { method, target: pathname + search, headers };
      seen.push(one);
      return await answer(one);
    },
  );
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    seen,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

/** The exchange's envelope around data. */
export function success(data: unknown): Response {
  return Response.json({ code: "00000", msg: "success", data });
}

/** The exchange's refusal. */
export function refusal(code: string): Response {
  const body = { code, msg: `refused ${code}`, data: null };
  return Response.json(body, { status: 400 });
}
