/**
 * One claimed bot: opens its account, verifies the key, runs its runner.
 *
 * States: starting (account being opened; an exchange that does not answer is
 * asked again with a growing pause) → running (the runner lives) → ended. It
 * ends when the runner has (a stop carried out, a fault), when the key cannot
 * be used (a fault written here), when `stop()` asks for it (drain: nothing at
 * the exchange is touched), or when `drop()` says that the bot is not ours any
 * more: from that moment nothing is placed. A bot that was opened to be stopped
 * and is started again before it has is opened anew, its key verified for
 * trading.
 *
 * Whatever happens stays inside: one failing bot faults alone.
 *
 * @module
 */
import type { Log } from "@core/mod.ts";
import type { Claim } from "@engine/store/claim.ts";
import {
  codeOf,
  isTransient,
  messageOf,
  StoreError,
} from "@engine/store/errors.ts";
import { ExchangeError } from "@engine/exchange/port.ts";
import { type BotRow, FencedError } from "@engine/store/port.ts";
import type { HostedStore } from "@engine/store/postgres_bot_store.ts";
import type { AccountPool, AccountUse } from "./account_pool.ts";
import { BotFault } from "./bot_fault.ts";
import type { BotRunner, CreateBotRunner } from "./bot_runner.ts";
import type { FeedPool } from "./feed_pool.ts";
import { fenceAccount } from "./fenced_account.ts";
import type { Lease } from "./lease.ts";
import { pauseOn, SYSTEM_TIMERS, type Timers } from "./timers.ts";

/** First pause before an exchange that did not answer is asked again, ms. */
const RETRY_FIRST_MS = 1_000;
/** Longest such pause, ms. */
const RETRY_MAX_MS = 30_000;

/** What hosts share. */
export interface BotHostDeps {
  readonly lease: Lease;
  readonly accounts: AccountPool;
  readonly feeds: FeedPool;
  readonly openStore: (
    claim: Claim,
    onRefused: (reason: Error) => void,
  ) => HostedStore;
  readonly createRunner: CreateBotRunner;
  /** In [0, 1): spreads retries. */
  readonly random: () => number;
  readonly timers?: Timers;
  readonly log: Log;
}

/** See the head of this file. */
export class BotHost {
  readonly #deps: BotHostDeps;
  readonly #log: Log;
  readonly #stopping = new AbortController();
  #store: HostedStore;
  #bot: BotRow | null = null;
  #runner: BotRunner | null = null;
  #retry = new AbortController();
  #dropped = false;
  /** It was opened for stopping: its key was not asked whether it may trade. */
  #isStopOnly = false;
  #isReopening = false;
  #ended: Promise<void> | null = null;

  constructor(
    deps: BotHostDeps,
    readonly claim: Claim,
    readonly exchangeKeyId: string,
  ) {
    this.#deps = deps;
    this.#log = deps.log.with({ botId: claim.botId, epoch: claim.epoch });
    this.#store = this.#openStore();
  }

  /** Begins. @returns When it has ended; never rejects. */
  run(): Promise<void> {
    return this.#ended ??= this.#run();
  }

  /** The bot's row changed. */
  wake(): void {
    this.#retry.abort();
    if (this.#isStopOnly) void this.#wakeStopping();
    else this.#runner?.wake();
  }

  /** Ends it and leaves everything at the exchange as it is. Safe twice. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#runner?.stop();
    await this.#ended;
  }

  /** The bot is not ours any more: places nothing from now on. */
  drop(reason: string): void {
    if (this.#dropped) return;
    this.#dropped = true;
    this.#log.warn("bot_dropped", { reason });
    this.#stopping.abort();
    this.#endRunner();
  }

  async #run(): Promise<void> {
    try {
      do {
        this.#isReopening = false;
        await this.#open();
      } while (this.#isReopening && !this.#stopping.signal.aborted);
      if (!this.#dropped) await this.#store.flush();
    } catch (error) {
      await this.#fail(error);
    }
    this.#store.close();
  }

  /** Opens the account as the bot's intent wants it, and trades. */
  async #open(): Promise<void> {
    const bot = this.#bot = await this.#store.loadBot();
    this.#isStopOnly = bot.desiredState === "stopped";
    const use = await this.#acquire(!this.#isStopOnly);
    if (use === null) return;
    try {
      await this.#trade(bot, use);
    } finally {
      this.#runner = null;
      await use.release().catch((error) =>
        this.#log.warn("account_close_failed", { error: messageOf(error) })
      );
    }
  }

  async #trade(bot: BotRow, use: AccountUse): Promise<void> {
    const mayAct = () => !this.#dropped && this.#deps.lease.isValid;
    const runner = this.#deps.createRunner({
      bot,
      store: this.#store,
      account: fenceAccount(
        use.account,
        mayAct,
        this.#isStopOnly ? { onOpening: () => this.#reopen() } : {},
      ),
      feed: this.#deps.feeds.get(use.venue),
      log: this.#log,
      mayAct,
    });
    this.#runner = runner;
    runner.start();
    if (this.#stopping.signal.aborted || this.#isReopening) await runner.stop();
    await runner.ended;
    await runner.stop();
    const { refusal } = this.#store;
    if (refusal !== null && !this.#dropped) throw refusal;
  }

  /** The runner hears of it, unless the bot is to run again. */
  async #wakeStopping(): Promise<void> {
    let isStarted = false;
    try {
      isStarted = (await this.#store.loadBot()).desiredState === "running";
    } catch (error) {
      // The runner meets it itself, or has ended.
      this.#log.debug("bot_not_read", { error: messageOf(error) });
    }
    if (isStarted) this.#reopen();
    else this.#runner?.wake();
  }

  /** Ends the runner and leaves its orders; the next one begins. */
  #reopen(): void {
    if (this.#isReopening || !this.#isStopOnly) return;
    this.#isReopening = true;
    this.#log.info("bot_reopened", {});
    this.#endRunner();
  }

  #endRunner(): void {
    this.#runner?.stop().catch((error) =>
      this.#log.error("runner_stop_failed", { error: messageOf(error) })
    );
  }

  /** Null when asked to stop before it came to anything. */
  async #acquire(mayOpen: boolean): Promise<AccountUse | null> {
    let pauseMs = RETRY_FIRST_MS;
    while (!this.#stopping.signal.aborted) {
      try {
        const options = { mayOpen };
        return await this.#deps.accounts.acquire(this.exchangeKeyId, options);
      } catch (error) {
        if (error instanceof BotFault) throw error;
        this.#log.warn("account_not_opened", { error: messageOf(error) });
        if (pauseMs === RETRY_FIRST_MS) await this.#reportWaiting(error);
      }
      this.#retry = new AbortController();
      await pauseOn(
        this.#deps.timers ?? SYSTEM_TIMERS,
        pauseMs * (1 + this.#deps.random() / 2),
        AbortSignal.any([this.#stopping.signal, this.#retry.signal]),
      );
      pauseMs = Math.min(2 * pauseMs, RETRY_MAX_MS);
    }
    return null;
  }

  async #reportWaiting(error: unknown): Promise<void> {
    const reason = `The exchange does not answer; trying again (${
      messageOf(error)
    })`;
    await this.#store.setStatus("starting", {
      code: "exchange_unavailable",
      reason,
    });
    this.#store.addEvents([
      { level: "warning", code: "exchange_unavailable", message: reason },
    ]);
  }

  async #fail(error: unknown): Promise<void> {
    if (this.#dropped || error instanceof FencedError) {
      this.#log.warn("bot_lost", { error: messageOf(error) });
      return;
    }
    if (isDatabaseAway(error)) {
      // The bot keeps its status and is claimed again, here or elsewhere.
      this.#log.warn("bot_left", { error: messageOf(error) });
      return;
    }
    this.#log.error("bot_faulted", {
      code: error instanceof BotFault ? error.code : "internal",
      error: messageOf(error),
      stack: error instanceof Error ? error.stack : undefined,
      cause: error instanceof BotFault ? messageOf(error.cause) : undefined,
    });
    try {
      await this.#writeFault(error);
    } catch (writing) {
      // The bot keeps its status and is claimed again, here or elsewhere.
      this.#log.error("fault_not_written", { error: messageOf(writing) });
    }
  }

  async #writeFault(error: unknown): Promise<void> {
    const { code, message } = error instanceof BotFault ? error : {
      code: "internal",
      message:
        "The bot met an error of ours and has stopped trading; its orders rest as they were. Start it again, or ask support",
    };
    // A refused store writes nothing more: the fault needs a fresh one.
    if (error instanceof StoreError) this.#store = this.#openStore();
    const bot = this.#bot ?? await this.#store.loadBot();
    await this.#store.setStatus("faulted", {
      code,
      reason: message,
      acknowledgedVersion: bot.desiredVersion,
    });
    this.#store.addEvents([{ level: "error", code, message }]);
    await this.#store.flush();
  }

  #openStore(): HostedStore {
    return this.#deps.openStore(this.claim, (reason) => {
      if (reason instanceof FencedError) this.drop(reason.message);
      else this.#stopping.abort();
      this.#endRunner();
    });
  }
}

/** The database's weather is no fault of the bot's. */
function isDatabaseAway(error: unknown): boolean {
  return !(error instanceof BotFault) && codeOf(error) !== "unknown" &&
    !(error instanceof ExchangeError) && isTransient(error);
}
