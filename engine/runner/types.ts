import type { Log } from "@core/mod.ts";
import type { Clock } from "@engine/exchange/clock.ts";
import type { ExchangeAccount, MarketFeed } from "@engine/exchange/port.ts";
import type { BotRow, BotStore } from "@engine/store/port.ts";

/** How a runner came to its end. */
export type RunnerEnd =
  /** The trader's stop was carried out and verified. */
  | { readonly kind: "stopped" }
  /** The bot cannot go on; its row says why. */
  | {
    readonly kind: "faulted";
    readonly code: string;
    readonly message: string;
  }
  /** Another engine holds the bot, or our rows are refused. */
  | { readonly kind: "fenced" }
  /** We were asked to let go: the orders stay where they are. */
  | { readonly kind: "released" };

/** What a runner is given. It owns none of it. */
export interface RunnerDeps {
  readonly bot: BotRow;
  readonly store: BotStore;
  readonly account: ExchangeAccount;
  readonly feed: MarketFeed;
  readonly clock: Clock;
  /** In [0, 1): jitter only. */
  readonly random: () => number;
  readonly log: Log;
}

/** One bot's life. */
export interface Runner extends AsyncDisposable {
  readonly botId: string;
  /** Resolves once, when the runner has ended; never rejects. */
  readonly ended: Promise<RunnerEnd>;
  /** Begins; nothing when begun already. */
  start(): void;
  /** The bot's row has changed: look at it. */
  wake(): void;
  /**
   * Finishes what is in flight and lets go, orders untouched. Resolves when
   * done; safe without start and twice.
   */
  stop(): Promise<void>;
}
