/**
 * A runner on the paper exchange over real HTTP and sockets, and its store on
 * Postgres, for tests.
 *
 * @module
 */
import type { Log } from "@core/mod.ts";
import { createSystemClock } from "@engine/exchange/clock.ts";
import {
  createBitgetAccount,
  createBitgetFeed,
  createBitgetVenue,
  type ExchangeAccount,
  type MarketFeed,
  venueUrls,
} from "@engine/exchange/mod.ts";
import {
  type PaperAccount,
  type PaperExchange,
  type PaperOptions,
  startPaper,
} from "@engine/paper/mod.ts";
import { createRunner } from "@engine/runner/runner.ts";
import type { Runner } from "@engine/runner/types.ts";
import { BatchWriter } from "@engine/store/batch_writer.ts";
import { IntentWriter } from "@engine/store/intent_writer.ts";
import { MetricsWriter } from "@engine/store/metrics_writer.ts";
import type { BotRow, BotStore } from "@engine/store/port.ts";
import { PostgresBotStore } from "@engine/store/postgres_bot_store.ts";
import type { Fixture } from "@engine/store/testing/fixture.ts";

const SILENT: Log = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  with: () => SILENT,
};

/** The paper exchange over real HTTP and sockets, and one account on it. */
export class PaperStage implements AsyncDisposable {
  readonly paper: PaperExchange;
  readonly keys: PaperAccount;
  readonly feed: MarketFeed;
  readonly account: ExchangeAccount;
  readonly #disposal: AsyncDisposableStack;

  private constructor(
    parts: Pick<PaperStage, "paper" | "keys" | "feed" | "account">,
    disposal: AsyncDisposableStack,
  ) {
    this.paper = parts.paper;
    this.keys = parts.keys;
    this.feed = parts.feed;
    this.account = parts.account;
    this.#disposal = disposal;
  }

  /** Opens exchange, account and feed. */
  static async open(
    options: Partial<PaperOptions> & { readonly balance?: string } = {},
  ): Promise<PaperStage> {
    await using stack = new AsyncDisposableStack();
    const paper = stack.use(
      await startPaper({ port: 0, prices: "synthetic:1", ...options }),
    );
    const keys = paper.control.createAccount({
      balance: options.balance ?? "10000",
    });
    const log = SILENT;
    const venue = createBitgetVenue({
      venue: "paper",
      urls: venueUrls("paper", paper.url),
      clock: createSystemClock(),
      random: Math.random,
      log,
    });
    const feed = stack.use(createBitgetFeed({ venue, log }));
    const account = stack.use(
      createBitgetAccount({ venue, credentials: keys, log }),
    );
    return new PaperStage({ paper, keys, feed, account }, stack.move());
  }

  /** A bot's runner on this account; the caller stops it. */
  createRunner(bot: BotRow, store: BotStore, log: Log = SILENT): Runner {
    return createRunner({
      bot,
      store,
      account: this.account,
      feed: this.feed,
      clock: createSystemClock(),
      random: Math.random,
      log,
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#disposal.disposeAsync();
  }
}

/** A store on Postgres for one bot, under one claim. */
export async function openStore(
  fixture: Fixture,
  botId: string,
): Promise<AsyncDisposable & { readonly store: PostgresBotStore }> {
  const stack = new AsyncDisposableStack();
  const { database } = fixture;
  const { facts: sql } = database;
  const writer = stack.use(new BatchWriter({ sql, log: SILENT }));
  const metrics = stack.use(
    new MetricsWriter({
      sql,
      log: SILENT,
      queues: writer.queues,
      now: Date.now,
    }),
  );
  metrics.start();
  const store = new PostgresBotStore({
    database,
    intents: new IntentWriter({ sql: database.intents, connections: 2 }),
    writer,
    metrics,
  }, {
    claim: await fixture.claim(botId),
    onRefused: () => {},
  });
  stack.defer(() => store.close());
  return { store, [Symbol.asyncDispose]: () => stack.disposeAsync() };
}
