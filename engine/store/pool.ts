/**
 * A client of the database that stays the same while its connections are
 * replaced, and that replaces them itself when one has fallen silent.
 *
 * A connection forgotten on the way (a router restarted, a machine gone) does
 * not end: its statements would wait until the system gives it up, after a
 * quarter of an hour, and every bot whose intents it carries would wait with
 * them. So each statement under way is watched: {@linkcode SILENT_MS} without
 * an answer, and the connections are given up; what waited fails at once,
 * passing, and is sent again by its caller on new ones. The server cancels a
 * statement that takes it 8 s (role setting), so silence is never slowness.
 *
 * @module
 */
import type postgres from "postgres";

/** A porsager `postgres` client; statements take it as first argument. */
export type Sql = ReturnType<typeof postgres>;

/** Silence after which a connection is given up, ms. */
export const SILENT_MS = 10_000;
const LOOK_MS = 1_000;
const CLOSE_TIMEOUT_SECONDS = 5;

/** What a pool is made of. */
export interface PoolOptions {
  /** Opens a client. */
  readonly open: () => Sql;
  /**
   * Whether statements queue up behind each other on one connection: then an
   * answer to one is a sign of life for all.
   */
  readonly isOneConnection: boolean;
  /** Told when connections were given up for silence. */
  readonly onSilent: () => void;
  /** Monotonic, ms. */
  readonly nowMs: () => number;
}

/** See the head of this file. */
export class Pool {
  /** The client; its statements are watched. */
  readonly sql: Sql;
  readonly #options: PoolOptions;
  /** When each statement under way was sent, ms. */
  readonly #underWay = new Map<object, number>();
  #current: Sql;
  #answeredAtMs = -Infinity;
  #look: ReturnType<typeof setInterval> | undefined;

  constructor(options: PoolOptions) {
    this.#options = options;
    this.#current = options.open();
    this.sql = new Proxy(this.#current, {
      apply: (_first, self, args) =>
        this.#watch(Reflect.apply(this.#current, self, args)),
      get: (_first, key) => Reflect.get(this.#current, key),
    });
  }

  /** Gives the connections up: what is under way fails at once. */
  renew(): void {
    const old = this.#current;
    this.#current = this.#options.open();
    this.#underWay.clear();
    void old.end({ timeout: 0 });
  }

  /** Ends the connections when what is under way is answered, or after 5 s. */
  async end(): Promise<void> {
    await this.#current.end({ timeout: CLOSE_TIMEOUT_SECONDS });
    clearInterval(this.#look);
  }

  /**
   * Watches a statement from when it is sent. The client sends it when it is
   * first awaited; one that only becomes part of another never is.
   */
  #watch(statement: unknown): unknown {
    if (!(statement instanceof Promise)) return statement;
    const then: Promise<unknown>["then"] = statement.then.bind(statement);
    const watchedThen: typeof then = (onAnswer, onFailure) => {
      if (!this.#underWay.has(statement)) this.#begin(statement, then);
      return then(onAnswer, onFailure);
    };
    return Object.assign(statement, { then: watchedThen });
  }

  #begin(statement: object, then: Promise<unknown>["then"]): void {
    this.#underWay.set(statement, this.#options.nowMs());
    this.#look ??= setInterval(() => this.#lookForSilence(), LOOK_MS);
    const end = () => {
      this.#answeredAtMs = this.#options.nowMs();
      this.#underWay.delete(statement);
      if (this.#underWay.size > 0) return;
      clearInterval(this.#look);
      this.#look = undefined;
    };
    void then(end, end);
  }

  #lookForSilence(): void {
    const [oldestAtMs = Infinity] = this.#underWay.values();
    const { isOneConnection, nowMs } = this.#options;
    const sinceMs = isOneConnection
      ? Math.max(oldestAtMs, this.#answeredAtMs)
      : oldestAtMs;
    if (nowMs() - sinceMs < SILENT_MS) return;
    this.renew();
    this.#options.onSilent();
  }
}
