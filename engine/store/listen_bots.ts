/**
 * Listening for intents, on a connection of its own that is watched.
 *
 * ```
 * listening ─own word committed→ waiting ─heard→ listening
 *     ↑                             │ SILENT_MS
 *     └────────── replaced ←────────┘
 * ```
 * A connection that breaks is opened again by the client library. One that is
 * forgotten on the way does not break, and who only listens would never know:
 * so the engine speaks to itself on a channel of its own, by another
 * connection, and replaces the connection on which it is not heard. What was
 * announced meanwhile is lost, so every listening that begins is told, and the
 * caller looks for itself; a poll stands in until then.
 *
 * @module
 */
import type { Database, Sql } from "./database.ts";
import { BOTS_CHANNEL } from "./notify_bot.ts";
import { SILENT_MS } from "./pool.ts";

/** How often the engine speaks to itself, ms. */
const BEAT_MS = 5_000;
const CLOSE_TIMEOUT_SECONDS = 5;

/** What listening needs. */
export interface ListenOptions {
  /** A bot's intent changed, or it was set free. */
  readonly onBot: (botId: string) => void;
  /** It listens, again or for the first time: what was announced before is lost. */
  readonly onListening: () => void;
  /** Told when the connection had fallen silent and was replaced. */
  readonly onSilent?: () => void;
  /** Monotonic, ms; the process's own clock without. */
  readonly nowMs?: () => number;
  readonly beatMs?: number;
}

/**
 * Begins to listen.
 *
 * @returns Ends the listening.
 * @throws When the database cannot be reached; nothing is left open then.
 */
export async function listenBots(
  database: Pick<Database, "facts" | "openListener">,
  options: ListenOptions,
): Promise<() => Promise<void>> {
  const listener = new BotListener(database, options);
  try {
    await listener.listen();
  } catch (error) {
    await listener.end();
    throw error;
  }
  return () => listener.end();
}

/** See the head of this file. */
class BotListener {
  readonly #facts: Sql;
  readonly #open: () => Sql;
  readonly #options: ListenOptions;
  readonly #nowMs: () => number;
  /** Nobody else's: what is heard on it was said by us. */
  readonly #ownChannel = `trellis_self_${crypto.randomUUID()}`;
  #current: Sql;
  readonly #beat: ReturnType<typeof setInterval>;
  /** The words said to ourselves, and the last of them that was heard. */
  #said = 0;
  #heard = 0;
  /** Since when a word is committed and not heard, ms. */
  #unheardSinceMs: number | null = null;
  #isSpeaking = false;

  constructor(
    database: Pick<Database, "facts" | "openListener">,
    options: ListenOptions,
  ) {
    this.#facts = database.facts;
    this.#open = () => database.openListener();
    this.#options = options;
    this.#nowMs = options.nowMs ?? (() => performance.now());
    this.#current = this.#open();
    this.#beat = setInterval(
      () => void this.#onBeat(),
      options.beatMs ?? BEAT_MS,
    );
  }

  /** Resolves when the connection listens. */
  async listen(): Promise<void> {
    const { onBot, onListening } = this.#options;
    const sql = this.#current;
    await sql.listen(this.#ownChannel, (word) => this.#onHeard(Number(word)));
    await sql.listen(BOTS_CHANNEL, onBot, onListening);
  }

  /** Safe twice. */
  async end(): Promise<void> {
    clearInterval(this.#beat);
    await this.#current.end({ timeout: CLOSE_TIMEOUT_SECONDS });
  }

  #onHeard(word: number): void {
    this.#heard = Math.max(this.#heard, word);
    this.#unheardSinceMs = null;
  }

  async #onBeat(): Promise<void> {
    if (this.#isSpeaking) return;
    if (
      this.#unheardSinceMs !== null &&
      this.#nowMs() - this.#unheardSinceMs >= SILENT_MS
    ) this.#replace();
    this.#isSpeaking = true;
    const word = ++this.#said;
    try {
      await this.#facts`select pg_notify(${this.#ownChannel}, ${`${word}`})`;
      if (this.#heard < word) this.#unheardSinceMs ??= this.#nowMs();
    } catch {
      // Perhaps not said: nothing can be told of the listener from that.
      this.#unheardSinceMs = null;
    } finally {
      this.#isSpeaking = false;
    }
  }

  #replace(): void {
    const old = this.#current;
    this.#unheardSinceMs = null;
    this.#current = this.#open();
    void old.end({ timeout: 0 });
    this.#options.onSilent?.();
    // Where that fails it is not heard either, and replaced again.
    this.listen().catch(() => {});
  }
}
