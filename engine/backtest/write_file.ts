import { UsageError, writeAll } from "./usage_error.ts";

/** A UTF-16 unit takes at most this many bytes. */
const UTF8_BYTES_MAX = 3;

/**
 * Writes a file part by part, its folders too.
 *
 * @throws {UsageError} Where it cannot.
 */
export async function writeFile(
  path: string,
  parts: Iterable<string | Uint8Array>,
): Promise<void> {
  try {
    await Deno.mkdir(path.replace(/[^/\\]*$/, ""), { recursive: true });
    using file = await Deno.create(path);
    const encoder = new TextEncoder();
    // One buffer for all parts: a year's CSV would fill memory with garbage.
    let bytes = new Uint8Array(0);
    for (const part of parts) {
      if (typeof part !== "string") {
        await writeAll(file, part);
        continue;
      }
      const room = part.length * UTF8_BYTES_MAX;
      if (bytes.length < room) bytes = new Uint8Array(room);
      const { written } = encoder.encodeInto(part, bytes);
      await writeAll(file, bytes.subarray(0, written));
    }
  } catch (error) {
    throw new UsageError(`Cannot write ${path}: ${error}`);
  }
}
