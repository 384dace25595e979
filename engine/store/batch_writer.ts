/**
 * The batch writer: facts of all bots of an engine (order changes, fills,
 * funding, log lines) go to Postgres together, a few statements a flush.
 *
 * States of the writer: idle (nothing waits) → waiting (first row came, at
 * most {@linkcode FLUSH_DELAY_MS}) → flushing (one flush at a time; what comes
 * meanwhile waits for the next) → idle. `flush()` skips the waiting.
 *
 * What holds:
 *  - Rows of one bot and kind are written in the order they came.
 *  - Every statement but the log lines may be sent twice without harm, so a
 *    flush that failed for a passing reason (connection, deadlock, restart) is
 *    sent again until the writer stops.
 *  - A bot fenced, or whose rows the database refuses, loses its own queue
 *    only: see `write_isolated.ts`. Its store throws from then on.
 *  - When the database is slow, rows pile up to {@linkcode BACKLOG_WAIT};
 *    then intents wait (`ready()`), so no new orders and soon no new rows.
 *  - `stop()` flushes once more, for {@linkcode STOP_FLUSH_MS} at most. What is
 *    lost then is learnt again from the exchange by the next recovery.
 *
 * @module
 */
import type { Log } from "@core/mod.ts";
import { addEvents } from "./add_events.ts";
import { BotQueue } from "./bot_queue.ts";
import type { Claim } from "./claim.ts";
import type { Sql } from "./database.ts";
import { codeOf, messageOf, withRetry } from "./errors.ts";
import { pairLeftOvers, recordFills } from "./record_fills.ts";
import { recordFunding } from "./record_funding.ts";
import { updateOrders } from "./update_orders.ts";
import { type BatchStatement, writeIsolated } from "./write_isolated.ts";

/** How long the first row of a flush waits for company, ms. */
export const FLUSH_DELAY_MS = 10;
/** Rows of one statement. */
export const BATCH_ROWS_MAX = 1_000;
/** Rows at which the log says that the database does not keep up. */
export const BACKLOG_WARN = 5_000;
/** Rows at which intents wait … */
export const BACKLOG_WAIT = 20_000;
/** … and at which they go on. */
export const BACKLOG_RESUME = 10_000;
/** The last flush of a stopping writer, ms. */
export const STOP_FLUSH_MS = 5_000;
const RETRY_FIRST_MS = 50;
const RETRY_MAX_MS = 1_000;

/** Told after each statement. */
export interface WriteReport {
  readonly kind: WriteKind;
  readonly rows: number;
  readonly durationMs: number;
}

/** The kinds of rows in a flush. */
export type WriteKind = "orders" | "fills" | "funding" | "events" | "pairs";

/** What the writer needs. */
export interface BatchWriterOptions {
  /** One connection: pipelined statements then run in order. */
  readonly sql: Sql;
  readonly log: Log;
  readonly onWrite?: (report: WriteReport) => void;
}

/** See the head of this file. */
export class BatchWriter implements AsyncDisposable {
  readonly #options: BatchWriterOptions;
  readonly #queues = new Map<string, BotQueue>();
  /** Queues that may hold rows: of five hundred bots a few at a time. */
  readonly #filled = new Set<BotQueue>();
  /** Claimed lately: the fills of before have not been looked at for pairs. */
  readonly #fresh = new Set<BotQueue>();
  readonly #stopping = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | undefined;
  #inFlight = 0;
  #warned = false;
  #stopped: Promise<void> | undefined;
  #waiters: (() => void)[] = [];

  constructor(options: BatchWriterOptions) {
    this.#options = options;
  }

  /** The queues of all bots, for the metrics writer. */
  get queues(): ReadonlyMap<string, BotQueue> {
    return this.#queues;
  }

  /** Rows that are not durable yet. */
  get backlog(): number {
    let rows = this.#inFlight;
    for (const queue of this.#filled) rows += queue.size;
    return rows;
  }

  /** Opens a bot's queue; one claimed again gets a new one. */
  open(claim: Claim, onRefused: (reason: Error) => void): BotQueue {
    const queue = new BotQueue(claim, onRefused);
    this.#queues.set(claim.botId, queue);
    this.#fresh.add(queue);
    this.#plan();
    return queue;
  }

  /** Forgets a bot's queue, if it has not been claimed anew. */
  close(queue: BotQueue): void {
    this.#filled.delete(queue);
    this.#fresh.delete(queue);
    if (this.#queues.get(queue.claim.botId) === queue) {
      this.#queues.delete(queue.claim.botId);
    }
  }

  /** Says that a queue has new rows. Cheap; called for every row. */
  wake(queue: BotQueue): void {
    if (this.#queues.get(queue.claim.botId) !== queue) return; // closed
    this.#filled.add(queue);
    this.#plan();
  }

  #plan(): void {
    if (this.#timer !== undefined || this.#running !== undefined) return;
    if (this.#stopped !== undefined) return;
    this.#timer = setTimeout(() => this.#run(), FLUSH_DELAY_MS);
  }

  /** Resolves while the database keeps up; waits while it does not. */
  async ready(): Promise<void> {
    if (this.#waiters.length === 0 && this.backlog < BACKLOG_WAIT) return;
    await new Promise<void>((resolve) => this.#waiters.push(resolve));
  }

  /** Waits until all rows queued before the call are durable or refused. */
  async flush(): Promise<void> {
    await this.#running;
    await this.#run();
  }

  /** Flushes once more and ends. Safe twice, safe without rows. */
  stop(): Promise<void> {
    return this.#stopped ??= this.#stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  #run(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    return this.#running ??= this.#flushAll().finally(() => {
      this.#running = undefined;
      this.#resume();
      if (this.#stopping.signal.aborted) return;
      if (this.#filled.size + this.#fresh.size > 0) this.#plan();
    });
  }

  async #flushAll(): Promise<void> {
    const batch = takeBatch(this.#filled);
    this.#filled.clear();
    this.#inFlight = batch.rows;
    this.#warnOfBacklog();
    try {
      await Promise.all([
        this.#write("orders", updateOrders, batch.orders),
        this.#pair().then(() => this.#write("fills", recordFills, batch.fills)),
        this.#write("funding", recordFunding, batch.funding),
        this.#write("events", addEvents, batch.events),
      ]);
    } catch (error) {
      this.#options.log.error("facts_lost", {
        rows: batch.rows,
        error: messageOf(error),
      });
    } finally {
      this.#inFlight = 0;
    }
  }

  /** Once a claim, before its first fill: pairs what others have recorded. */
  async #pair(): Promise<void> {
    const rows = [...this.#fresh].filter(({ refusal }) => refusal === null)
      .map(({ claim: { botId } }) => ({ botId }));
    this.#fresh.clear();
    await this.#write("pairs", pairLeftOvers, rows);
  }

  async #write<Row extends { readonly botId: string }>(
    kind: WriteKind,
    statement: BatchStatement<Row>,
    rows: readonly Row[],
  ): Promise<void> {
    const queues = new Map(this.#queues);
    for (let start = 0; start < rows.length; start += BATCH_ROWS_MAX) {
      const part = rows.slice(start, start + BATCH_ROWS_MAX);
      const startedAtMs = performance.now();
      await writeIsolated({
        sql: this.#options.sql,
        statement,
        rows: part,
        queues,
        attempt: (run) => this.#attempt(kind, run),
      });
      this.#options.onWrite?.({
        kind,
        rows: part.length,
        durationMs: performance.now() - startedAtMs,
      });
    }
    if (kind === "orders" || kind === "events") return;
    for (const row of rows) markTotals(queues.get(row.botId));
  }

  #attempt(
    kind: WriteKind,
    run: () => Promise<Set<string>>,
  ): Promise<Set<string>> {
    return withRetry(run, {
      attempts: Number.MAX_SAFE_INTEGER, // its limit is the stop signal
      firstDelayMs: RETRY_FIRST_MS,
      maxDelayMs: RETRY_MAX_MS,
      signal: this.#stopping.signal,
      onRetry: (error, attempt) =>
        this.#options.log.warn("facts_retried", {
          kind,
          attempt,
          code: codeOf(error),
          error: messageOf(error),
        }),
    });
  }

  #warnOfBacklog(): void {
    const backlog = this.backlog;
    if (backlog < BACKLOG_WARN) {
      this.#warned = false;
    } else if (!this.#warned) {
      this.#warned = true;
      this.#options.log.warn("facts_backlog", { rows: backlog });
    }
  }

  #resume(): void {
    if (this.#waiters.length === 0 || this.backlog > BACKLOG_RESUME) return;
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const resolve of waiters) resolve();
  }

  async #stop(): Promise<void> {
    const deadline = setTimeout(() => this.#stopping.abort(), STOP_FLUSH_MS);
    await this.flush();
    clearTimeout(deadline);
    clearTimeout(this.#timer);
    this.#stopping.abort();
    this.#resume();
  }
}

function markTotals(queue: BotQueue | undefined): void {
  if (queue !== undefined && queue.refusal === null) queue.totalsChanged = true;
}

function takeBatch(queues: Iterable<BotQueue>) {
  const batch = {
    orders: [] as Parameters<typeof updateOrders>[2][number][],
    fills: [] as Parameters<typeof recordFills>[2][number][],
    funding: [] as Parameters<typeof recordFunding>[2][number][],
    events: [] as Parameters<typeof addEvents>[2][number][],
    rows: 0,
  };
  for (const queue of queues) {
    if (queue.size === 0) continue;
    batch.rows += queue.size;
    const { botId } = queue.claim;
    const { orders, fills, funding, events } = queue.take();
    for (const update of orders.values()) {
      batch.orders.push({ ...update, botId });
    }
    for (const { fill, slot } of fills) {
      const purpose = slot?.purpose ?? null;
      batch.fills.push({ ...fill, botId, purpose, ours: slot !== null });
    }
    for (const payment of funding) batch.funding.push({ ...payment, botId });
    for (const event of events) batch.events.push({ ...event, botId });
  }
  return batch;
}
