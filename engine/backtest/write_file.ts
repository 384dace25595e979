import { UsageError, writeAll } from "./usage_error.ts";

/**
 * Writes a file part by part, its folders too.
 *
 * @throws {UsageError} Where it cannot.
 */
export async function writeFile(
  path: string,
  parts: Iterable<string>,
): Promise<void> {
  try {
    await Deno.mkdir(path.replace(/[^/\\]*$/, ""), { recursive: true });
    using file = await Deno.create(path);
    const encoder = new TextEncoder();
    for (const part of parts) await writeAll(file, encoder.encode(part));
  } catch (error) {
    throw new UsageError(`Cannot write ${path}: ${error}`);
  }
}
