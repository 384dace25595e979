/**
 * The process that runs the edge functions, the way the platform's runtime
 * does: a function is imported at its first request, sees its requests as
 * `/NAME/…`, and has its configuration from the environment alone.
 *
 * @module
 */
interface EdgeFunction {
  fetch(request: Request): Response | Promise<Response>;
}

/** Says what the platform says when a function cannot answer. */
function workerError(): Response {
  return Response.json({
    code: "WORKER_ERROR",
    message: "Function exited due to an error (please check logs)",
  }, { status: 500 });
}

/**
 * Returns the handler of all functions.
 *
 * @param entrypoints Slug → URL of the module.
 */
export function createFunctionsHandler(
  entrypoints: Readonly<Record<string, string>>,
  onError: (name: string, error: unknown) => void,
): (request: Request) => Promise<Response> {
  const loaded = new Map<string, Promise<EdgeFunction>>();
  const load = (name: string, entrypoint: string): Promise<EdgeFunction> => {
    const known = loaded.get(name);
    if (known !== undefined) return known;
    const loading: Promise<EdgeFunction> = import(entrypoint)
      .then((module) => module.default);
    loaded.set(name, loading);
    return loading;
  };
  return async (request) => {
    const name = new URL(request.url).pathname.split("/")[1] ?? "";
    const entrypoint = entrypoints[name];
    if (entrypoint === undefined) return new Response(null, { status: 404 });
    try {
      return await (await load(name, entrypoint)).fetch(request);
    } catch (error) {
      onError(name, error);
      return workerError();
    }
  };
}

/** Background work that outlives its response, as the platform offers it. */
function installEdgeRuntime(onError: (error: unknown) => void): void {
  Object.assign(globalThis, {
    EdgeRuntime: {
      waitUntil(work: Promise<unknown>): void {
        work.catch(onError);
      },
    },
  });
}

if (import.meta.main) {
  const { stderrLog } = await import("../stderr_log.ts");
  const log = stderrLog("info", { process: "functions" });
  const [entrypoints = "{}"] = Deno.args;
  installEdgeRuntime((error) => log.error("background_failed", { error }));
  const handler = createFunctionsHandler(
    JSON.parse(entrypoints),
    (name, error) => log.error("function_failed", { function: name, error }),
  );
  const server = Deno.serve({
    hostname: "127.0.0.1",
    port: 0,
    onListen: ({ port }) =>
      Deno.stdout.writeSync(new TextEncoder().encode(`${port}\n`)),
  }, handler);
  Deno.addSignalListener("SIGTERM", () => void server.shutdown());
  await server.finished;
  Deno.exit(0);
}
