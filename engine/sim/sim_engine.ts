/**
 * One engine: the real supervisor with its session keeper, claims, lease,
 * hosts and account pool, and a runner for each bot, on the simulation's
 * exchange and database.
 *
 * @module
 */
import { assert, type Log } from "@core/mod.ts";
import type { Params } from "@engine/exchange/ccxt_bitget.ts";
import type { EndpointName } from "@engine/exchange/endpoints.ts";
import type { ExchangeAccount, NewOrder } from "@engine/exchange/port.ts";
import { createRunner } from "@engine/runner/mod.ts";
import type { Claim } from "@engine/store/claim.ts";
import { MemoryBotStore } from "@engine/store/memory_bot_store.ts";
import { AccountPool } from "@engine/supervisor/account_pool.ts";
import type { BotRunnerInput } from "@engine/supervisor/bot_runner.ts";
import { FeedPool } from "@engine/supervisor/feed_pool.ts";
import { Supervisor } from "@engine/supervisor/supervisor.ts";
import { mutateAccount } from "./mutate_account.ts";
import {
  ForgetfulBotStore,
  HastyBotStore,
  type Mutation,
  unfencedRows,
  withoutLimit,
} from "./mutations.ts";
import type { SimProcess } from "./process.ts";
import { SimAccount } from "./sim_account.ts";
import type { SimDatabase } from "./sim_database.ts";
import { SimFeed } from "./sim_feed.ts";
import { SimSession } from "./sim_session.ts";
import { SimBotStore } from "./sim_store.ts";
import type { SimSocket } from "./socket.ts";
import { UID } from "./venue.ts";
import type { WireConditions } from "./wire.ts";

/** What an engine is given. */
export interface SimEngineOptions {
  readonly process: SimProcess;
  readonly database: SimDatabase;
  readonly conditions: Omit<WireConditions, "onLeave">;
  readonly log: Log;
  /** A safety rule taken away; null: none. */
  readonly mutation: Mutation | null;
  /** Told of each order request as it leaves the process. */
  readonly onOrders: (orders: readonly LeavingOrder[]) => void;
  /** Told of each cancellation as it leaves: symbol, and either id. */
  readonly onCancels: (venueSymbol: string, ids: readonly string[]) => void;
}

/** An order's request as it leaves, and for which claim. */
export interface LeavingOrder {
  readonly clientOrderId: string;
  readonly epoch: number;
}

/** See the module's description. */
export class SimEngine {
  readonly process: SimProcess;
  readonly feed: SimFeed;
  readonly #options: SimEngineOptions;
  readonly #log: Log;
  readonly #supervisor: Supervisor;
  readonly #accounts = new Set<SimAccount>();
  /** By client order id: the claim under which it was last given to us. */
  readonly #epochs = new Map<string, number>();

  constructor(options: SimEngineOptions) {
    const { process, database, conditions } = options;
    this.#options = options;
    this.process = process;
    this.#log = options.log.with({ engine: process.name });
    this.feed = new SimFeed(process, conditions.venue);
    this.#supervisor = new Supervisor({
      databaseUrl: "",
      engine: {
        id: process.name,
        name: process.name,
        host: "here",
        pid: 1,
        version: "0",
        capacity: 10,
      },
      clock: process.clocks,
      timers: process.clock,
      socketsMax: 100,
      random: () => process.random.next(),
      log: this.#log,
      openSession: (onLost) => SimSession.open(database, process, onLost),
      listen: (handlers) => this.#listen(handlers.onBot),
      accounts: this.#createAccounts(),
      feeds: new FeedPool(() => this.feed),
      openStore: (claim, onRefused) => this.#openStore(claim, onRefused),
      createRunner: (input) => this.#createRunner(input),
    });
  }

  /** The private sockets that are open. */
  get sockets(): readonly SimSocket[] {
    return [...this.#accounts].map((account) => account.socket);
  }

  /** Begins; where the database is away, the process ends. */
  start(): void {
    this.#supervisor.start().catch(() => this.process.kill());
  }

  /** Told to end (SIGTERM): gives its bots back, and does. */
  drain(): void {
    const { process } = this;
    process.deliver(() => {
      this.#supervisor.stop().then(() => process.kill(), () => process.kill());
    });
  }

  /** The process is gone, and its sockets with it. */
  bury(): void {
    for (const socket of this.sockets) socket.close();
    this.#accounts.clear();
  }

  #listen(onBot: (botId: string) => void): Promise<() => Promise<void>> {
    const { process } = this;
    const { database, conditions } = this.#options;
    const unlisten = database.listen((botId) => {
      if (process.random.chance(conditions.weather.notifyLost)) return;
      process.timeline.after(2, () => process.deliver(() => onBot(botId)));
    });
    return Promise.resolve(() => Promise.resolve(unlisten()));
  }

  #createAccounts(): AccountPool {
    const { process } = this;
    const { database } = this.#options;
    return new AccountPool({
      clock: process.clocks,
      loadKey: () =>
        database.call(process, () => ({
          id: "key",
          userId: "user",
          venue: "bitget",
          exchangeUid: UID,
          status: "active",
          sealed: "sealed",
        })),
      openCredentials: () =>
        Promise.resolve({ apiKey: "", apiSecret: "", passphrase: "" }),
      openAccount: () => this.#openAccount(),
    });
  }

  #openAccount(): SimAccount {
    const { conditions } = this.#options;
    const account = new SimAccount(this.process, {
      get weather() {
        return conditions.weather;
      },
      get isOut() {
        return conditions.isOut;
      },
      venue: conditions.venue,
      onLeave: (name, params) => this.#onLeave(name, params),
    }, this.feed);
    this.#accounts.add(account);
    account.whenClosed(() => this.#accounts.delete(account));
    return account;
  }

  #openStore(claim: Claim, onRefused: (reason: Error) => void): SimBotStore {
    const { database, mutation } = this.#options;
    const bot = database.bots.get(claim.botId);
    assert(bot !== undefined, `No bot ${claim.botId}`);
    const nowMs = () => database.timeline.nowMs;
    const Store = mutation === "intent_after_wire"
      ? HastyBotStore
      : mutation === "last_write_wins"
      ? ForgetfulBotStore
      : SimBotStore;
    return new Store({
      database,
      process: this.process,
      claim,
      rows: mutation === "no_epoch_check"
        ? unfencedRows(bot, claim.epoch, nowMs)
        : new MemoryBotStore(bot, claim.epoch, nowMs),
      bot,
      ...(mutation === "limit_is_ignored" && { show: withoutLimit }),
      onRefused,
    });
  }

  #createRunner(input: BotRunnerInput): ReturnType<typeof createRunner> {
    const { process } = this;
    const { mutation } = this.#options;
    assert(input.store instanceof SimBotStore, "The store is the simulation's");
    const { epoch } = input.store;
    return createRunner({
      ...input,
      account: this.#stamp(
        mutateAccount(input.account, mutation, process.random),
        epoch,
      ),
      clock: process.clock,
      random: () => process.random.next(),
    });
  }

  /** Notes under which claim each order is handed to the account. */
  #stamp(account: ExchangeAccount, epoch: number): ExchangeAccount {
    return Object.create(account, {
      placeOrders: {
        value: (orders: readonly NewOrder[]) => {
          for (const { clientOrderId } of orders) {
            this.#epochs.set(clientOrderId, epoch);
          }
          return account.placeOrders(orders);
        },
      },
    });
  }

  #onLeave(name: EndpointName, params: Params): void {
    const { onOrders, onCancels } = this.#options;
    const rows = name === "placeOrder"
      ? [params]
      : rowsOf(params.orderList ?? params.orderIdList);
    if (name === "cancelOrders") {
      const ids = rows.map((row) => `${row.clientOid ?? row.orderId}`);
      onCancels(`${params.symbol}`, ids);
    } else if (rows.length > 0) {
      onOrders(rows.map(({ clientOid }) => ({
        clientOrderId: `${clientOid}`,
        epoch: this.#epochs.get(`${clientOid}`) ?? 0,
      })));
    }
  }
}

function rowsOf(list: unknown): readonly Params[] {
  return Array.isArray(list) ? list : [];
}
