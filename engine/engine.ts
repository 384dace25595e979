/**
 * Connects the rooms of one engine process.
 *
 * @module
 */
import type { Log } from "@core/mod.ts";
import {
  type BitgetVenue,
  createBitgetAccount,
  createBitgetFeed,
  createBitgetVenue,
  createSystemClock,
  type Venue,
  venueUrls,
} from "@engine/exchange/mod.ts";
import { createRunner } from "@engine/runner/mod.ts";
import {
  BatchWriter,
  type Database,
  type EngineIdentity,
  findTradedMarkets,
  HistoryKeeper,
  INTENT_CONNECTIONS,
  IntentWriter,
  listenBots,
  loadExchangeKey,
  MetricsWriter,
  openDatabase,
  PostgresBotStore,
  readSchemaEpoch,
  type Sql,
  type TradedMarket,
} from "@engine/store/mod.ts";
import {
  AccountPool,
  BotFault,
  createSupervisorClock,
  FeedPool,
  Supervisor,
  type SupervisorDeps,
  type SupervisorState,
} from "@engine/supervisor/mod.ts";
import { ENGINE_VERSION } from "@core/version.ts";
import { openCredentials } from "@engine/vault/mod.ts";
import type { EngineEnvironment } from "./environment.ts";
import { startEngineServer } from "./http.ts";
import { MarketWarmer } from "./market_warmer.ts";
import { meterAccount } from "./metered_account.ts";
import {
  createMetrics,
  type EngineMetrics,
  probeEventLoop,
} from "./metrics.ts";

/** A running engine; disposing drains it. */
export interface Engine extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly metricsUrl: string;
}

/** What an engine is made of. */
export interface EngineOptions {
  readonly environment: EngineEnvironment;
  readonly log: Log;
}

/**
 * Starts an engine: schema checked, session open, bots being claimed.
 *
 * @throws When the database cannot be reached or its schema is too old;
 * nothing is left open then.
 */
export async function createEngine(options: EngineOptions): Promise<Engine> {
  const { environment } = options;
  const identity = identify(environment);
  const log = options.log.with({ engine: identity.name });
  await using disposal = new AsyncDisposableStack();
  const database = disposal.use(
    openDatabase({
      url: environment.databaseUrl,
      engineId: identity.id,
      onSilent: (pool) => log.warn("database_connection_silent", { pool }),
    }),
  );
  const { facts: sql } = database;
  await readSchemaEpoch(sql);
  const metrics = createMetrics({
    bots: () => supervisor.state.bots,
    accounts: () => supervisor.state.accounts,
    accountsRefused: () => supervisor.state.accountsRefused,
    sockets: () => exchanges.sockets(),
    leaseValid: () => supervisor.state.leaseValid,
    backlogRows: () => writer.backlog,
  });
  disposal.use(catchUnhandled(log, () => metrics.unhandled.inc()));
  disposal.use(probeEventLoop(metrics));
  const { writer, figures, openStore } = openStores({ database, log, metrics });
  disposal.use(writer);
  disposal.use(figures);
  const history = disposal.use(
    new HistoryKeeper({ sql, log, random: Math.random }),
  );
  // Before the supervisor, and so after it at the end: a drain can be watched.
  const server = disposal.use(startEngineServer({
    port: environment.metricsPort,
    registry: metrics.registry,
    state: () => readiness(supervisor.state),
  }));
  const exchanges = connectExchanges({ environment, log, metrics, sql });
  const list = () => findTradedMarkets(sql);
  const warmer = disposal.use(new MarketWarmer({ ...exchanges, list, log }));
  const supervisor = disposal.use(
    new Supervisor({
      databaseUrl: environment.databaseUrl,
      engine: identity,
      clock: createSupervisorClock(),
      socketsMax: environment.socketsMax,
      random: Math.random,
      log,
      listen: (handlers) => listenBots(database, handlers),
      onSessionLost: () => database.renew(),
      ...exchanges,
      openStore,
      createRunner: (input) =>
        createRunner({
          ...input,
          clock: createSystemClock(),
          random: Math.random,
        }),
    }),
  );
  figures.start();
  history.start();
  await supervisor.start();
  warmer.start();
  log.info("ready", { metrics: server.url, capacity: environment.capacity });
  const stack = disposal.move();
  return {
    metricsUrl: server.url,
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** The writers all bots share, and each bot's store on them. */
function openStores(
  options: {
    readonly database: Database;
    readonly log: Log;
    readonly metrics: EngineMetrics;
  },
): {
  readonly writer: BatchWriter;
  readonly figures: MetricsWriter;
  readonly openStore: SupervisorDeps["openStore"];
} {
  const { database, log, metrics } = options;
  const { facts: sql } = database;
  const writer = new BatchWriter({
    sql,
    log,
    onWrite: ({ kind, rows, durationMs }) => {
      metrics.rowsWritten.inc({ kind }, rows);
      metrics.writeSeconds.observe({ kind }, durationMs / 1_000);
    },
  });
  const figures = new MetricsWriter({
    sql,
    log,
    queues: writer.queues,
    now: Date.now,
  });
  const deps = {
    database,
    writer,
    metrics: figures,
    intents: new IntentWriter({
      sql: database.intents,
      connections: INTENT_CONNECTIONS,
    }),
    onIntents: (ms: number) => metrics.intent.observe(ms / 1_000),
  };
  return {
    writer,
    figures,
    openStore: (claim, onRefused) =>
      new PostgresBotStore(deps, { claim, onRefused }),
  };
}

function identify(environment: EngineEnvironment): EngineIdentity {
  const host = Deno.hostname();
  return {
    id: crypto.randomUUID(),
    name: environment.name ?? `${host}:${Deno.pid}`,
    host,
    pid: Deno.pid,
    version: ENGINE_VERSION,
    capacity: environment.capacity,
  };
}

function readiness(
  state: SupervisorState,
): { readonly ready: boolean } & SupervisorState {
  const { draining, sessionOpen, leaseValid } = state;
  return { ready: !draining && sessionOpen && leaseValid, ...state };
}

/** Accounts and feeds; those of one venue share its rate limits. */
function connectExchanges(
  options: EngineOptions & {
    readonly metrics: EngineMetrics;
    readonly sql: Sql;
  },
): {
  readonly accounts: AccountPool;
  readonly feeds: FeedPool;
  /** Sockets open to all exchanges. */
  readonly sockets: () => number;
  readonly fetchMarket: (market: TradedMarket) => Promise<unknown>;
} {
  const { environment, log, metrics, sql } = options;
  const venues = new Map<Venue, BitgetVenue>();
  const venueOf = (venue: Venue): BitgetVenue => {
    const known = venues.get(venue);
    if (known !== undefined) return known;
    if (venue === "paper" && environment.paperUrl === null) {
      throw new BotFault(
        "paper_unavailable",
        "This installation has no paper exchange. Connect a real account, or ask support",
      );
    }
    const created = createBitgetVenue({
      venue,
      urls: venueUrls(venue, environment.paperUrl),
      clock: createSystemClock(),
      random: Math.random,
      log,
    });
    venues.set(venue, created);
    return created;
  };
  const accounts = new AccountPool({
    clock: createSupervisorClock(),
    loadKey: (exchangeKeyId) => loadExchangeKey(sql, exchangeKeyId),
    openCredentials: (key) =>
      openCredentials({
        sealed: key.sealed,
        privateKeys: environment.vaultKeys,
        userId: key.userId,
        exchangeKeyId: key.id,
        venue: key.venue,
      }),
    openAccount: ({ venue, exchangeKeyId, credentials }) =>
      meterAccount(
        createBitgetAccount({
          venue: venueOf(venue),
          credentials,
          log: log.with({ exchangeKeyId }),
        }),
        metrics,
      ),
  });
  const feeds = new FeedPool((venue) =>
    createBitgetFeed({ venue: venueOf(venue), log: log.with({ venue }) })
  );
  const sockets = () =>
    [...venues.values()].reduce((sum, { connects }) => sum + connects.open, 0);
  // `async`: a venue that cannot be had is a rejection like any other.
  const fetchMarket = async ({ venue, symbol }: TradedMarket) =>
    await venueOf(venue).fetchMarket(symbol);
  return { accounts, feeds, sockets, fetchMarket };
}

/**
 * Errors nobody caught must not end five hundred other bots: they are logged
 * and counted, and the process goes on.
 */
function catchUnhandled(log: Log, count: () => void): Disposable {
  const onError = (event: ErrorEvent | PromiseRejectionEvent) => {
    event.preventDefault();
    count();
    const error = event instanceof ErrorEvent ? event.error : event.reason;
    log.error("unhandled_error", {
      error: error instanceof Error ? error.message : String(error),
      stack: error instanceof Error ? error.stack : undefined,
    });
  };
  globalThis.addEventListener("error", onError);
  globalThis.addEventListener("unhandledrejection", onError);
  return {
    [Symbol.dispose]() {
      globalThis.removeEventListener("error", onError);
      globalThis.removeEventListener("unhandledrejection", onError);
    },
  };
}
