/**
 * All of Trellis in one place: what starts after what, and stops before what.
 *
 *   Postgres ─┬─► Supabase (one origin) ─┬─► seed ──► ready
 *   paper ────┴─► engines ───────────────┤
 *   web build ──► web server ────────────┘
 *
 * Stopped in the opposite order: engines first, while the exchange and the
 * database still answer them; Postgres after all that use it.
 *
 * @module
 */
import { publicKeysOf } from "@engine/vault/keys.ts";
import type { Log } from "@core/model/log.ts";
import { type Stack, startStack } from "../stack.ts";
import { startAlertsTimer } from "./alerts_timer.ts";
import { type DataDirectory, openDataDirectory } from "./data_directory.ts";
import { ROOT } from "./deno_program.ts";
import { type Engines, startEngines } from "./engine_program.ts";
import { endLeftovers, rememberProcesses } from "./leftovers.ts";
import { LogFile } from "./log_file.ts";
import type { StartOptions } from "./options.ts";
import {
  PAPER_ENTRY,
  type PaperProgram,
  startPaperProgram,
} from "./paper_program.ts";
import { assertPortsFree } from "./ports.ts";
import {
  type PostgresProgram,
  startPostgresProgram,
} from "./postgres_program.ts";
import type { ReadyLine } from "./ready.ts";
import { runtimeConfig } from "./runtime_config.ts";
import { readSecrets, type Secrets } from "./secrets.ts";
import { seed } from "./seed.ts";
import { buildWebIfChanged } from "./web_build.ts";
import { startWebServer, type WebServer } from "./web_server.ts";

/** A running platform; disposing stops all of it, in order. */
export interface Platform extends AsyncDisposable {
  readonly ready: ReadyLine;
  readonly parts: Parts;
  /** Builds the web app anew, if it has changed, and serves it. */
  rebuildWeb(): Promise<void>;
}

/** What runs. */
export interface Parts {
  readonly postgres: PostgresProgram;
  readonly paper: PaperProgram;
  readonly stack: Stack;
  readonly engines: Engines;
  readonly web: WebServer;
}

/** What the start command brings along. */
export interface PlatformOptions extends StartOptions {
  readonly log: Log;
  /** Tells the user a sentence. */
  readonly tell: (sentence: string) => void;
  /** Gives up between two steps when aborted. */
  readonly signal: AbortSignal;
}

/** What every step needs. */
interface Base extends PlatformOptions {
  readonly directory: DataDirectory;
  readonly secrets: Secrets;
  readonly cleanup: AsyncDisposableStack;
}

const FUNCTIONS = `${ROOT}functions`;
/** Life of an access token, as on the platform. */
const JWT_EXPIRY_SECONDS = 3_600;

/** Starts everything and seeds the demo. Leaves nothing behind on failure. */
export async function startPlatform(
  options: PlatformOptions,
): Promise<Platform> {
  options.signal.throwIfAborted();
  await using cleanup = new AsyncDisposableStack();
  const directory = cleanup.use(await openDataDirectory(options.data));
  await endLeftovers(directory.path("processes.json"), options.log);
  assertPortsFree(options.ports);
  const secrets = await readSecrets(directory.path("secrets.json"));
  const base: Base = { ...options, directory, secrets, cleanup };
  const parts = await startParts(base);
  await rememberParts(base, parts);
  options.signal.throwIfAborted();
  await seed({
    apiUrl: parts.stack.url,
    secrets,
    databaseUrl: parts.postgres.urls.postgres,
    paperUrl: parts.paper.url,
  });
  const owned = cleanup.move();
  return {
    ready: readyLine(parts, secrets),
    parts,
    rebuildWeb: () => serveWeb(base, parts),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

async function startParts(base: Base): Promise<Parts> {
  const { cleanup, ports, signal } = base;
  const web = cleanup.use(startWebServer(ports.web));
  // In the background: it has nothing to do with the rest.
  const build = buildWebIfChanged(base.directory.path("web"));
  const [postgres, paper] = await useBoth(
    cleanup,
    startPostgresProgram({ ...base, port: ports.db }),
    startPaperProgram({ ...base, port: ports.paper }),
    build,
  );
  signal.throwIfAborted();
  const [stack, engines] = await useBoth(
    cleanup,
    startSupabase(base, { web, postgres, paper }),
    startEngines({
      ...base,
      count: base.engines,
      databaseUrl: postgres.urls.engine,
      paperUrl: paper.url,
    }),
    build,
  );
  signal.throwIfAborted();
  const parts = { postgres, paper, stack, engines, web };
  await serveWeb(base, parts);
  return parts;
}

async function startSupabase(
  base: Base,
  { web, postgres, paper }: Pick<Parts, "web" | "postgres" | "paper">,
): Promise<Stack> {
  const { secrets, directory, cleanup, log } = base;
  const logFile = cleanup.use(
    new LogFile(directory.path("logs", "functions.log")),
  );
  const stack = await startStack({
    adminUrl: postgres.urls.admin,
    litePassword: secrets.passwords.liteApi,
    port: base.ports.api,
    jwtSecret: secrets.jwtSecret,
    jwtExpiry: JWT_EXPIRY_SECONDS,
    publishableKey: secrets.publishableKey,
    secretKey: secrets.secretKey,
    // One server, two names: a browser takes them for different origins.
    webOrigins: [web.url, web.url.replace("127.0.0.1", "localhost")],
    functions: FUNCTIONS,
    functionsEnvironment: {
      "TRELLIS_VAULT_PUBLIC_KEYS": JSON.stringify(publicKeysOf(secrets.vault)),
      "TRELLIS_PAPER_URL": paper.url,
      "TRELLIS_ALERTS_KEY": secrets.alertsKey,
    },
    onFunctionLog: (line) => logFile.write(line),
    log,
  });
  await stack.functions.warmUp();
  cleanup.use(
    startAlertsTimer({ apiUrl: stack.url, secretKey: secrets.secretKey, log }),
  );
  return stack;
}

async function serveWeb(
  base: Base,
  { web, stack, paper }: Pick<Parts, "web" | "stack" | "paper">,
): Promise<void> {
  const distDir = await buildWebIfChanged(base.directory.path("web"));
  const { publishableKey, demo } = base.secrets;
  web.serve(
    distDir,
    runtimeConfig({
      apiUrl: stack.url,
      paperUrl: paper.url,
      publishableKey,
      demo,
    }),
  );
}

/** Both, or neither: when one fails the other is stopped all the same. */
async function useBoth<A extends AsyncDisposable, B extends AsyncDisposable>(
  cleanup: AsyncDisposableStack,
  first: Promise<A>,
  second: Promise<B>,
  beside: Promise<unknown>,
): Promise<[A, B]> {
  const [a, b, c] = await Promise.allSettled([first, second, beside]);
  if (a.status === "fulfilled") cleanup.use(a.value);
  if (b.status === "fulfilled") cleanup.use(b.value);
  if (a.status === "rejected") throw a.reason;
  if (b.status === "rejected") throw b.reason;
  if (c.status === "rejected") throw c.reason;
  return [a.value, b.value];
}

/** Writes the processes down, now and whenever one is started again. */
async function rememberParts(base: Base, parts: Parts): Promise<void> {
  const remember = (): Promise<void> =>
    rememberProcesses(base.directory.path("processes.json"), [
      { pid: parts.paper.keeper.program.pid, marker: PAPER_ENTRY },
      ...parts.engines.processes,
    ]);
  await remember();
  for (const keeper of [parts.paper.keeper, ...parts.engines.keepers]) {
    keeper.onRestart(() => void remember());
  }
}

function readyLine(parts: Parts, secrets: Secrets): ReadyLine {
  const { postgres, paper, stack, engines, web } = parts;
  return {
    ready: true,
    web: web.url,
    api: stack.url,
    db: postgres.urls.postgres,
    paper: paper.url,
    publishableKey: secrets.publishableKey,
    secretKey: secrets.secretKey,
    demo: secrets.demo,
    admin: secrets.admin,
    metrics: engines.metrics,
    pids: {
      start: Deno.pid,
      postgres: postgres.keeper.program.pid,
      functions: stack.functions.pid ?? 0,
      paper: paper.keeper.program.pid,
      engines: engines.processes.map(({ pid }) => pid),
    },
  };
}
