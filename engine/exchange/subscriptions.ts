/**
 * What one socket is subscribed to against what it should be: the difference,
 * as few messages as possible, and what is not acknowledged yet. Pure.
 *
 * @module
 */

/** What to subscribe to; `coin` for accounts, `instId` otherwise. */
export interface Topic {
  readonly channel: string;
  readonly instId?: string;
  readonly coin?: string;
}

/** Arguments in one message, characters: keeps the frame below 4 kB. */
const ARGS_LENGTH_MAX = 4_000;

/** A message that subscribes or unsubscribes. */
export interface TopicsMessage {
  readonly op: "subscribe" | "unsubscribe";
  readonly args: readonly Readonly<Record<string, string>>[];
}

/** See the head of this file. */
export class Subscriptions {
  /** What there should be, by key. */
  readonly #topics = new Map<string, Topic>();
  /** What this connection was told, by key. */
  readonly #told = new Map<string, Topic>();
  readonly #unacknowledged = new Set<string>();

  constructor(topics: readonly Topic[]) {
    for (const topic of topics) this.#topics.set(keyOf(topic), topic);
  }

  /** Topics subscribed to or about to be. */
  get size(): number {
    return this.#topics.size;
  }

  /** Whether everything told was acknowledged. */
  get isSettled(): boolean {
    return this.#unacknowledged.size === 0;
  }

  add(topic: Topic): void {
    this.#topics.set(keyOf(topic), topic);
  }

  remove(topic: Topic): void {
    this.#topics.delete(keyOf(topic));
  }

  /** A new connection knows nothing. */
  reset(): void {
    this.#told.clear();
    this.#unacknowledged.clear();
  }

  /** The exchange has subscribed it. */
  acknowledge(topic: Topic): void {
    this.#unacknowledged.delete(keyOf(topic));
  }

  /** The exchange does not know it: it is dropped. */
  refuse(topic: Topic): void {
    const key = keyOf(topic);
    this.#topics.delete(key);
    this.#told.delete(key);
    this.#unacknowledged.delete(key);
  }

  /** Takes the messages that lead from what it was told to what there should be. */
  takeMessages(): readonly TopicsMessage[] {
    const gone = [...this.#told].filter(([key]) => !this.#topics.has(key));
    const fresh = [...this.#topics].filter(([key]) => !this.#told.has(key));
    for (const [key] of gone) {
      this.#told.delete(key);
      this.#unacknowledged.delete(key);
    }
    for (const [key, topic] of fresh) {
      this.#told.set(key, topic);
      this.#unacknowledged.add(key);
    }
    return [
      ...toMessages("unsubscribe", gone),
      ...toMessages("subscribe", fresh),
    ];
  }
}

function toMessages(
  op: TopicsMessage["op"],
  topics: readonly (readonly [string, Topic])[],
): readonly TopicsMessage[] {
  const messages: { op: typeof op; args: TopicsMessage["args"][number][] }[] =
    [];
  let length = Infinity;
  for (const [, topic] of topics) {
    const arg = argOf(topic);
    const argLength = JSON.stringify(arg).length + 1;
    if (length + argLength > ARGS_LENGTH_MAX) {
      messages.push({ op, args: [] });
      length = 0;
    }
    messages.at(-1)?.args.push(arg);
    length += argLength;
  }
  return messages;
}

function keyOf(topic: Topic): string {
  return `${topic.channel}:${topic.instId ?? topic.coin ?? ""}`;
}

function argOf(topic: Topic): Readonly<Record<string, string>> {
  return { instType: "USDT-FUTURES", ...topic };
}
