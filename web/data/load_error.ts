/** A row could not be loaded: the connection, the session or the server. */
export class LoadError extends Error {
  override readonly name = "LoadError";
}

/**
 * Returns the rows of an answer of the Data API; outside data.
 *
 * @param what Was asked for, in a word or two.
 * @throws {LoadError} When it is an error.
 */
export function rowsOf(
  what: string,
  answer: {
    readonly data: unknown;
    readonly error: { readonly message: string } | null;
  },
): unknown {
  if (answer.error === null) return answer.data;
  throw new LoadError(`Cannot load ${what}: ${answer.error.message}`);
}
