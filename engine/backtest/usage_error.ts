/** A command line or a file that cannot be used; the text says why. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * Runs a program: what cannot be used ends with its sentence on stderr and
 * code 2.
 */
export async function runProgram(program: () => Promise<void>): Promise<void> {
  try {
    await program();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    await printError(`${error.message}\n`);
    Deno.exit(2);
  }
}

/** Writes text to stdout, whole. */
export async function print(text: string): Promise<void> {
  await writeAll(Deno.stdout, new TextEncoder().encode(text));
}

/** Writes text to stderr, whole. */
export async function printError(text: string): Promise<void> {
  await writeAll(Deno.stderr, new TextEncoder().encode(text));
}

/** Writes bytes, whole. */
export async function writeAll(
  target: { write(bytes: Uint8Array): Promise<number> },
  bytes: Uint8Array,
): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    written += await target.write(bytes.subarray(written));
  }
}
