/**
 * Ends an HTTP server: those it has let in are answered, for so long at most.
 * A client may stop half way through a request, and would be waited for for
 * ever; it is cut off when the process ends.
 *
 * (Aborting the signal of `Deno.serve` does not help: after `shutdown()` that
 * throws where nobody catches it; Deno 2.9.6.)
 */
export async function shutDown(
  server: Deno.HttpServer,
  withinMs: number,
): Promise<void> {
  const { promise: late, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, withinMs);
  await Promise.race([server.shutdown(), late]);
  clearTimeout(timer);
}
