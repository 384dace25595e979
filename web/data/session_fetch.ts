/**
 * Sessions that end by this device's clock. Auth says both, in how many seconds
 * a session ends and at which instant, and auth-js prefers the instant. On a
 * device whose clock is an hour ahead every session is then over before it has
 * begun, and is renewed before nearly every call, until Auth refuses to.
 *
 * @module
 */

/** The calls that answer with a session. */
const SESSION_CALLS = /\/auth\/v1\/(?:token|signup|verify)(?:\?|$)/;

/**
 * Returns a fetch whose sessions say only in how many seconds they end: auth-js
 * works the instant out by the clock that it asks later.
 */
export function sessionFetch(send: typeof fetch): typeof fetch {
  return async (input, init) => {
    const response = await send(input, init);
    const address = input instanceof Request ? input.url : String(input);
    if (!response.ok || !SESSION_CALLS.test(address)) return response;
    const { status, statusText, headers } = response;
    const text = await response.text();
    return new Response(withoutInstant(text), { status, statusText, headers });
  };
}

function withoutInstant(text: string): string {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer !== "object" || answer === null) return text;
    // Without seconds the instant is all there is.
    if (!("expires_in" in answer)) return text;
    return JSON.stringify({ ...answer, "expires_at": undefined });
  } catch {
    return text; // No session: auth-js has its own words for it.
  }
}
