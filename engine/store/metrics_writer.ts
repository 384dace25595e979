/**
 * Writes bots' figures on a beat: every second the changed ones and what audits
 * found, a few statements over all bots; every minute a point of the equity
 * curves, and the bots of suspended users whose grace is over are asked to stop;
 * every five seconds the request to broadcast the figures. What fails is tried again at the
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
 * Totals walk all fills of a bot, on the connection that facts wait for: so many
 * fills go into one statement (a hundredth of a second, more where one bot alone
 * has more), by the timer statements follow one another for this long …
 */
const TOTALS_FILLS_MAX = 20_000;
const TOTALS_BUDGET_MS = 100;
/** … and one bot's sum takes a twentieth of the time at most … */
const TOTALS_REST = 19;
/** … but no figures are older than this: a slow line makes a sum look long. */
const TOTALS_REST_MS_MAX = 10_000;

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

  constructor(options: MetricsWriterOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer ??= setInterval(() => this.tick(), METRICS_INTERVAL_MS);
  }

  /** What the timer does: totals only when they are due. Never rejects. */
  tick(): Promise<void> {
    return this.#running ??= this.#start({ isTimer: true });
  }

  /**
   * Writes everything that changed before the call; who calls while a beat is
   * under way shares the next one. Never rejects.
   */
  beat(): Promise<void> {
    if (this.#running === undefined) {
      return this.#running = this.#start({ isTimer: false });
    }
    return this.#next ??= this.#running.then(() => {
      this.#next = undefined;
      return this.beat();
    });
  }

  /** One beat at a time. */
  #start(why: { readonly isTimer: boolean }): Promise<void> {
    return this.#beat(why)
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

  async #beat({ isTimer }: { readonly isTimer: boolean }): Promise<void> {
    const { queues } = this.#options;
    const open = [...queues.values()].filter((q) => q.refusal === null);
    const changed = open.filter((q) => q.totalsChanged);
    if (isTimer) await this.#writeDueTotals(changed);
    else for (const part of inParts(changed)) await this.#writeTotals(part);
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

  /** Short histories first: a long one keeps nobody waiting but itself. */
  async #writeDueTotals(changed: readonly BotQueue[]): Promise<void> {
    const startedAtMs = performance.now();
    const due = changed.filter((q) => q.totalsDueAtMs <= startedAtMs);
    for (const part of inParts(due)) {
      const isSpent = performance.now() - startedAtMs > TOTALS_BUDGET_MS;
      if (!isSpent) await this.#writeTotals(part);
      else for (const queue of part) queue.totalsWaited++;
    }
  }

  async #writeTotals(part: readonly BotQueue[]): Promise<void> {
    for (const queue of part) queue.totalsChanged = false;
    const startedAtMs = performance.now();
    try {
      await this.#write(
        async (sql, claims) => {
          const fills = await writeTotals(sql, claims);
          for (const queue of part) {
            const { totalsFills, claim } = queue;
            queue.totalsFills = fills.get(claim.botId) ?? totalsFills;
          }
          return new Set(fills.keys());
        },
        part.map(({ claim: { botId } }) => ({ botId })),
      );
    } catch (error) {
      for (const queue of part) queue.totalsChanged = true;
      throw error;
    }
    const endedAtMs = performance.now();
    const fills = part.reduce((sum, queue) => sum + costOf(queue), 0);
    for (const queue of part) {
      const share = costOf(queue) / fills;
      const restMs = Math.min(
        TOTALS_REST * share * (endedAtMs - startedAtMs),
        TOTALS_REST_MS_MAX,
      );
      // A shorter one is the pause between two ticks.
      queue.totalsDueAtMs = restMs > METRICS_INTERVAL_MS
        ? endedAtMs + restMs
        : 0;
      queue.totalsWaited = 0;
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

/** What a bot's sum costs, in fills. */
function costOf({ totalsFills }: BotQueue): number {
  return totalsFills + 1;
}

/** Parts queues into statements: the cheapest first, who waited the sooner. */
function inParts(queues: readonly BotQueue[]): readonly BotQueue[][] {
  const rank = (queue: BotQueue) => costOf(queue) / 4 ** queue.totalsWaited;
  const parts: BotQueue[][] = [];
  let fills = Infinity;
  for (const queue of queues.toSorted((a, b) => rank(a) - rank(b))) {
    fills += costOf(queue);
    const part = parts.at(-1);
    if (part !== undefined && fills <= TOTALS_FILLS_MAX) {
      part.push(queue);
      continue;
    }
    parts.push([queue]);
    fills = costOf(queue);
  }
  return parts;
}
