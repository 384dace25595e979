const DEADLINE_MS = 45_000;

/**
 * Polls until `probe` answers something.
 *
 * @param what Names the condition in the error: "a fill row".
 * @throws {Error} When the deadline passes first.
 */
export async function until<T>(
  what: string,
  probe: () => Promise<T | null>,
  deadlineMs = DEADLINE_MS,
): Promise<T> {
  const end = performance.now() + deadlineMs;
  while (performance.now() < end) {
    const found = await probe();
    if (found !== null) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`Cannot see ${what}: waited ${deadlineMs} ms`);
}
