/**
 * Forgets old history about once an hour: every engine tries, the database
 * lets one. What fails is tried again an hour later: nothing waits for it.
 *
 * @module
 */
import type { Log } from "@core/mod.ts";
import type { Sql } from "./database.ts";
import { messageOf, pause } from "./errors.ts";
import { forgetHistory } from "./forget_history.ts";

const INTERVAL_MS = 3_600_000;
/** Between two statements, so that facts are not held up by them. */
const BREATH_MS = 1_000;

/** What the keeper needs. */
export interface HistoryKeeperOptions {
  readonly sql: Sql;
  readonly log: Log;
  /** In [0, 1): spreads engines over the hour. */
  readonly random: () => number;
}

/** See the head of this file. */
export class HistoryKeeper implements AsyncDisposable {
  readonly #options: HistoryKeeperOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: HistoryKeeperOptions) {
    this.#options = options;
  }

  /** Begins, some time within the hour. Safe twice. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Forgets until nothing is left to forget. @returns Statements it took. */
  async forget(): Promise<number> {
    for (let statements = 1;; statements += 1) {
      const hasMore = await forgetHistory(this.#options.sql);
      if (!hasMore || this.#stopping.signal.aborted) return statements;
      await pause(BREATH_MS, this.#stopping.signal);
    }
  }

  /** Ends; what it is at is finished. Safe without start, safe twice. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    const { log, random } = this.#options;
    await pause(INTERVAL_MS * random(), signal);
    while (!signal.aborted) {
      try {
        log.info("history_forgotten", { statements: await this.forget() });
      } catch (error) {
        log.warn("history_not_forgotten", { error: messageOf(error) });
      }
      await pause(INTERVAL_MS, signal);
    }
  }
}
