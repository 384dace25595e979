/** Waits until a condition holds. Fails after the deadline, saying what was awaited. */
export async function until(
  what: string,
  condition: () => boolean,
  deadlineMs = 10_000,
): Promise<void> {
  const giveUpAtMs = Date.now() + deadlineMs;
  while (!condition()) {
    if (Date.now() > giveUpAtMs) {
      throw new Error(`Timed out waiting for ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}
