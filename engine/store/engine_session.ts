/**
 * The pinned connection that holds an engine's advisory locks and renews its
 * lease.
 *
 * Postgres frees session locks when the session ends, and the client library
 * opens a new one silently when the next statement comes. Three things make
 * that visible: the connection's `onclose` ends this object for good; each
 * statement that takes or gives asks for the server process it began with;
 * and a lost session is never revived: the supervisor opens another one, with
 * no locks, and claims anew.
 *
 * States: opening → open → lost (connection closed, lease ended by another engine, or
 * abandoned by us because it does not answer) | closed (by us, at the end).
 *
 * @module
 */
import { assert } from "@core/mod.ts";
import { claimBot } from "./claim_bot.ts";
import type { Claim } from "./claim.ts";
import { connect, type ConnectOptions, type Sql } from "./database.ts";
import { type EndedEngine, endStaleEngines } from "./end_stale_engines.ts";
import { messageOf } from "./errors.ts";
import { findChangedBots } from "./find_changed_bots.ts";
import { type ClaimableBot, findClaimableBots } from "./find_claimable_bots.ts";
import { type LockName, tryLock, unlock } from "./lock_key.ts";
import { notifyBot } from "./notify_bot.ts";
import { pinSession } from "./pin_session.ts";
import { type EngineIdentity, registerEngine } from "./register_engine.ts";
import { releaseBot } from "./release_bot.ts";
import { type PinnedSession, renewLease } from "./renew_lease.ts";
import { setEngineStatus } from "./set_engine_status.ts";

/** The session and every lock it held are gone. */
export class SessionLostError extends Error {
  override readonly name = "SessionLostError";
}

/** Where the session goes and who hears of its end. */
export interface EngineSessionOptions extends ConnectOptions {
  readonly engine: EngineIdentity;
  /** Called once, synchronously, when the session is lost; not after `close()`. */
  readonly onLost: (reason: string) => void;
}

/** What an engine asks of its session; the simulation has one of its own. */
export type LockSession = Pick<EngineSession, keyof EngineSession>;

/** See the head of this file. */
export class EngineSession implements AsyncDisposable {
  readonly #sql: Sql;
  readonly #onLost: (reason: string) => void;
  #pinned: PinnedSession;
  #state: "opening" | "open" | "lost" | "closed" = "opening";

  private constructor(options: EngineSessionOptions) {
    this.#onLost = options.onLost;
    this.#sql = connect(options, {
      max: 1,
      onClose: () => this.lose("The connection closed"),
    });
    this.#pinned = { sql: this.#sql, engineId: options.engine.id, pid: 0 };
  }

  /**
   * Connects, and adds or revives the engine's row.
   *
   * @throws When the database cannot be reached; nothing is left open.
   */
  static async open(options: EngineSessionOptions): Promise<EngineSession> {
    const session = new EngineSession(options);
    try {
      const pid = await pinSession(session.#sql);
      session.#pinned = { ...session.#pinned, pid };
      await registerEngine(session.#sql, options.engine);
      assert(session.#state === "opening", "The session closed while opening");
      session.#state = "open";
      return session;
    } catch (error) {
      await session.close();
      throw error;
    }
  }

  /** The server process of the session. */
  get pid(): number {
    return this.#pinned.pid;
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  /** @throws {SessionLostError} If the lease is not ours any more. */
  async renewLease(botsCount: number): Promise<void> {
    const renewed = await this.#ask(() => renewLease(this.#pinned, botsCount));
    if (!renewed) throw this.#lost("The lease was ended by another engine");
  }

  findClaimableBots(
    options: Parameters<typeof findClaimableBots>[1],
  ): Promise<ClaimableBot[]> {
    return this.#ask(() => findClaimableBots(this.#pinned, options));
  }

  findChangedBots(): Promise<string[]> {
    return this.#ask(() => findChangedBots(this.#pinned));
  }

  /** Takes a lock this session does not hold yet. */
  async tryLock(lock: LockName): Promise<boolean> {
    const locked = await this.#ask(() => tryLock(this.#pinned, lock));
    if (locked === null) throw this.#lost("Another session answered");
    return locked;
  }

  unlock(lock: LockName): Promise<void> {
    return this.#ask(() => unlock(this.#pinned, lock));
  }

  claimBot(botId: string): Promise<Claim | null> {
    return this.#ask(() => claimBot(this.#pinned, botId));
  }

  releaseBot(claim: Claim, lockKey: number): Promise<void> {
    return this.#ask(() => releaseBot(this.#pinned, claim, lockKey));
  }

  notifyBot(botId: string): Promise<void> {
    return this.#ask(() => notifyBot(this.#sql, botId));
  }

  endStaleEngines(): Promise<EndedEngine[]> {
    return this.#ask(() => endStaleEngines(this.#pinned));
  }

  setStatus(status: "draining" | "stopped"): Promise<void> {
    return this.#ask(() => setEngineStatus(this.#pinned, status));
  }

  /** Declares the session lost, with all its locks. */
  lose(reason: string): void {
    if (this.#state === "lost" || this.#state === "closed") return;
    const wasOpen = this.#state === "open";
    this.#state = "lost";
    if (wasOpen) this.#onLost(reason);
    void this.#sql.end({ timeout: 0 });
  }

  /** Ends the session and so frees its locks. Safe twice. */
  async close(): Promise<void> {
    if (this.#state !== "lost") this.#state = "closed";
    await this.#sql.end({ timeout: 1 });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #ask<T>(statement: () => Promise<T>): Promise<T> {
    if (this.#state !== "open") {
      throw new SessionLostError("Cannot use the engine's session: it is gone");
    }
    try {
      return await statement();
    } catch (error) {
      if (this.isOpen) throw error;
      throw new SessionLostError(
        `The engine's session is gone: ${messageOf(error)}`,
        { cause: error },
      );
    }
  }

  #lost(reason: string): SessionLostError {
    this.lose(reason);
    return new SessionLostError(reason);
  }
}
