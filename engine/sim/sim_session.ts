/**
 * An engine's lock session on the simulation's database, as the supervisor
 * asks one of Postgres: lost for good when its connection is, never revived.
 *
 * @module
 */
import {
  type LockSession,
  SessionLostError,
} from "@engine/store/engine_session.ts";
import type { SimProcess } from "./process.ts";
import {
  DatabaseError,
  type Session,
  type SimDatabase,
} from "./sim_database.ts";

/** Until the server hears that a client has hung up, ms. */
const HANGS_UP_MS = 5;

/** See the module's description. */
export class SimSession implements LockSession {
  readonly #database: SimDatabase;
  readonly #process: SimProcess;
  readonly #onLost: (reason: string) => void;
  #session: Session | null = null;
  #state: "opening" | "open" | "lost" | "closed" = "opening";

  private constructor(
    database: SimDatabase,
    process: SimProcess,
    onLost: (reason: string) => void,
  ) {
    this.#database = database;
    this.#process = process;
    this.#onLost = onLost;
  }

  /** @throws When the database does not answer. */
  static async open(
    database: SimDatabase,
    process: SimProcess,
    onLost: (reason: string) => void,
  ): Promise<SimSession> {
    const own = new SimSession(database, process, onLost);
    own.#session = await database.call(
      process,
      () =>
        database.openSession(process, () => own.lose("The connection closed")),
    );
    own.#state = "open";
    return own;
  }

  get pid(): number {
    return this.#session?.id ?? 0;
  }

  get isOpen(): boolean {
    return this.#state === "open";
  }

  renewLease(): Promise<void> {
    return this.#ask((session) => this.#database.renew(session));
  }

  findClaimableBots(): ReturnType<LockSession["findClaimableBots"]> {
    return this.#ask((session) =>
      this.#database.claimable().filter((botId) =>
        this.#database.isFree(session, lockOf(2, numberOf(botId))) &&
        !this.#database.isHeld(session, lockOf(2, numberOf(botId)))
      ).map((botId) => ({
        botId,
        exchangeKeyId: "key",
        botLockKey: numberOf(botId),
        keyLockKey: 1,
        venue: "bitget" as const,
      }))
    );
  }

  findChangedBots(): Promise<string[]> {
    return this.#ask((session) =>
      this.#database.claimable().filter((botId) =>
        this.#database.isHeld(session, lockOf(2, numberOf(botId)))
      )
    );
  }

  tryLock(
    { space, lockKey }: Parameters<LockSession["tryLock"]>[0],
  ): Promise<boolean> {
    return this.#ask((session) =>
      this.#database.tryLock(session, lockOf(space, lockKey))
    );
  }

  unlock(
    { space, lockKey }: Parameters<LockSession["unlock"]>[0],
  ): Promise<void> {
    return this.#ask((session) =>
      this.#database.unlock(session, lockOf(space, lockKey))
    );
  }

  claimBot(botId: string): ReturnType<LockSession["claimBot"]> {
    return this.#ask((session) => {
      if (!this.#database.claimable().includes(botId)) return null;
      return { botId, epoch: this.#database.claim(session, botId) };
    });
  }

  releaseBot(
    _claim: Parameters<LockSession["releaseBot"]>[0],
    lockKey: number,
  ): Promise<void> {
    return this.unlock({ space: 2, lockKey });
  }

  notifyBot(botId: string): Promise<void> {
    return this.#ask(() => this.#database.notify(botId));
  }

  endStaleEngines(): ReturnType<LockSession["endStaleEngines"]> {
    return this.#ask(() => {
      this.#database.endStale();
      return [];
    });
  }

  setStatus(): Promise<void> {
    return this.#ask(() => {});
  }

  lose(reason: string): void {
    if (this.#state === "lost" || this.#state === "closed") return;
    const wasOpen = this.#state === "open";
    this.#state = "lost";
    if (wasOpen) this.#onLost(reason);
    this.#hangUp();
  }

  close(): Promise<void> {
    if (this.#state !== "lost") this.#state = "closed";
    this.#hangUp();
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** The server ends the session when it hears of it: not while it is away. */
  #hangUp(): void {
    const session = this.#session;
    if (session === null || this.#database.isDown) return;
    this.#process.timeline.after(
      HANGS_UP_MS,
      () => this.#database.endSession(session),
    );
  }

  async #ask<T>(statement: (session: Session) => T): Promise<T> {
    const session = this.#session;
    if (session === null || !this.isOpen) {
      throw new SessionLostError("Cannot use the engine's session: it is gone");
    }
    try {
      return await this.#database.call(
        this.#process,
        () => statement(session),
      );
    } catch (error) {
      const isBroken = error instanceof DatabaseError && error.isDone;
      if (isBroken) this.#database.endSession(session);
      if (isBroken || !this.#database.isOpen(session)) {
        this.lose("The session has ended");
      }
      if (this.isOpen) throw error;
      throw new SessionLostError("The engine's session is gone", {
        cause: error,
      });
    }
  }
}

function lockOf(space: number, lockKey: number): string {
  return `${space}:${lockKey}`;
}

/** The bot's number within its run: `0198c0d1-…` is 1. */
function numberOf(botId: string): number {
  return Number(botId.charAt(7));
}
