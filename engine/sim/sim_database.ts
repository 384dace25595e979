/**
 * The database of a simulation: rows in memory with the semantics of the SQL,
 * sessions that hold locks and end, and a way there that fails. A statement
 * may fail before it took effect or after: its sender cannot tell.
 *
 * @module
 */
import { assert } from "@core/mod.ts";
import type { MemoryBot } from "@engine/store/memory_bot_store.ts";
import type { SimProcess } from "./process.ts";
import type { Random } from "./random.ts";
import type { Timeline } from "./timeline.ts";
import type { Weather } from "./weather.ts";

/** As the engine: a heartbeat older than this ends its session. */
export const STALE_MS = 10_000;
/** What the client library waits and retries before it gives up, ms. */
const GIVES_UP_AFTER_MS = 900;

/** A statement failed; `isDone`: after it took effect, its connection broken. */
export class DatabaseError extends Error {
  override readonly name = "DatabaseError";
  /** As the client library's. */
  readonly code = "CONNECTION_CLOSED";
  constructor(message: string, readonly isDone: boolean) {
    super(message);
  }
}

/** One engine's pinned connection. */
export interface Session {
  readonly id: number;
  readonly process: SimProcess;
  readonly onLost: () => void;
  heartbeatAtMs: number;
}

/** Who raised a bot's epoch, and when. */
export interface ClaimRecord {
  readonly botId: string;
  readonly epoch: number;
  readonly atMs: number;
}

/** An intent that became durable. */
export interface Commit {
  readonly epoch: number;
  readonly atMs: number;
}

/** See the module's description. */
export class SimDatabase {
  readonly bots = new Map<string, MemoryBot>();
  readonly claims: ClaimRecord[] = [];
  /** By client order id: the first commit of its intent. */
  readonly commits = new Map<string, Commit>();
  weather: Weather;
  isDown = false;
  readonly timeline: Timeline;
  readonly #random: Random;
  readonly #sessions = new Map<number, Session>();
  /** Lock to session id. */
  readonly #locks = new Map<string, number>();
  readonly #listeners = new Set<(botId: string) => void>();
  #sessionIds = 0;

  constructor(
    options: {
      readonly timeline: Timeline;
      readonly random: Random;
      readonly weather: Weather;
    },
  ) {
    this.timeline = options.timeline;
    this.#random = options.random;
    this.weather = options.weather;
  }

  /** Runs a statement from a process. @throws When the database is away. */
  call<T>(process: SimProcess, statement: () => T | Promise<T>): Promise<T> {
    const random = this.#random;
    const slowMs = random.chance(this.weather.databaseSlow)
      ? random.between(500, 15_000)
      : 0;
    const fails = random.chance(this.weather.databaseFails);
    const takesEffect = random.chance(0.5);
    return process.call({
      thereMs: random.between(0.3, 2) + slowMs * random.next(),
      backMs: random.between(0.3, 2) + slowMs * random.next(),
    }, async () => {
      if (this.isDown || (fails && !takesEffect)) {
        await this.#pass(GIVES_UP_AFTER_MS);
        throw new DatabaseError("The database does not answer", false);
      }
      const result = await statement();
      if (!fails) return result;
      await this.#pass(GIVES_UP_AFTER_MS);
      throw new DatabaseError("The connection broke before an answer", true);
    });
  }

  /** Opens a session for a process. */
  openSession(process: SimProcess, onLost: () => void): Session {
    const session: Session = {
      id: ++this.#sessionIds,
      process,
      onLost,
      heartbeatAtMs: this.timeline.nowMs,
    };
    this.#sessions.set(session.id, session);
    return session;
  }

  /** @throws When the session has ended. */
  renew(session: Session): void {
    this.#assertOpen(session);
    session.heartbeatAtMs = this.timeline.nowMs;
  }

  /** Ends sessions whose heartbeat is stale. */
  endStale(): void {
    const staleAtMs = this.timeline.nowMs - STALE_MS;
    for (const session of [...this.#sessions.values()]) {
      if (session.heartbeatAtMs < staleAtMs) this.endSession(session);
    }
  }

  /** Ends a session: its locks are free, its engine hears of it soon. */
  endSession(session: Session): void {
    if (!this.#sessions.delete(session.id)) return;
    for (const [lock, owner] of this.#locks) {
      if (owner === session.id) this.#locks.delete(lock);
    }
    const hearsAfterMs = this.#random.pick([1, 50, 5_000]);
    this.timeline.after(
      hearsAfterMs,
      () => session.process.deliver(session.onLost),
    );
  }

  /** Ends every session, as a failover does. */
  endAllSessions(): void {
    for (const session of [...this.#sessions.values()]) {
      this.endSession(session);
    }
  }

  /** Ends a dead process's session: its machine says so, or nobody does. */
  noteDeath(process: SimProcess, isTold: boolean): void {
    for (const session of [...this.#sessions.values()]) {
      if (session.process === process && isTold) this.endSession(session);
    }
  }

  /** Takes a lock or tells that another session holds it. */
  tryLock(session: Session, lock: string): boolean {
    this.#assertOpen(session);
    const owner = this.#locks.get(lock);
    if (owner !== undefined && owner !== session.id) return false;
    this.#locks.set(lock, session.id);
    return true;
  }

  /** Whether no other session holds a lock. */
  isFree(session: Session, lock: string): boolean {
    const owner = this.#locks.get(lock);
    return owner === undefined || owner === session.id;
  }

  /** Whether this session holds a lock. */
  isHeld(session: Session, lock: string): boolean {
    return this.#locks.get(lock) === session.id;
  }

  /** Whether a session has not ended. */
  isOpen(session: Session): boolean {
    return this.#sessions.has(session.id);
  }

  unlock(session: Session, lock: string): void {
    if (this.#locks.get(lock) === session.id) this.#locks.delete(lock);
  }

  /** Bots that should have an engine. */
  claimable(): string[] {
    return [...this.bots.values()].filter(({ row }) =>
      row.acknowledgedVersion < row.desiredVersion ||
      ["starting", "running", "stopping"].includes(row.status)
    ).map(({ row }) => row.id);
  }

  /** Raises the bot's epoch: whoever had it before is fenced. @returns It. */
  claim(session: Session, botId: string): number {
    this.#assertOpen(session);
    const bot = this.bots.get(botId);
    assert(bot !== undefined, `No bot ${botId}`);
    bot.claim(() => this.timeline.nowMs);
    const epoch = bot.row.claimEpoch;
    this.claims.push({ botId, epoch, atMs: this.timeline.nowMs });
    return epoch;
  }

  /** Hears of intents, as by NOTIFY. */
  listen(listener: (botId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Tells who listens that a bot's intent has changed. */
  notify(botId: string): void {
    for (const listener of this.#listeners) listener(botId);
  }

  #assertOpen(session: Session): void {
    if (this.#sessions.has(session.id)) return;
    throw new Error("The session has ended");
  }

  #pass(ms: number): Promise<void> {
    return new Promise((resolve) => this.timeline.after(ms, resolve));
  }
}
