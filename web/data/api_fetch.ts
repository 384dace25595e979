/**
 * How a server does that answers us: nothing waits for ever, and everybody who
 * shows a failure can say which it is.
 *
 * @module
 */

/** What the last answer was like. */
export type ApiHealth = "well" | "busy" | "broken" | "silent";

/** Rows are read in milliseconds: what takes longer does not come. */
export const ANSWER_MS_MAX = 15_000;
/** A function may have to wait for the exchange. */
const FUNCTION_MS_MAX = 45_000;
const TOO_MANY_REQUESTS = 429;
const SERVER_ERROR = 500;

/** Answers that never have a body: done, reset, not modified. */
const NULL_BODY_STATUSES: readonly number[] = [204, 205, 304];

function healthOf(status: number): ApiHealth {
  if (status === TOO_MANY_REQUESTS) return "busy";
  return status >= SERVER_ERROR ? "broken" : "well";
}

function addressOf(input: URL | RequestInfo): string {
  if (typeof input === "string") return input;
  return input instanceof URL ? input.href : input.url;
}

/** Reads an answer to its end: one that stops half-way is no answer. */
async function wholeOf(response: Response): Promise<Response> {
  // Chromium gives an answer without a body an empty stream for one, and
  // refuses to make such an answer of any body at all.
  const hasBody = !NULL_BODY_STATUSES.includes(response.status);
  if (response.body === null || !hasBody) return response;
  const { status, statusText, headers } = response;
  const body = await response.arrayBuffer();
  return new Response(body, { status, statusText, headers });
}

/**
 * Returns a fetch with a deadline, for the last byte as well, that tells how
 * the server does.
 *
 * @param options.limitMs For tests: the deadline of every call.
 */
export function watchedFetch(
  options: {
    readonly fetch: typeof fetch;
    readonly onHealth: (health: ApiHealth) => void;
    readonly limitMs?: number;
  },
): typeof fetch {
  return async (input, init) => {
    const isFunction = addressOf(input).includes("/functions/v1/");
    const limitMs = options.limitMs ??
      (isFunction ? FUNCTION_MS_MAX : ANSWER_MS_MAX);
    const late = new AbortController();
    const caller = init?.signal;
    const giveUp = () => late.abort(caller?.reason);
    if (caller?.aborted === true) giveUp();
    caller?.addEventListener("abort", giveUp);
    const timer = setTimeout(
      () => late.abort(new DOMException("No answer", "TimeoutError")),
      limitMs,
    );
    try {
      const response = await wholeOf(
        await options.fetch(input, { ...init, signal: late.signal }),
      );
      options.onHealth(healthOf(response.status));
      return response;
    } catch (error) {
      // Who has left the page is not told that the server is silent.
      if (caller?.aborted !== true) options.onHealth("silent");
      throw error;
    } finally {
      clearTimeout(timer);
      caller?.removeEventListener("abort", giveUp);
    }
  };
}
