/** An HTTP server on this machine that stops in a bounded time. @module */

/** A listening server. */
export interface LocalServer extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Accepts nobody from now on; those connected are still answered. */
  close(): void;
}

/** How long those connected may take to leave, before they are left behind. */
const LEAVE_MS = 2_000;

/**
 * Listens on 127.0.0.1. Disposing closes, waits until everyone has been answered
 * and every socket has closed, and then no longer: a client that has gone to
 * sleep answers no closing handshake, and one may stop in the middle of a
 * request. Who stays is cut off when the process ends. (Deno 2.9.6 cannot cut
 * after `shutdown()`: aborting the server's signal then throws where nobody
 * catches it, and ends the process.)
 *
 * @param port 0: any free one.
 * @throws {Deno.errors.AddrInUse} When somebody listens on the port.
 */
export function serveLocal(
  port: number,
  handle: (request: Request, peerAddress: string) => Promise<Response>,
): LocalServer {
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port,
    onListen: () => {},
  }, (request, { remoteAddr }) => handle(request, remoteAddr.hostname));
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => closing ??= server.shutdown();
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    close: () => void close(),
    async [Symbol.asyncDispose]() {
      const { promise: late, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, LEAVE_MS);
      await Promise.race([close(), late]);
      clearTimeout(timer);
    },
  };
}
