/**
 * Commits intents with as few statements as the moment allows. While a
 * connection is free an intent leaves at once and alone; while all are busy,
 * intents of other bots gather, and the next statement takes them together: a
 * price that fills fifty bots costs a few commits instead of fifty, and a
 * single bot never waits for company.
 *
 * A bot is in a statement once; what it wants next follows in a later one. A
 * fenced bot, or one whose rows the database refuses, is told alone.
 *
 * @module
 */
import type { Sql } from "./database.ts";
import { isTransient, withRetry } from "./errors.ts";
import { FencedError } from "./port.ts";
import { type BotIntents, recordIntents } from "./record_intents.ts";

/** Bots in one statement. */
export const INTENTS_MAX = 100;
/** Tries of one statement; a runner waits for under a second in all. */
const ATTEMPTS = 4;
const RETRY_FIRST_MS = 50;
const RETRY_MAX_MS = 400;

interface Waiting {
  readonly intents: BotIntents;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/** See the head of this file. */
export class IntentWriter {
  readonly #sql: Sql;
  readonly #connections: number;
  readonly #waiting: Waiting[] = [];
  #busy = 0;

  /** @param options.connections Statements at a time: the size of the pool. */
  constructor(options: { readonly sql: Sql; readonly connections: number }) {
    this.#sql = options.sql;
    this.#connections = options.connections;
  }

  /**
   * Resolves when the intents are durable.
   *
   * @throws {FencedError} If the bot is another engine's.
   */
  record(intents: BotIntents): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ intents, resolve, reject });
      this.#next();
    });
  }

  #next(): void {
    if (this.#busy >= this.#connections || this.#waiting.length === 0) return;
    this.#busy += 1;
    void this.#write(this.#take()).finally(() => {
      this.#busy -= 1;
      this.#next();
    });
  }

  /** The longest-waiting intents, each bot once. */
  #take(): Waiting[] {
    const taken = new Map<string, Waiting>();
    const left: Waiting[] = [];
    for (const waiting of this.#waiting) {
      const { botId } = waiting.intents.claim;
      if (taken.has(botId) || taken.size >= INTENTS_MAX) left.push(waiting);
      else taken.set(botId, waiting);
    }
    this.#waiting.splice(0, this.#waiting.length, ...left);
    return [...taken.values()];
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    try {
      const held = await withRetry(
        () => recordIntents(this.#sql, batch.map(({ intents }) => intents)),
        {
          attempts: ATTEMPTS,
          firstDelayMs: RETRY_FIRST_MS,
          maxDelayMs: RETRY_MAX_MS,
        },
      );
      for (const { intents: { claim }, resolve, reject } of batch) {
        if (held.has(claim.botId)) resolve();
        else reject(new FencedError(claim.botId, claim.epoch));
      }
    } catch (error) {
      if (batch.length > 1 && !isTransient(error)) {
        for (const waiting of batch) await this.#write([waiting]);
      } else {
        for (const { reject } of batch) reject(error);
      }
    }
  }
}
