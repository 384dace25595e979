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
 * - Running: account lock, bot lock, epoch raised (design.md §5.1), then the
 *   bot has a host. An account whose lock another engine holds is left alone
 *   with all its bots, so an account never has two engines.
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
import type { EngineSession } from "@engine/store/engine_session.ts";
import type { ClaimableBot } from "@engine/store/find_claimable_bots.ts";
import { messageOf, pause } from "@engine/store/errors.ts";
import { LOCK_SPACES } from "@engine/store/lock_key.ts";
import type { EngineIdentity } from "@engine/store/register_engine.ts";
import { BotHost, type BotHostDeps } from "./bot_host.ts";
import type { SupervisorClock } from "./clock.ts";
import { Lease } from "./lease.ts";
import { SessionKeeper } from "./session_keeper.ts";
import { WakeSignal } from "./wake_signal.ts";

/** How often bots without an engine are looked for, ms. */
export const POLL_MS = 2_000;
/** How long a drain waits for hosts, ms. */
export const DRAIN_MS = 8_000;
/** How long dropped hosts may take to end before the process does, ms. */
const DROP_MS = 1_000;
/**
 * A bot is not claimed twice within this time, ms: one that ends at once and
 * still wants an engine (its fault could not be written) must not spin.
 */
export const RECLAIM_MS = 1_000;
/**
 * Accounts claimed side by side: their statements share round trips, and a
 * renewal never queues behind more than these.
 */
const ACCOUNTS_AT_ONCE = 25;
/** Candidates looked at in one poll. */
const CANDIDATES_MAX = 2_000;

/** What the supervisor needs. */
export interface SupervisorDeps extends Omit<BotHostDeps, "lease"> {
  readonly databaseUrl: string;
  readonly engine: EngineIdentity;
  readonly clock: SupervisorClock;
  /** The database has gone or fallen silent: its connections are worth nothing. */
  readonly onSessionLost?: () => void;
  /** Starts listening for intents; returns its end. */
  readonly listen: (
    handlers: {
      readonly onBot: (botId: string) => void;
      readonly onListening: () => void;
    },
  ) => Promise<() => Promise<void>>;
}

/** For `/readyz` and the metrics. */
export interface SupervisorState {
  readonly bots: number;
  readonly accounts: number;
  readonly draining: boolean;
  readonly sessionOpen: boolean;
  readonly leaseValid: boolean;
}

interface Hosted {
  readonly host: BotHost;
  readonly lockKey: number;
}

interface HeldAccount {
  readonly lockKey: number;
  readonly botIds: Set<string>;
}

/** See the head of this file. */
export class Supervisor implements AsyncDisposable {
  readonly #deps: SupervisorDeps;
  readonly #log: Log;
  readonly #lease: Lease;
  readonly #signal = new WakeSignal();
  readonly #hosted = new Map<string, Hosted>();
  readonly #held = new Map<string, HeldAccount>();
  /** Bots dropped with a lost session, until their hosts have ended. */
  readonly #leaving = new Set<string>();
  readonly #ended: BotHost[] = [];
  /** Hosts that have not ended, dropped ones included. */
  readonly #runs = new Set<Promise<void>>();
  readonly #claimedAtMs = new Map<string, number>();
  readonly #keeper: SessionKeeper;
  #mode: "stopped" | "running" | "draining" = "stopped";
  /** Bots being claimed at this moment: they count against the capacity. */
  #reserved = 0;
  #pollAtMs = 0;
  #loop: Promise<void> | null = null;
  #stopped: Promise<void> | null = null;

  constructor(deps: SupervisorDeps) {
    this.#deps = deps;
    this.#log = deps.log;
    this.#lease = new Lease(deps.clock);
    this.#keeper = new SessionKeeper({
      databaseUrl: deps.databaseUrl,
      engine: deps.engine,
      lease: this.#lease,
      log: deps.log,
      botsCount: () => this.#hosted.size,
      onLost: (reason) => this.#onSessionLost(reason),
    });
  }

  get state(): SupervisorState {
    return {
      bots: this.#hosted.size,
      accounts: this.#held.size,
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
    await this.#claim();
  }

  #onSessionLost(reason: string): void {
    this.#held.clear();
    this.#pollAtMs = 0;
    this.#ended.length = 0;
    for (const [botId, { host }] of this.#hosted) {
      this.#leaving.add(botId);
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

  async #claim(): Promise<void> {
    const session = this.#keeper.session;
    if (session === null) return;
    const candidates = await session.findClaimableBots({
      limit: CANDIDATES_MAX,
      exchangeKeyIds: [...this.#held.keys()],
    });
    this.#forgetOldClaims();
    const accounts = [...groupByKey(candidates).values()];
    for (let at = 0; at < accounts.length; at += ACCOUNTS_AT_ONCE) {
      if (this.#mode !== "running" || !session.isOpen) return;
      const some = accounts.slice(at, at + ACCOUNTS_AT_ONCE);
      await Promise.all(some.map((bots) => this.#claimBots(session, bots)));
    }
  }

  /** Claims these bots of one account. */
  async #claimBots(
    session: EngineSession,
    bots: readonly ClaimableBot[],
  ): Promise<void> {
    const [first] = bots;
    if (first === undefined) return;
    if (bots.some(({ botId }) => this.#isTooEarly(botId))) return;
    const keyId = first.exchangeKeyId;
    const known = this.#held.get(keyId);
    if (known === undefined && !this.#hasRoom(bots.length)) return;
    this.#reserved += bots.length;
    try {
      const held = known ?? await this.#takeAccount(session, first);
      if (held === null) return;
      await Promise.all(bots.map((bot) => this.#take(session, held, bot)));
    } finally {
      this.#reserved -= bots.length;
    }
    await this.#releaseIfEmpty(session, keyId);
  }

  /** Whether a free account with so many bots fits; an empty engine takes any. */
  #hasRoom(bots: number): boolean {
    const taken = this.#hosted.size + this.#reserved;
    const room = this.#deps.engine.capacity - taken;
    return room > 0 && (bots <= room || taken === 0);
  }

  /** Null when another engine has it. */
  async #takeAccount(
    session: EngineSession,
    bot: ClaimableBot,
  ): Promise<HeldAccount | null> {
    const lockKey = bot.keyLockKey;
    const locked = await session.tryLock({
      space: LOCK_SPACES.exchangeKey,
      lockKey,
    });
    if (!locked) return null;
    const held = { lockKey, botIds: new Set<string>() };
    this.#held.set(bot.exchangeKeyId, held);
    return held;
  }

  async #take(
    session: EngineSession,
    held: HeldAccount,
    bot: ClaimableBot,
  ): Promise<void> {
    const lock = { space: LOCK_SPACES.bot, lockKey: bot.botLockKey };
    if (!await session.tryLock(lock)) return;
    let claim = null;
    try {
      claim = await session.claimBot(bot.botId);
    } catch (error) {
      this.#log.warn("claim_failed", {
        botId: bot.botId,
        error: messageOf(error),
      });
    }
    if (!session.isOpen) return;
    if (claim === null) return await session.unlock(lock);
    const host = new BotHost(
      { ...this.#deps, lease: this.#lease },
      claim,
      bot.exchangeKeyId,
    );
    this.#hosted.set(bot.botId, { host, lockKey: bot.botLockKey });
    held.botIds.add(bot.botId);
    this.#claimedAtMs.set(bot.botId, this.#deps.clock.monotonicMs());
    this.#log.info("bot_claimed", { ...claim });
    const run = host.run().then(() => {
      this.#runs.delete(run);
      this.#onHostEnded(host);
    });
    this.#runs.add(run);
  }

  #isTooEarly(botId: string): boolean {
    return this.#leaving.has(botId) || this.#claimedAtMs.has(botId);
  }

  #forgetOldClaims(): void {
    const nowMs = this.#deps.clock.monotonicMs();
    for (const [botId, atMs] of this.#claimedAtMs) {
      if (nowMs - atMs >= RECLAIM_MS) this.#claimedAtMs.delete(botId);
    }
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
      await Promise.all(some.map((host) => this.#release(session, host)));
    }
  }

  async #release(session: EngineSession, host: BotHost): Promise<void> {
    const { botId } = host.claim;
    const hosted = this.#hosted.get(botId);
    if (hosted?.host !== host) return;
    await session.releaseBot(host.claim, hosted.lockKey);
    this.#hosted.delete(botId);
    this.#held.get(host.exchangeKeyId)?.botIds.delete(botId);
    await this.#releaseIfEmpty(session, host.exchangeKeyId);
    this.#log.info("bot_released", { botId });
    if (this.#mode === "draining") await session.notifyBot(botId);
  }

  async #releaseIfEmpty(session: EngineSession, keyId: string): Promise<void> {
    const held = this.#held.get(keyId);
    if (held === undefined || held.botIds.size > 0 || !session.isOpen) return;
    this.#held.delete(keyId);
    await session.unlock({
      space: LOCK_SPACES.exchangeKey,
      lockKey: held.lockKey,
    });
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
    await Promise.race([all, pause(DROP_MS, enough.signal)]);
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

function groupByKey(
  candidates: readonly ClaimableBot[],
): Map<string, ClaimableBot[]> {
  const groups = new Map<string, ClaimableBot[]>();
  for (const bot of candidates) {
    const group = groups.get(bot.exchangeKeyId) ?? [];
    group.push(bot);
    groups.set(bot.exchangeKeyId, group);
  }
  return groups;
}
