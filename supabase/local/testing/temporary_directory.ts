/**
 * Makes a folder that is gone when its block ends. Every account may pass
 * through it: Postgres runs as one of its own when tests are run by root.
 */
export async function temporaryDirectory(): Promise<
  AsyncDisposable & { readonly path: string }
> {
  const path = await Deno.makeTempDir({ prefix: "trellis-test-" });
  await Deno.chmod(path, 0o711);
  return {
    path,
    [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }),
  };
}
