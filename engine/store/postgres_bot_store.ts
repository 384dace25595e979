import type { BatchWriter } from "./batch_writer.ts";
import type { BotQueue } from "./bot_queue.ts";
import type { Claim } from "./claim.ts";
import type { Database, Sql } from "./database.ts";
import { pause, withRetry } from "./errors.ts";
import { findOrders } from "./find_orders.ts";
import { loadBot } from "./load_bot.ts";
import type { MetricsWriter } from "./metrics_writer.ts";
import {
  type BotAudit,
  type BotEvent,
  type BotMetrics,
  type BotRow,
  type BotStatus,
  type BotStore,
  FencedError,
  type FillRecord,
  type FundingRecord,
  type OrderUpdate,
  type RecoveredBot,
} from "./port.ts";
import type { IntentWriter } from "./intent_writer.ts";
import type { Intents } from "./record_intents.ts";
import { recoverBot } from "./recover_bot.ts";
import { setStatus, type StatusDetail } from "./set_status.ts";

/** Tries of one statement that a runner waits for; under a second in all. */
const ATTEMPTS = 4;
const RETRY_FIRST_MS = 50;
const RETRY_MAX_MS = 400;
/** So long a recovery waits for what was queued before it is tried again. */
const FACTS_MS_MAX = 1_000;

/** What stores of all bots share. */
export interface BotStoreDeps {
  readonly database: Database;
  readonly intents: IntentWriter;
  readonly writer: BatchWriter;
  readonly metrics: MetricsWriter;
  /** Told after each commit of intents how long it took, ms. */
  readonly onIntents?: (durationMs: number) => void;
}

/** One bot's part of {@linkcode PostgresBotStore}. */
export interface BotStoreOptions {
  readonly claim: Claim;
  /** Told when the bot proves fenced, or the database refuses its rows. */
  readonly onRefused: (reason: Error) => void;
}

/** A bot's store as its host sees it. */
export type HostedStore = Pick<PostgresBotStore, keyof PostgresBotStore>;

/**
 * The store port on Postgres, for one bot under one claim.
 *
 * Once a statement finds the bot fenced, or the database refuses its rows,
 * `onRefused` is told, what is queued is dropped, and every later call that
 * can be awaited throws the same error.
 */
export class PostgresBotStore implements BotStore {
  readonly #deps: BotStoreDeps;
  readonly #claim: Claim;
  readonly #queue: BotQueue;
  /** Facts have been queued since the last flush began. */
  #isUnwritten = false;
  #writing: Promise<void> | null = null;

  constructor(deps: BotStoreDeps, options: BotStoreOptions) {
    this.#deps = deps;
    this.#claim = options.claim;
    this.#queue = deps.writer.open(options.claim, options.onRefused);
  }

  /** Why nothing is written any more, or null. */
  get refusal(): Error | null {
    return this.#queue.refusal;
  }

  async recover(): Promise<RecoveredBot> {
    if (this.#isUnwritten || this.#writing !== null) await this.#writeFacts();
    return await this.#run((sql) => recoverBot(sql, this.#claim));
  }

  loadBot(): Promise<BotRow> {
    return this.#run((sql) => loadBot(sql, this.#claim));
  }

  findOrders(
    venueOrderIds: readonly string[],
  ): Promise<ReadonlyMap<string, string>> {
    return this.#run((sql) =>
      findOrders(sql, this.#claim.botId, venueOrderIds)
    );
  }

  async recordIntents(orders: Intents, state: unknown): Promise<void> {
    const startedAtMs = performance.now();
    await this.#deps.writer.ready();
    await this.#commit(orders, state);
    this.#deps.onIntents?.(performance.now() - startedAtMs);
  }

  saveState(state: unknown): Promise<void> {
    return this.#commit([], state);
  }

  setStatus(status: BotStatus, detail?: StatusDetail): Promise<boolean> {
    const change = detail === undefined ? { status } : { status, detail };
    return this.#run((sql) => setStatus(sql, this.#claim, change));
  }

  updateOrders(updates: readonly OrderUpdate[]): void {
    this.#isUnwritten = true;
    this.#enqueue((queue) => queue.addOrderUpdates(updates));
  }

  recordFills(fills: readonly FillRecord[]): void {
    this.#isUnwritten = true;
    this.#enqueue((queue) => queue.fills.push(...fills));
  }

  recordFunding(payments: readonly FundingRecord[]): void {
    this.#isUnwritten = true;
    this.#enqueue((queue) => queue.funding.push(...payments));
  }

  addEvents(events: readonly BotEvent[]): void {
    this.#enqueue((queue) => queue.events.push(...events));
  }

  setMetrics(metrics: BotMetrics): void {
    if (this.#queue.refusal !== null) return;
    this.#queue.metrics = metrics;
    this.#queue.metricsChanged = true;
  }

  setAudit(audit: BotAudit): void {
    if (this.#queue.refusal === null) this.#queue.audit = audit;
  }

  async flush(): Promise<void> {
    this.#throwIfRefused();
    await this.#deps.writer.flush();
    if (
      this.#queue.metricsChanged || this.#queue.totalsChanged ||
      this.#queue.audit !== null
    ) {
      await this.#deps.metrics.beat();
    }
    this.#throwIfRefused();
  }

  /** Ends the queue; what was not flushed is dropped. */
  close(): void {
    this.#deps.writer.close(this.#queue);
  }

  /**
   * What was told and is not written yet is news to the rows: an order refused
   * a moment ago would still stand there as one to be sent.
   *
   * @throws What may pass, where the database takes long; the next call goes on
   * waiting for the same.
   */
  async #writeFacts(): Promise<void> {
    if (this.#writing === null) {
      this.#isUnwritten = false;
      this.#writing = this.#deps.writer.flush()
        .finally(() => this.#writing = null);
    }
    const waiting = new AbortController();
    const isLate = pause(FACTS_MS_MAX, waiting.signal).then(() => true);
    const isWritten = this.#writing.then(() => false);
    try {
      if (await Promise.race([isWritten, isLate])) {
        throw new Error("The database does not answer");
      }
    } finally {
      waiting.abort();
    }
    this.#throwIfRefused();
  }

  #enqueue(add: (queue: BotQueue) => void): void {
    if (this.#queue.refusal !== null) return;
    add(this.#queue);
    this.#deps.writer.wake(this.#queue);
  }

  #commit(orders: Intents, state: unknown): Promise<void> {
    const intents = { claim: this.#claim, orders, state };
    return this.#guard(() => this.#deps.intents.record(intents));
  }

  #run<T>(statement: (sql: Sql) => Promise<T>): Promise<T> {
    return this.#guard(() =>
      withRetry(() => statement(this.#deps.database.facts), {
        attempts: ATTEMPTS,
        firstDelayMs: RETRY_FIRST_MS,
        maxDelayMs: RETRY_MAX_MS,
      })
    );
  }

  async #guard<T>(action: () => Promise<T>): Promise<T> {
    this.#throwIfRefused();
    try {
      return await action();
    } catch (error) {
      if (error instanceof FencedError) this.#queue.refuse(error);
      throw error;
    }
  }

  #throwIfRefused(): void {
    if (this.#queue.refusal !== null) throw this.#queue.refusal;
  }
}
