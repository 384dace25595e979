const DEADLINE_MS = 45_000;

/** What a probe answers while there is nothing yet. */
type Nothing = null | undefined | false | 0 | "";

/**
 * Polls until `probe` answers something: neither null nor false, 0 or "".
 *
 * @param what Names the condition in the error: "a fill row".
 * @throws {Error} When the deadline passes first.
 */
export async function until<T>(
  what: string,
  probe: () => Promise<T | Nothing>,
  deadlineMs = DEADLINE_MS,
): Promise<Exclude<T, Nothing>> {
  const end = performance.now() + deadlineMs;
  while (performance.now() < end) {
    const found = await probe();
    if (isSomething(found)) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`Cannot see ${what}: waited ${deadlineMs} ms`);
}

function isSomething<T>(found: T | Nothing): found is Exclude<T, Nothing> {
  return Boolean(found);
}
