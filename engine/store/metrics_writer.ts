/**
 * Writes bots' figures on a beat: every second the changed ones and what audits
 * found, in three statements over all bots; every minute a point of the equity curves, and the
 * bots of suspended users whose grace is over are asked to stop; every five
 * seconds the request to broadcast the figures. What fails is tried again at the
 * next beat: newer figures replace older ones, so nothing is queued.
 *
 * @module
 */
import type { Log } from "@core/mod.ts";
import type { BotQueue } from "./bot_queue.ts";
import { broadcastMetrics } from "./broadcast_metrics.ts";
import type { Sql } from "./database.ts";
import { messageOf } from "./errors.ts";
import { snapshotEquity } from "./snapshot_equity.ts";
import { stopOverdueBots } from "./stop_overdue_bots.ts";
import { type BatchStatement, writeIsolated } from "./write_isolated.ts";
import { writeAudits } from "./write_audits.ts";
import { writeMetrics } from "./write_metrics.ts";
import { writeTotals } from "./write_totals.ts";

/** Figures are written at most this often, ms. */
export const METRICS_INTERVAL_MS = 1_000;
/** Users' merged `metrics` messages, ms. */
export const BROADCAST_INTERVAL_MS = 5_000;
/** Points of the equity curve, ms. */
export const SNAPSHOT_INTERVAL_MS = 60_000;
/**
 * Totals walk all fills of a bot, on the connection that facts wait for: by the
 * timer they take a twentieth of its time at most.
 */
const TOTALS_REST = 19;

/** What the writer needs. */
export interface MetricsWriterOptions {
  readonly sql: Sql;
  readonly log: Log;
  /** The batch writer's queues. */
  readonly queues: ReadonlyMap<string, BotQueue>;
  /** Epoch ms. */
  readonly now: () => number;
}

/** See the head of this file. */
export class MetricsWriter implements AsyncDisposable {
  readonly #options: MetricsWriterOptions;
  #timer: ReturnType<typeof setInterval> | undefined;
  #running: Promise<void> | undefined;
  /** The beat that follows the one under way. */
  #next: Promise<void> | undefined;
  #broadcastAtMs = 0;
  #snapshotMinute = -1;
  /** Monotonic, ms. */
  #totalsDueAtMs = 0;

  constructor(options: MetricsWriterOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.tick(), METRICS_INTERVAL_MS);
  }

  /** What the timer does: totals only when they are due. Never rejects. */
  tick(): Promise<void> {
    return this.#running ??= this.#start(performance.now());
  }

  /**
   * Writes everything that changed before the call; who calls while a beat is
   * under way shares the next one. Never rejects.
   */
  beat(): Promise<void> {
    if (this.#running === undefined) {
      return this.#running = this.#start(Infinity);
    }
    return this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      return this.beat();
    });
  }

  /** One beat at a time. */
  #start(totalsUntilMs: number): Promise<void> {
    return this.#beat(totalsUntilMs)
      .catch((error) =>
        this.#options.log.warn("metrics_not_written", {
          error: messageOf(error),
        })
      )
      .finally(() => this.#running = undefined);
  }

  /** Writes the last figures and ends. Safe without start, safe twice. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    await this.beat();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #beat(totalsUntilMs: number): Promise<void> {
    const { queues } = this.#options;
    const open = [...queues.values()].filter((q) => q.refusal === null);
    if (this.#totalsDueAtMs <= totalsUntilMs) {
      const startedAtMs = performance.now();
      await this.#writeTotals(open.filter((q) => q.totalsChanged));
      const endedAtMs = performance.now();
      this.#totalsDueAtMs = endedAtMs + TOTALS_REST * (endedAtMs - startedAtMs);
    }
    await this.#writeMetrics(open.filter((q) => q.metricsChanged));
    await this.#writeAudits(open.filter((q) => q.audit !== null));
    const nowMs = this.#options.now();
    const minute = Math.floor(nowMs / SNAPSHOT_INTERVAL_MS);
    const claims = open.filter((q) => q.metrics !== null).map((q) => q.claim);
    if (minute !== this.#snapshotMinute && claims.length > 0) {
      await snapshotEquity(this.#options.sql, claims);
      await stopOverdueBots(this.#options.sql);
      this.#snapshotMinute = minute;
    }
    if (nowMs - this.#broadcastAtMs >= BROADCAST_INTERVAL_MS) {
      this.#broadcastAtMs = nowMs;
      await broadcastMetrics(this.#options.sql);
    }
  }

  async #writeTotals(changed: readonly BotQueue[]): Promise<void> {
    for (const queue of changed) queue.totalsChanged = false;
    const rows = changed.map((q) => ({ botId: q.claim.botId }));
    try {
      await this.#write(writeTotals, rows);
    } catch (error) {
      for (const queue of changed) queue.totalsChanged = true;
      throw error;
    }
  }

  async #writeMetrics(changed: readonly BotQueue[]): Promise<void> {
    for (const queue of changed) queue.metricsChanged = false;
    const rows = changed.flatMap((q) =>
      q.metrics === null ? [] : [{ ...q.metrics, botId: q.claim.botId }]
    );
    try {
      await this.#write(writeMetrics, rows);
    } catch (error) {
      for (const queue of changed) queue.metricsChanged = true;
      throw error;
    }
  }

  async #writeAudits(changed: readonly BotQueue[]): Promise<void> {
    const audits = changed.map((queue) => ({ queue, audit: queue.audit }));
    for (const queue of changed) queue.audit = null;
    const rows = audits.flatMap(({ queue, audit }) =>
      audit === null ? [] : [{ ...audit, botId: queue.claim.botId }]
    );
    try {
      await this.#write(writeAudits, rows);
    } catch (error) {
      for (const { queue, audit } of audits) queue.audit ??= audit;
      throw error;
    }
  }

  async #write<Row extends { readonly botId: string }>(
    statement: BatchStatement<Row>,
    rows: readonly Row[],
  ): Promise<void> {
    await writeIsolated({
      sql: this.#options.sql,
      statement,
      rows,
      queues: new Map(this.#options.queues),
      attempt: (run) => run(),
    });
  }
}
