/**
 * Serves `/functions/v1/*`: keeps the functions' own process (serve.ts) and
 * passes requests on to it. A process of their own gives the functions what they
 * have on the platform: an environment with nothing in it but their
 * configuration, and no way to the files, keys and database of the rest.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Log } from "@core/model/log.ts";
import { Child } from "../child.ts";
import { denoEnvironment } from "../deno_environment.ts";

/** Which functions, and what they are told. */
export interface FunctionsOptions {
  /** The folder with one folder a function; `_shared` is none. */
  readonly directory: string;
  /** All of their environment (the contract's names). */
  readonly environment: Readonly<Record<string, string>>;
  /** Their log, a JSON line an event. */
  readonly onLog?: (line: string) => void;
  readonly log: Log;
}

const PATH = /^\/functions\/v1\/([A-Za-z][\w-]*)(?:\/|$)/;
const PREFIX = "/functions/v1";
const STOP_TIMEOUT_MS = 5_000;
const SERVE = new URL("./serve.ts", import.meta.url);
const ROOT = fileURLToPath(new URL("../../../", import.meta.url));

const CORS = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers":
    "authorization, x-client-info, apikey, content-type",
  "access-control-allow-methods": "GET, POST, PUT, PATCH, DELETE, OPTIONS",
};

interface Running {
  readonly child: Child;
  readonly origin: Promise<string>;
}

/** The functions' gateway. Their process starts with the first request. */
export class FunctionsHost implements AsyncDisposable {
  readonly #options: FunctionsOptions;
  #running: Running | undefined;

  constructor(options: FunctionsOptions) {
    this.#options = options;
  }

  /** The pid of the functions' process, while it runs. */
  get pid(): number | undefined {
    return this.#running?.child.pid;
  }

  /** Starts the process now instead of with the first request. */
  async warmUp(): Promise<void> {
    await this.#start().origin;
  }

  /** Ends the process; the next request starts it from the sources of then. */
  async restart(): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    await running?.child.stop("SIGTERM", STOP_TIMEOUT_MS);
  }

  /** @param peerAddress The caller, for limits by address. */
  async handle(request: Request, peerAddress: string): Promise<Response> {
    const url = new URL(request.url);
    const name = PATH.exec(url.pathname)?.[1];
    if (name === undefined || !this.#slugs().includes(name)) {
      return answer(404, "NOT_FOUND", "Requested function was not found");
    }
    let origin: string;
    try {
      origin = await this.#start().origin;
    } catch (error) {
      this.#options.log.error("functions_start_failed", { error });
      return answer(503, "BOOT_ERROR", "Function failed to start");
    }
    const headers = new Headers(request.headers);
    headers.set("x-forwarded-for", peerAddress);
    headers.delete("accept-encoding");
    headers.delete("host");
    const path = url.pathname.slice(PREFIX.length);
    return await fetch(`${origin}${path}${url.search}`, {
      method: request.method,
      headers,
      body: request.body,
      redirect: "manual",
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.restart();
  }

  #slugs(): string[] {
    const { directory } = this.#options;
    if (!existsSync(directory)) return [];
    return [...Deno.readDirSync(directory)]
      .map((entry) => entry.name)
      .filter((name) =>
        !name.startsWith("_") && existsSync(join(directory, name, "index.ts"))
      );
  }

  #start(): Running {
    if (this.#running !== undefined) return this.#running;
    const { directory, environment, log, onLog } = this.#options;
    const entrypoints = Object.fromEntries(
      this.#slugs().map((name) => [
        name,
        pathToFileURL(join(directory, name, "index.ts")).href,
      ]),
    );
    const { promise, resolve, reject } = Promise.withResolvers<string>();
    const child = new Child({
      command: Deno.execPath(),
      args: [
        "run",
        "--quiet",
        "--no-prompt",
        "--allow-env",
        "--allow-net",
        `--allow-read=${ROOT},${directory}`,
        SERVE.href,
        JSON.stringify(entrypoints),
      ],
      cwd: ROOT,
      env: { ...denoEnvironment(), ...environment },
      clearEnv: true,
      orphanSignal: "TERM",
      onStdout: (port) => resolve(`http://127.0.0.1:${port}`),
      onStderr: (line) => onLog?.(line),
    });
    const running = { child, origin: promise };
    this.#running = running;
    child.ended.then(({ code }) => {
      reject(new Error(`Functions ended with exit code ${code}`));
      if (this.#running !== running) return;
      this.#running = undefined;
      log.error("functions_ended", { exitCode: code });
    });
    promise.catch(() => {}); // reported where it is awaited
    return running;
  }
}

function answer(status: number, code: string, message: string): Response {
  return Response.json({ code, message }, { status, headers: CORS });
}
