import type { Log } from "@core/mod.ts";
import type { ExchangeAccount, MarketFeed } from "@engine/exchange/port.ts";
import type { BotRow, BotStore } from "@engine/store/port.ts";

/** What the supervisor gives a runner. */
export interface BotRunnerInput {
  readonly bot: BotRow;
  readonly store: BotStore;
  /** Fenced: places nothing while the lease is expired. Not the runner's to close. */
  readonly account: ExchangeAccount;
  /** Shared; not the runner's to close. */
  readonly feed: MarketFeed;
  readonly log: Log;
  /** Whether the bot is ours and the lease holds; asked before anything leaves. */
  readonly mayAct: () => boolean;
}

/**
 * One bot's life, as the supervisor sees it.
 *
 * It writes the bot's status itself; when it has carried out a stop, or
 * faulted and said so, its work is done and `ended` resolves.
 */
export interface BotRunner {
  start(): void;
  /** The bot's row changed: read it again. */
  wake(): void;
  /**
   * Ends without touching what rests at the exchange: finishes what is in
   * flight, and resolves when nothing more will be sent. Safe twice.
   */
  stop(): Promise<void>;
  /** Resolves when the runner has ended, by itself or by `stop()`. Never rejects. */
  readonly ended: Promise<unknown>;
}

/** Makes a runner; the composition root knows which. */
export type CreateBotRunner = (input: BotRunnerInput) => BotRunner;
