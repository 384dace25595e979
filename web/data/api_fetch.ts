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

function healthOf(status: number): ApiHealth {
  if (status === TOO_MANY_REQUESTS) return "busy";
  return status >= SERVER_ERROR ? "broken" : "well";
}

function addressOf(input: URL | RequestInfo): string {
  if (typeof input === "string") return input;
  return input instanceof URL ? input.href : input.url;
}

/**
 * Returns a fetch with a deadline that tells how the server does.
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
    const giveUp = () => late.abort(init?.signal?.reason);
    init?.signal?.addEventListener("abort", giveUp);
    const timer = setTimeout(
      () => late.abort(new DOMException("No answer", "TimeoutError")),
      limitMs,
    );
    try {
      const response = await options.fetch(input, {
        ...init,
        signal: late.signal,
      });
      options.onHealth(healthOf(response.status));
      return response;
    } catch (error) {
      // Who has left the page is not told that the server is silent.
      if (init?.signal?.aborted !== true) options.onHealth("silent");
      throw error;
    } finally {
      clearTimeout(timer);
      init?.signal?.removeEventListener("abort", giveUp);
    }
  };
}
