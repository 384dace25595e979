import {
  BatchWriter,
  INTENT_CONNECTIONS,
  IntentWriter,
  listenBots,
  loadExchangeKey,
  MetricsWriter,
  openDatabase,
  PostgresBotStore,
} from "@engine/store/mod.ts";
import type { HostedStore } from "@engine/store/postgres_bot_store.ts";
import { SILENT_LOG } from "@engine/store/testing/fixture.ts";
import { AccountPool } from "../account_pool.ts";
import type { CreateBotRunner } from "../bot_runner.ts";
import { createSupervisorClock, type SupervisorClock } from "../clock.ts";
import { FeedPool } from "../feed_pool.ts";
import { Supervisor } from "../supervisor.ts";
import type { Timers } from "../timers.ts";
import { type Desk, EagerRunner, QUIET_FEED } from "./desk.ts";

/** What a test engine differs in. */
export interface TestEngineOptions {
  readonly url: string;
  readonly name: string;
  readonly desk: Desk;
  readonly capacity?: number;
  readonly socketsMax?: number;
  readonly clock?: SupervisorClock;
  readonly createRunner?: CreateBotRunner;
  readonly timers?: Timers;
  /** Puts something between the hosts and their rows. */
  readonly wrapStore?: (store: HostedStore) => HostedStore;
}

/** An engine without a process: store, supervisor and a desk to trade at. */
export class TestEngine implements AsyncDisposable {
  readonly id = crypto.randomUUID();
  readonly supervisor: Supervisor;
  readonly #disposal = new AsyncDisposableStack();

  constructor(options: TestEngineOptions) {
    const { url, name, desk } = options;
    const database = this.#disposal.use(
      openDatabase({ url, engineId: this.id }),
    );
    const clock = options.clock ?? createSupervisorClock();
    const { facts: sql } = database;
    const intents = new IntentWriter({
      sql: database.intents,
      connections: INTENT_CONNECTIONS,
    });
    const log = SILENT_LOG;
    const writer = this.#disposal.use(new BatchWriter({ sql, log }));
    const metrics = this.#disposal.use(
      new MetricsWriter({ sql, log, queues: writer.queues, now: clock.nowMs }),
    );
    this.supervisor = this.#disposal.use(
      new Supervisor({
        databaseUrl: url,
        engine: {
          id: this.id,
          name,
          host: "localhost",
          pid: Deno.pid,
          version: "0.0.0",
          capacity: options.capacity ?? 500,
        },
        clock,
        log,
        socketsMax: options.socketsMax ?? 100,
        random: Math.random,
        ...(options.timers !== undefined && { timers: options.timers }),
        listen: (handlers) => listenBots(database, handlers),
        accounts: new AccountPool({
          clock,
          loadKey: (id) => loadExchangeKey(sql, id),
          openCredentials: () =>
            Promise.resolve({ apiKey: "k", apiSecret: "s", passphrase: "p" }),
          openAccount: ({ exchangeKeyId }) => desk.account(name, exchangeKeyId),
        }),
        feeds: new FeedPool(() => QUIET_FEED),
        openStore: (claim, onRefused) => {
          const store = new PostgresBotStore(
            { database, intents, writer, metrics },
            { claim, onRefused },
          );
          return options.wrapStore?.(store) ?? store;
        },
        createRunner: options.createRunner ??
          ((input) => new EagerRunner(input)),
      }),
    );
  }

  static async start(options: TestEngineOptions): Promise<TestEngine> {
    const engine = new TestEngine(options);
    await engine.supervisor.start();
    return engine;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#disposal.disposeAsync();
  }
}
