/**
 * Keeps the engine's lock session open and its lease renewed.
 *
 * The session is opened by whoever calls `open()` (the supervisor's loop, so
 * that claiming and opening never overlap); the beat beside it renews. When
 * the session is lost, by whatever cause, the lease is revoked and `onLost` is
 * called in the same turn of the event loop, before anything else can place.
 *
 * @module
 */
import type { Log } from "@core/mod.ts";
import {
  EngineSession,
  type LockSession,
  SessionLostError,
} from "@engine/store/engine_session.ts";
import { messageOf } from "@engine/store/errors.ts";
import type { EngineIdentity } from "@engine/store/register_engine.ts";
import { type Lease, RENEW_INTERVAL_MS, SESSION_SILENT_MS } from "./lease.ts";
import { SYSTEM_TIMERS, type Timers } from "./timers.ts";

/** Pause before a lost session is opened again, ms; doubles. */
const REOPEN_FIRST_MS = 200;
const REOPEN_MAX_MS = 5_000;

/** What the keeper needs. */
export interface SessionKeeperOptions {
  readonly databaseUrl: string;
  readonly engine: EngineIdentity;
  readonly lease: Lease;
  readonly log: Log;
  /** Told to admins with each renewal. */
  readonly botsCount: () => number;
  readonly onLost: (reason: string) => void;
  /** Opens another session than Postgres's, in the simulation. */
  readonly openSession?: OpenSession;
  readonly timers?: Timers;
}

/** Opens the session; `onLost` is called once, synchronously, when it is lost. */
export type OpenSession = (
  onLost: (reason: string) => void,
) => Promise<LockSession>;

/** See the head of this file. */
export class SessionKeeper {
  readonly #options: SessionKeeperOptions;
  readonly #timers: Timers;
  #session: LockSession | null = null;
  /** The session whose renewal has not been answered yet. */
  #renewing: LockSession | null = null;
  #reopenMs = REOPEN_FIRST_MS;
  #cancelBeat: (() => void) | null = null;

  constructor(options: SessionKeeperOptions) {
    this.#options = options;
    this.#timers = options.timers ?? SYSTEM_TIMERS;
  }

  /** The open session, or null. */
  get session(): LockSession | null {
    return this.#session;
  }

  /** How long to wait before the next `open()`, ms. */
  get reopenMs(): number {
    return this.#reopenMs;
  }

  /** Opens a session, unless one is open. @throws When that fails; try later. */
  async open(): Promise<LockSession> {
    if (this.#session !== null) return this.#session;
    const { lease, log } = this.#options;
    const open = this.#options.openSession ?? this.#openOnPostgres;
    const sentAt = lease.now();
    const session = await open((reason) => this.#onLost(reason)).catch(
      (error) => {
        this.#reopenMs = Math.min(2 * this.#reopenMs, REOPEN_MAX_MS);
        throw error;
      },
    );
    if (!session.isOpen) throw new SessionLostError("Lost as soon as opened");
    this.#session = session;
    this.#reopenMs = REOPEN_FIRST_MS;
    lease.renewed(sentAt);
    log.info("session_opened", { backendPid: session.pid });
    return session;
  }

  /** Begins to renew. Safe twice. */
  start(): void {
    if (this.#cancelBeat === null) this.#beat();
  }

  #beat(): void {
    this.#cancelBeat = this.#timers.after(RENEW_INTERVAL_MS, () => {
      this.#beat();
      void this.#renew();
    });
  }

  /** Ends the session, and so its locks. Safe twice, safe without start. */
  async stop(): Promise<void> {
    this.#cancelBeat?.();
    this.#cancelBeat = null;
    this.#options.lease.revoke();
    const session = this.#session;
    this.#session = null;
    await session?.close();
  }

  readonly #openOnPostgres: OpenSession = (onLost) => {
    const { databaseUrl: url, engine } = this.#options;
    return EngineSession.open({ url, engineId: engine.id, engine, onLost });
  };

  #onLost(reason: string): void {
    this.#options.lease.revoke();
    this.#session = null;
    this.#options.onLost(reason);
  }

  async #renew(): Promise<void> {
    const session = this.#session;
    if (session === null) return;
    const { lease, log } = this.#options;
    if (!lease.isValid) {
      log.warn("lease_expired", { silenceMs: lease.silenceMs });
    }
    if (this.#renewing === session) {
      if (lease.silenceMs < SESSION_SILENT_MS) return;
      return session.lose("No answer from the database");
    }
    this.#renewing = session;
    const sentAt = lease.now();
    try {
      await session.renewLease(this.#options.botsCount());
      if (this.#session === session) lease.renewed(sentAt);
    } catch (error) {
      log.warn("lease_not_renewed", { error: messageOf(error) });
    } finally {
      if (this.#renewing === session) this.#renewing = null;
    }
  }
}
