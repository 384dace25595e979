/**
 * One engine: session, lease, claims and a runner for each of its bots, after
 * the supervisor's rules (design.md §5) on the simulation's database. Lease,
 * fence and runner are the engine's own.
 *
 * @module
 */
import type { Log } from "@core/mod.ts";
import type { Params } from "@engine/exchange/ccxt_bitget.ts";
import type { EndpointName } from "@engine/exchange/endpoints.ts";
import type { ExchangeAccount, NewOrder } from "@engine/exchange/port.ts";
import { createRunner, type Runner } from "@engine/runner/mod.ts";
import type { Claim } from "@engine/store/claim.ts";
import { fenceAccount } from "@engine/supervisor/fenced_account.ts";
import {
  Lease,
  RENEW_INTERVAL_MS,
  SESSION_SILENT_MS,
} from "@engine/supervisor/lease.ts";
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
import type { Session, SimDatabase } from "./sim_database.ts";
import { SimFeed } from "./sim_feed.ts";
import type { SimSocket } from "./socket.ts";
import { SimBotStore } from "./sim_store.ts";
import type { WireConditions } from "./wire.ts";

const POLL_MS = 2_000;
const REOPEN_MS = 400;
const ACCOUNT_LOCK = "account";

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

interface Host {
  readonly claim: Claim;
  readonly runner: Runner;
  readonly session: Session;
  isDropped: boolean;
}

/** See the module's description. */
export class SimEngine {
  readonly process: SimProcess;
  readonly feed: SimFeed;
  account: SimAccount;
  readonly lease: Lease;
  readonly #options: SimEngineOptions;
  readonly #hosts = new Map<string, Host>();
  /** Dropped and not ended yet. */
  readonly #leaving = new Set<string>();
  /** By client order id: the claim under which it was last given to us. */
  readonly #epochs = new Map<string, number>();
  #session: Session | null = null;
  #isRenewing = false;
  #isPolling = false;

  constructor(options: SimEngineOptions) {
    this.#options = options;
    this.process = options.process;
    this.feed = new SimFeed(options.process, options.conditions.venue);
    this.lease = new Lease(options.process.clocks);
    this.account = this.#openAccount();
  }

  /** The private sockets that are open. */
  get sockets(): readonly SimSocket[] {
    return [this.account.socket];
  }

  /** Begins. */
  start(): void {
    void this.#open();
    this.#every(RENEW_INTERVAL_MS, () => void this.#renew());
    this.#every(POLL_MS, () => void this.#poll());
    this.#options.database.listen((botId) =>
      this.process.timeline.after(
        2,
        () => this.process.deliver(() => this.#onBot(botId)),
      )
    );
  }

  #every(ms: number, run: () => void): void {
    this.process.clock.after(ms, () => {
      run();
      this.#every(ms, run);
    });
  }

  async #open(): Promise<void> {
    const { database } = this.#options;
    const sentAt = this.lease.now();
    try {
      const session = await database.call(
        this.process,
        () => {
          const opened = database.openSession(
            this.process,
            () => this.#onSessionLost(opened),
          );
          return opened;
        },
      );
      this.#session = session;
      this.lease.renewed(sentAt);
    } catch {
      this.process.clock.after(REOPEN_MS, () => void this.#open());
      return;
    }
    await this.#poll();
  }

  #onSessionLost(session: Session): void {
    if (this.#session !== session) return;
    this.lease.revoke();
    this.#session = null;
    for (const [botId, host] of this.#hosts) {
      this.#leaving.add(botId);
      this.#drop(host);
    }
    this.#hosts.clear();
    void this.account.close();
    this.account = this.#openAccount();
    this.process.clock.after(REOPEN_MS, () => void this.#open());
  }

  async #renew(): Promise<void> {
    const session = this.#session;
    if (session === null) return;
    if (this.#isRenewing) {
      if (this.lease.silenceMs >= SESSION_SILENT_MS) {
        this.#onSessionLost(session);
      }
      return;
    }
    this.#isRenewing = true;
    const sentAt = this.lease.now();
    const { database } = this.#options;
    try {
      await database.call(this.process, () => database.renew(session));
      if (this.#session === session) this.lease.renewed(sentAt);
    } catch {
      // Silence: the lease runs out by itself, the session at last.
      if (this.lease.silenceMs >= SESSION_SILENT_MS) {
        this.#onSessionLost(session);
      }
    } finally {
      this.#isRenewing = false;
    }
  }

  async #poll(): Promise<void> {
    const session = this.#session;
    if (session === null || this.#isPolling) return;
    this.#isPolling = true;
    const { database } = this.#options;
    try {
      const claimable = await database.call(this.process, () => {
        database.endStale();
        return database.claimable();
      });
      for (const botId of claimable) {
        if (this.#session !== session) break;
        const host = this.#hosts.get(botId);
        if (host !== undefined) host.runner.wake();
        else if (!this.#leaving.has(botId)) await this.#claim(session, botId);
      }
    } catch {
      // Asked again by the next poll.
    } finally {
      this.#isPolling = false;
    }
  }

  async #claim(session: Session, botId: string): Promise<void> {
    const { database } = this.#options;
    const claimed = await database.call(this.process, () => {
      if (!database.tryLock(session, ACCOUNT_LOCK)) return null;
      return database.tryLock(session, botId)
        ? database.claim(session, botId)
        : null;
    });
    const bot = database.bots.get(botId);
    if (claimed === null || bot === undefined) return;
    if (this.#session !== session) return;
    const claim: Claim = { botId, epoch: claimed.epoch };
    const { account, process } = this;
    const { mutation, log } = this.#options;
    const Store = mutation === "intent_after_wire"
      ? HastyBotStore
      : mutation === "last_write_wins"
      ? ForgetfulBotStore
      : SimBotStore;
    const mayPlace = () =>
      mutation === "no_lease_check" ||
      (!host.isDropped && this.lease.isValid);
    const host: Host = {
      claim,
      session,
      isDropped: false,
      runner: createRunner({
        bot: bot.row,
        store: new Store({
          database,
          process,
          claim,
          rows: mutation === "no_epoch_check"
            ? unfencedRows(bot, claim.epoch, () => database.timeline.nowMs)
            : claimed.store,
          bot,
          ...(mutation === "limit_is_ignored" && { show: withoutLimit }),
          onRefused: () => this.#drop(host),
        }),
        account: this.#stamp(
          mutateAccount(
            fenceAccount(account, mayPlace),
            mutation,
            process.random,
          ),
          claim,
        ),
        feed: this.feed,
        clock: process.clock,
        random: () => process.random.next(),
        log: log.with({ engine: process.name }),
      }),
    };
    this.#hosts.set(botId, host);
    host.runner.start();
    host.runner.ended.then(() => void this.#onEnded(host));
  }

  /** Notes under which claim each order is handed to the account. */
  #stamp(account: ExchangeAccount, claim: Claim): ExchangeAccount {
    return Object.create(account, {
      placeOrders: {
        value: (orders: readonly NewOrder[]) => {
          for (const { clientOrderId } of orders) {
            this.#epochs.set(clientOrderId, claim.epoch);
          }
          return account.placeOrders(orders);
        },
      },
    });
  }

  #drop(host: Host): void {
    if (host.isDropped) return;
    host.isDropped = true;
    void host.runner.stop();
  }

  async #onEnded(host: Host): Promise<void> {
    const { botId } = host.claim;
    this.#leaving.delete(botId);
    if (this.#hosts.get(botId) !== host) return;
    this.#hosts.delete(botId);
    const { database } = this.#options;
    const isLast = this.#hosts.size === 0;
    try {
      await database.call(this.process, () => {
        database.unlock(host.session, botId);
        if (isLast) database.unlock(host.session, ACCOUNT_LOCK);
      });
    } catch {
      // Ends with the session.
    }
  }

  #onBot(botId: string): void {
    const host = this.#hosts.get(botId);
    if (host !== undefined) host.runner.wake();
    else void this.#poll();
  }

  #openAccount(): SimAccount {
    const { conditions } = this.#options;
    const onLeave = (name: EndpointName, params: Params) =>
      this.#onLeave(name, params);
    return new SimAccount(this.process, {
      get weather() {
        return conditions.weather;
      },
      get isOut() {
        return conditions.isOut;
      },
      venue: conditions.venue,
      onLeave,
    }, this.feed);
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
