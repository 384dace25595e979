/**
 * The supervisor: which bots are ours.
 *
 * One loop does everything that takes or gives locks, so none of it can
 * overlap; NOTIFY, ended bots and the poll only wake it. A beat beside it
 * renews the lease.
 *
 * ```
 *  stopped ─start()─► running ─stop()─► draining ─► stopped
 *                      │   ▲
 *         session lost ▼   │ new session, no locks
 *                     without session
 * ```
 *
 * - Running: account lock, bot lock, epoch raised (design.md §5.1, `claims.ts`),
 *   then the bot has a host.
 * - Session lost (connection closed, another engine ended our lease, or 10 s
 *   without an answer): every lock is gone, perhaps taken. All hosts are
 *   dropped in the same turn of the event loop and place nothing more; their
 *   accounts are closed. The loop opens a new session and claims anew; a bot
 *   is claimed again here only after its old host has ended.
 * - Each poll ends engines whose heartbeat is stale, and wakes hosts whose
 *   intent changed, should a NOTIFY have been lost.
 * - Draining: nothing is claimed; each host finishes what is in flight and
 *   leaves its orders resting; when the last bot of an account has ended, its
 *   locks are released and announced. Hosts that take longer than
 *   {@linkcode DRAIN_MS} are dropped, and the end of the session frees the rest.
 *
 * @module
 */
import type { Log } from "@core/mod.ts";
import type { LockSession } from "@engine/store/engine_session.ts";
import { messageOf } from "@engine/store/errors.ts";
import type { EngineIdentity } from "@engine/store/register_engine.ts";
import { BotHost, type BotHostDeps } from "./bot_host.ts";
import { ACCOUNTS_AT_ONCE, type ClaimedBot, Claims } from "./claims.ts";
import type { SupervisorClock } from "./clock.ts";
import { Lease } from "./lease.ts";
import { type OpenSession, SessionKeeper } from "./session_keeper.ts";
import { SocketBudget } from "./socket_budget.ts";
import { pauseOn, SYSTEM_TIMERS, type Timers } from "./timers.ts";
import { WakeSignal } from "./wake_signal.ts";

/** How often bots without an engine are looked for, ms. */
export const POLL_MS = 2_000;
/** How long a drain waits for hosts, ms. */
export const DRAIN_MS = 8_000;
/** How long dropped hosts may take to end before the process does, ms. */
const DROP_MS = 1_000;
/** What the supervisor needs. */
export interface SupervisorDeps extends Omit<BotHostDeps, "lease"> {
  readonly databaseUrl: string;
  readonly engine: EngineIdentity;
  readonly clock: SupervisorClock;
  /** How many sockets this engine may open to exchanges that count them. */
  readonly socketsMax: number;
  /** Opens another session than Postgres's, in the simulation. */
  readonly openSession?: OpenSession;
  /** The database has gone or fallen silent: its connections are worth nothing. */
  readonly onSessionLost?: () => void;
  /** Starts listening for intents; returns its end. */
  readonly listen: (
    handlers: {
      readonly onBot: (botId: string) => void;
      readonly onListening: () => void;
      /** Nothing was heard for long; it begins to listen anew. */
      readonly onSilent: () => void;
    },
  ) => Promise<() => Promise<void>>;
}

/** For `/readyz` and the metrics. */
export interface SupervisorState {
  readonly bots: number;
  readonly accounts: number;
  /** Accounts left to other engines: no socket is left for them here. */
  readonly accountsRefused: number;
  readonly draining: boolean;
  readonly sessionOpen: boolean;
  readonly leaseValid: boolean;
}

interface Hosted {
  readonly host: BotHost;
  readonly bot: ClaimedBot;
}

/** See the head of this file. */
export class Supervisor implements AsyncDisposable {
  readonly #deps: SupervisorDeps;
  readonly #log: Log;
  readonly #lease: Lease;
  readonly #signal: WakeSignal;
  readonly #timers: Timers;
  readonly #hosted = new Map<string, Hosted>();
  readonly #claims: Claims;
  readonly #sockets: SocketBudget;
  /** Bots dropped with a lost session, until their hosts have ended. */
  readonly #leaving = new Set<string>();
  readonly #ended: BotHost[] = [];
  readonly #alive = new Set<BotHost>();
  /** Hosts that have not ended, dropped ones included. */
  readonly #runs = new Set<Promise<void>>();
  readonly #keeper: SessionKeeper;
  #mode: "stopped" | "running" | "draining" = "stopped";
  #pollAtMs = 0;
  #loop: Promise<void> | null = null;
  #stopped: Promise<void> | null = null;

  constructor(deps: SupervisorDeps) {
    this.#deps = deps;
    this.#log = deps.log;
    this.#timers = deps.timers ?? SYSTEM_TIMERS;
    this.#signal = new WakeSignal(this.#timers);
    this.#lease = new Lease(deps.clock);
    const { socketsMax, log, clock } = deps;
    this.#sockets = new SocketBudget({ socketsMax, log });
    this.#claims = new Claims({
      capacity: deps.engine.capacity,
      sockets: this.#sockets,
      clock,
      log,
      botsCount: () => this.#hosted.size,
      isClaiming: () => this.#mode === "running",
      isLeaving: (botId) => this.#leaving.has(botId),
      onClaimed: (bot) => this.#host(bot),
    });
    this.#keeper = new SessionKeeper({
      databaseUrl: deps.databaseUrl,
      engine: deps.engine,
      lease: this.#lease,
      log: deps.log,
      botsCount: () => this.#hosted.size,
      onLost: (reason) => this.#onSessionLost(reason),
      timers: this.#timers,
      ...(deps.openSession !== undefined && { openSession: deps.openSession }),
    });
  }

  get state(): SupervisorState {
    return {
      bots: this.#hosted.size,
      accounts: this.#claims.accounts,
      accountsRefused: this.#sockets.refused,
      draining: this.#mode === "draining",
      sessionOpen: this.#keeper.session !== null,
      leaseValid: this.#lease.isValid,
    };
  }

  /**
   * Opens the session, listens, and begins to claim.
   *
   * @throws When the database cannot be reached: at the start that is a
   * mistake of configuration, later it is weather.
   */
  async start(): Promise<void> {
    await this.#keeper.open();
    let unlisten: () => Promise<void>;
    try {
      unlisten = await this.#deps.listen({
        onBot: (botId) => this.#onBot(botId),
        onListening: () => this.#signal.set(),
        onSilent: () => this.#log.warn("listener_silent"),
      });
    } catch (error) {
      await this.#keeper.stop();
      throw error;
    }
    this.#mode = "running";
    this.#signal.set();
    this.#loop = this.#run(unlisten);
  }

  /** Drains: see the head of this file. Safe without start, safe twice. */
  stop(): Promise<void> {
    return this.#stopped ??= this.#stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }

  async #stop(): Promise<void> {
    if (this.#loop === null) return;
    this.#mode = "draining";
    this.#signal.set();
    await this.#loop;
  }

  async #run(unlisten: () => Promise<void>): Promise<void> {
    this.#keeper.start();
    let drainBy: number | null = null;
    while (true) {
      if (this.#mode === "draining") {
        if (drainBy === null) {
          drainBy = this.#deps.clock.monotonicMs() + DRAIN_MS;
          await this.#beginDrain();
        }
        if (this.#drained(drainBy)) break;
      }
      try {
        await this.#step();
      } catch (error) {
        this.#log.warn("supervisor_step_failed", { error: messageOf(error) });
      }
      if (this.#mode === "draining" && this.#hosted.size === 0) continue;
      await this.#signal.wait(this.#waitMs(drainBy));
    }
    await this.#finish(unlisten);
  }

  #waitMs(drainBy: number | null): number {
    if (drainBy !== null) {
      return Math.max(0, drainBy - this.#deps.clock.monotonicMs());
    }
    return this.#keeper.session === null
      ? this.#keeper.reopenMs * (1 + this.#deps.random() / 2)
      : POLL_MS;
  }

  /** One round: give back what ended, then take what waits. */
  async #step(): Promise<void> {
    if (this.#keeper.session === null && this.#mode === "draining") return;
    await this.#keeper.open();
    await this.#releaseEnded();
    if (this.#mode === "draining") return;
    const nowMs = this.#deps.clock.monotonicMs();
    if (nowMs >= this.#pollAtMs) {
      this.#pollAtMs = nowMs + POLL_MS - 100;
      await this.#poll();
    }
    const session = this.#keeper.session;
    if (session !== null) await this.#claims.claim(session);
  }

  #onSessionLost(reason: string): void {
    this.#claims.clear();
    this.#pollAtMs = 0;
    this.#ended.length = 0;
    for (const [botId, { host }] of this.#hosted) {
      if (this.#alive.has(host)) this.#leaving.add(botId);
      host.drop(reason);
    }
    this.#hosted.clear();
    this.#log.error("session_lost", { reason, bots: this.#leaving.size });
    this.#deps.onSessionLost?.();
    this.#deps.accounts.closeAll().catch((error) =>
      this.#log.warn("account_close_failed", { error: messageOf(error) })
    );
    this.#signal.set();
  }

  async #poll(): Promise<void> {
    const session = this.#keeper.session;
    if (session === null) return;
    for (const engine of await session.endStaleEngines()) {
      this.#log.warn("engine_taken_over", { ...engine });
    }
    for (const botId of await session.findChangedBots()) {
      this.#hosted.get(botId)?.host.wake();
    }
  }

  #host(bot: ClaimedBot): void {
    const { claim, exchangeKeyId } = bot;
    const deps = { ...this.#deps, lease: this.#lease };
    const host = new BotHost(deps, claim, exchangeKeyId);
    this.#hosted.set(claim.botId, { host, bot });
    this.#alive.add(host);
    const run = host.run().then(() => {
      this.#alive.delete(host);
      this.#runs.delete(run);
      this.#onHostEnded(host);
    });
    this.#runs.add(run);
  }

  #onHostEnded(host: BotHost): void {
    const { botId } = host.claim;
    if (this.#hosted.get(botId)?.host === host) this.#ended.push(host);
    else this.#leaving.delete(botId);
    this.#signal.set();
  }

  async #releaseEnded(): Promise<void> {
    const session = this.#keeper.session;
    while (session !== null && session.isOpen && this.#ended.length > 0) {
      const some = this.#ended.splice(0, ACCOUNTS_AT_ONCE);
      const releases = await Promise.allSettled(
        some.map((host) => this.#release(session, host)),
      );
      const failed = releases.find(({ status }) => status === "rejected");
      if (failed?.status === "rejected") {
        // Tried again by the next round: until then nobody can have the bot.
        this.#ended.push(
          ...some.filter((_, i) => releases[i]?.status === "rejected"),
        );
        throw failed.reason;
      }
    }
  }

  async #release(session: LockSession, host: BotHost): Promise<void> {
    const { botId } = host.claim;
    const hosted = this.#hosted.get(botId);
    if (hosted?.host !== host) return;
    await this.#claims.release(session, hosted.bot);
    this.#hosted.delete(botId);
    this.#log.info("bot_released", { botId });
    if (this.#mode === "draining") await session.notifyBot(botId);
  }

  #onBot(botId: string): void {
    const hosted = this.#hosted.get(botId);
    if (hosted === undefined) this.#signal.set();
    else hosted.host.wake();
  }

  async #beginDrain(): Promise<void> {
    this.#log.info("drain_started", { bots: this.#hosted.size });
    for (const { host } of this.#hosted.values()) {
      host.stop().catch((error) =>
        this.#log.error("bot_stop_failed", { error: messageOf(error) })
      );
    }
    try {
      await this.#keeper.session?.setStatus("draining");
    } catch (error) {
      this.#log.warn("drain_not_announced", { error: messageOf(error) });
    }
  }

  async #awaitRuns(): Promise<void> {
    const enough = new AbortController();
    const all = Promise.all(this.#runs).then(() => enough.abort());
    await Promise.race([all, pauseOn(this.#timers, DROP_MS, enough.signal)]);
  }

  #drained(drainBy: number): boolean {
    if (this.#hosted.size === 0) return true;
    if (this.#keeper.session === null) return true;
    return this.#deps.clock.monotonicMs() >= drainBy;
  }

  async #finish(unlisten: () => Promise<void>): Promise<void> {
    const session = this.#keeper.session;
    const left = this.#hosted.size;
    for (const { host } of this.#hosted.values()) host.drop("Drained");
    this.#lease.revoke();
    this.#mode = "stopped";
    await this.#awaitRuns();
    try {
      await session?.setStatus("stopped");
      await unlisten();
    } catch (error) {
      this.#log.warn("leave_not_announced", { error: messageOf(error) });
    }
    await this.#keeper.stop();
    await this.#deps.accounts.closeAll();
    await this.#deps.feeds.close();
    this.#log.info("drained", { dropped: left });
  }
}
